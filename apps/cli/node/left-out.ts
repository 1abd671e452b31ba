/** Recordings of a drive whose chunks do not count, and why: a fuller copy holds their messages, or they are not whole. */
import type { NodeClient } from './node-client.ts';

export interface LeftOut {
  readonly path: string;
  readonly recordingId: string;
  readonly bytes: number;
  readonly setState: 'superseded' | 'pending';
  /** The recording that holds all of its messages; null while it is pending. */
  readonly supersededBy: string | null;
  /** A sentence for people. */
  readonly text: string;
}

interface RecordingRow {
  readonly path: string;
  readonly recordingId: string;
  readonly bytes: number;
  readonly setState: string;
  readonly supersededBy: string | null;
}

interface Page {
  readonly recordings: readonly RecordingRow[];
  readonly next: string | null;
}

const PAGE = 2000;

/** @param tenant whose drive; without it of whoever has one of this id */
export async function leftOutOf(node: NodeClient, driveId: string, tenant: string | undefined): Promise<LeftOut[]> {
  const { textFromBytes } = await import('@pitlane/base/units');
  const rows: RecordingRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await node.get<Page>('/v1/recordings', { drive: driveId, tenant, limit: PAGE, cursor });
    rows.push(...page.recordings);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return rows.flatMap(({ path, recordingId, bytes, setState, supersededBy }): LeftOut[] => {
    if (setState !== 'superseded' && setState !== 'pending') return [];
    // Half and whole often have one name: their sizes tell them apart.
    const by = rows.find((other) => other.recordingId === supersededBy);
    const fuller = by ? `${by.path} (${textFromBytes(by.bytes)})` : 'a fuller copy';
    const text = setState === 'pending' ? 'it is not landed whole yet' : `all of its messages are in ${fuller}`;
    return [{ path, recordingId, bytes, setState, supersededBy, text }];
  });
}
