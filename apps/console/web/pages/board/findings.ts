/** What was found wrong with the drives of a disk, worst first: at once from the events of its docking, else from the catalog. */
import { useEffect, useState } from 'preact/hooks';
import { listen } from '../../kit/live.ts';
import { pathWith } from '../../kit/node-api.ts';
import { useAnswer } from '../../kit/use-answer.ts';
import type { DiskAnswer } from './board-answers.ts';

interface Finding {
  readonly text: string;
}

/** A node without a catalog knows none before the next docking. */
export function useFindings(disk: DiskAnswer | null, limit: number): readonly string[] {
  const [told, setTold] = useState<{ dockId: unknown; findings: readonly Finding[] }>();
  const isFound = Boolean(disk?.verdict) && disk?.verdict !== 'complete';
  const driveId = isFound ? disk?.driveIds[0] : undefined;
  const path = driveId === undefined ? undefined : pathWith('/v1/findings', { drive: driveId, limit });
  const listed = useAnswer<{ findings: readonly Finding[] }>(path).value?.findings ?? [];
  useEffect(
    () =>
      listen((event) => {
        if (event.type !== 'verdict') return;
        const { findings } = event['verdict'] as { findings: readonly Finding[] };
        setTold({ dockId: event['dockId'], findings });
      }),
    [],
  );
  const isTold = told !== undefined && disk !== null && told.dockId === disk.dockId;
  return (isTold ? told.findings : listed).slice(0, limit).map(({ text }) => text);
}
