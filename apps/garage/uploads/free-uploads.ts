/**
 * Frees uploaded files whose bytes stand in a receipt. Only those that are still what was checked when they came: a file
 * that somebody changed since then is somebody's only copy of what it is now.
 */
import { removePlaced } from './place-part.ts';
import type { UploadRecords } from './upload-records.ts';
import type { Uploads } from './uploads.ts';

interface Freeing {
  readonly recordingId: string;
  readonly folders: ReadonlySet<string>;
  readonly dryRun: boolean;
  readonly records: UploadRecords;
}

export async function freeUploads(
  { recordingId, folders, dryRun, records }: Freeing,
  uploads: Uploads,
): Promise<number> {
  const { tools, drivesRoot } = uploads;
  let freedBytes = 0;
  for (const record of records.all()) {
    const folder = uploads.folderOf(record);
    if (record.state !== 'done' || record.sha256 !== recordingId || !folders.has(folder)) continue;
    const version = await tools.versionOf(folder, record.filename);
    if (version !== undefined && version !== record.version) {
      tools.telemetry.warn('upload.changed', { id: record.id, filename: record.filename, folder });
      continue;
    }
    if (version !== undefined) freedBytes += record.bytes;
    if (dryRun) continue;
    await removePlaced(drivesRoot, [record.vehicleId, record.drive, ...record.filename.split('/')]);
    await records.remove(record);
  }
  return freedBytes;
}
