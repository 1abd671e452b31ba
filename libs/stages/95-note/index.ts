/**
 * Stage 95, note: what people and their programs say of drives goes into the store, beside the drive's chunks, and a pointer
 * to it through the message log to the indexer, who alone writes the catalog. It never touches what was recorded.
 */
import { crc32c } from '@node-rs/crc32';
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { isPitlaneError } from '@pitlane/base/errors';
import { parseDriveId, sha256Of } from '@pitlane/contracts/identity';
import { type Note, NOTES_A_FILE_MAX, type NotesStored, notesText } from '@pitlane/contracts/notes';
import { notesObjectName } from '@pitlane/contracts/object-layout';
import { LogTopic } from '@pitlane/contracts/records';
import type { Catalog } from '@pitlane/ports/catalog';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';

export { type Matched, matchDrives, type Placed } from './match-drives.ts';

export interface NoteTools {
  readonly store: ObjectStore;
  readonly catalog: Pick<Catalog, 'query'>;
  readonly log: Pick<MessageLog, 'publish'>;
}

export interface NotedDrive {
  readonly tenant: string;
  readonly driveId: string;
  /** As the views show it. */
  readonly vehicleId: string;
}

/** Keeps notes on one drive. Saying the same twice makes one object, and changes nothing. */
export async function keepNotes(drive: NotedDrive, notes: readonly Note[], tools: NoteTools): Promise<void> {
  for (let start = 0; start < notes.length; start += NOTES_A_FILE_MAX) {
    await keepFile(drive, notes.slice(start, start + NOTES_A_FILE_MAX), tools);
  }
}

async function keepFile(
  { tenant, driveId, vehicleId }: NotedDrive,
  notes: readonly Note[],
  tools: NoteTools,
): Promise<void> {
  const { store, catalog, log } = tools;
  const recorded = await catalog.query(
    'SELECT recorded_vehicle_id FROM corrections WHERE tenant = ? AND drive_id = ? LIMIT 1',
    [tenant, driveId],
  );
  const recordedAs = recorded[0]?.['recorded_vehicle_id'];
  const head = {
    tenant,
    driveId: parseDriveId(driveId),
    vehicleId: typeof recordedAs === 'string' ? recordedAs : vehicleId,
  };
  const bytes = bytesFromUtf8(notesText(head, notes));
  const stored: NotesStored = { object: notesObjectName(head, sha256Of(bytes)), sha256: sha256Of(bytes) };
  try {
    const crc = crc32c(bytes).toString(16).padStart(8, '0');
    await store.put(stored.object, { blocks: [bytes] }, { crc32c: crc, contentType: 'application/x-ndjson' });
  } catch (error) {
    if (!isPitlaneError(error, 'already-exists')) throw error;
  }
  await log.publish(LogTopic.notes, [{ key: driveId, value: JSON.stringify(stored) }]);
}
