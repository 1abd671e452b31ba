/**
 * Staged copies that earlier docks made of a recording, and were not signed for. The entry of a recording names one dock, and
 * the next dock's entry takes its place: it carries the places of those before it, so that somebody frees them also when a
 * crash comes in between.
 */
import type { RecordingEntry, StagedPlace } from '@pitlane/ports/journal';
import { isStaged, removeStaged, stagedFileOf } from './staged-copies.ts';

/** @param own where the dock that goes on now has its copy */
export async function copiesBefore(
  before: RecordingEntry,
  own: Pick<StagedPlace, 'dockId' | 'path'>,
  stagedRoot: string,
): Promise<StagedPlace[]> {
  const found: StagedPlace[] = [];
  for (const { dockId, headSha256, path } of [before, ...(before.earlierCopies ?? [])]) {
    const place = { dockId, headSha256, path };
    const isOwn = dockId === own.dockId && path === own.path;
    if (!isOwn && (await isStaged(stagedRoot, stagedFileOf(place)))) found.push(place);
  }
  return found;
}

/** Once the recording is signed for. */
export async function freeEarlierCopies({ earlierCopies = [] }: RecordingEntry, stagedRoot: string): Promise<void> {
  for (const { dockId, name } of earlierCopies.map(stagedFileOf)) await removeStaged(`${stagedRoot}/${dockId}`, name);
}
