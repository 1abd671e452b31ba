/**
 * Frees the sealed chunks of a recording once its receipt is in the journal: it stands for what the store
 * holds. A recording that is known is freed too, for an earlier run may have stopped between receipt and freeing.
 */
import type { RecordingEntry } from '@pitlane/ports/journal';
import { recordingFolder } from '@pitlane/ports/spool';
import type { DriveDocking } from './docking.ts';

/** Another dock that is cutting the same recording goes first. */
export async function freeSpool(
  entry: RecordingEntry,
  { cuts, tools }: Pick<DriveDocking, 'cuts' | 'tools'>,
): Promise<void> {
  await cuts.take(entry.recordingId, () => tools.spool.free(recordingFolder(entry)));
}
