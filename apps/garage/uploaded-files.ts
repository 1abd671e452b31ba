/** What of a drive came as uploads: it goes when the drive is retired. */
import type { DriveId } from '@pitlane/contracts/identity';
import type { DockEntry, RecordingEntry } from '@pitlane/ports/journal';
import type { GarageTools } from './tools.ts';

type Tools = Pick<GarageTools, 'journal' | 'uploads'>;

/** Frees the uploads of a recording; the caller holds a receipt for it. @returns what was freed, or would be. */
export async function freeUploaded({ recordingId, driveId }: RecordingEntry, tools: Tools, dryRun: boolean) {
  const folders = foldersOf(driveId, tools);
  return folders.size === 0 ? 0 : tools.uploads.free(recordingId, folders, dryRun);
}

/**
 * Upload folders that hold this drive. Only while their newest dock is done: then every drive in them has its receipt, so
 * that nobody else's is freed with it.
 */
function foldersOf(driveId: DriveId, { journal, uploads }: Tools): Set<string> {
  const newest = new Map<string, DockEntry>();
  for (const dock of journal.docks()) {
    if (!dock.path.startsWith(`${uploads.drivesRoot}/`)) continue;
    const before = newest.get(dock.path);
    if (!before || before.dockedAtMs <= dock.dockedAtMs) newest.set(dock.path, dock);
  }
  const ended = [...newest.values()].filter((dock) => dock.state === 'done' && dock.driveIds.includes(driveId));
  return new Set(ended.map(({ path }) => path));
}
