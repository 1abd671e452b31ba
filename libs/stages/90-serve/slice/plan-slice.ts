/** Plans a slice: an export's plan, what is missing in it, and a tag that is equal as long as its bytes are. */
import { sha256Of } from '@pitlane/contracts/identity';
import { matchesGlob } from '@pitlane/contracts/plan';
import type { Catalog } from '@pitlane/ports/catalog';
import type { ExportPlan } from '../export/export-plan.ts';
import { planExport } from '../export/plan-export.ts';
import type { ExportRequest } from '../export/planned-objects.ts';
import { missingRuns, noteOf, type SliceNote } from './slice-note.ts';

export type SliceFormat = 'mcap' | 'ndjson';

/** Plain data, so that it is carried out in another process. */
export interface SlicePlan {
  readonly format: SliceFormat;
  readonly plan: ExportPlan;
  readonly note: SliceNote;
}

/** Changes whenever the same plan would give other bytes. */
const EXTRACTOR_VERSION = 1;

export async function planSlice(
  catalog: Pick<Catalog, 'query'>,
  request: ExportRequest,
  format: SliceFormat,
): Promise<SlicePlan> {
  const runs = await missingRuns(catalog, request);
  const plan = await planExport(catalog, request, new Set(runs.map(({ topic }) => topic)));
  const globs = request.topics ?? [];
  const isWanted = (topic: string): boolean =>
    globs.length === 0 || globs.some((glob) => topic === glob || matchesGlob(glob, topic));
  return { format, plan, note: noteOf(request, runs, isWanted) };
}

/**
 * Equal for equal bytes: objects with generations, selection, what is missing, and the versions of all that makes bytes.
 * The drive's state is no part of it, because a receipt changes no message.
 * @param versions of the program and of its compressor
 */
export function sliceTag({ format, plan, note }: SlicePlan, versions: readonly string[]): string {
  const { driveState: _, ...selected } = plan;
  return sha256Of(JSON.stringify([EXTRACTOR_VERSION, ...versions, format, selected, note])).slice(0, 32);
}
