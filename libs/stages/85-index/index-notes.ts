/** What is said of a drive as catalog events: an object in the store, read whole and checked against what was said of it. */
import { utf8FromBytes } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { sha256Of } from '@pitlane/contracts/identity';
import { NOTES_BYTES_MAX, notesFrom } from '@pitlane/contracts/notes';
import type { ObjectStore } from '@pitlane/ports/object-store';

/** Its name says its SHA-256, and its prefix whose it is. */
const OBJECT = /^v1\/[0-9a-f]{2}\/([^/]+)\/([^/]+)\/([^/]+)\/notes\/([0-9a-f]{64})\.ndjson$/;

export const isNotesObject = (name: string): boolean => OBJECT.test(name);

/** Throws `not-found`, `checksum-mismatch` or `corrupt-input` where there are no such notes. */
export async function catalogEventsOfNotes(store: ObjectStore, object: string): Promise<CatalogEvent[]> {
  const [, tenant, vehicleId, driveId, sha256] = OBJECT.exec(object) ?? [];
  if (sha256 === undefined) throw new PitlaneError('corrupt-input', `${object} is no name of notes`);
  const info = await store.stat(object);
  if (!info) throw new PitlaneError('not-found', `the notes ${object} are missing from the store`);
  if (info.bytes > NOTES_BYTES_MAX)
    throw new PitlaneError('corrupt-input', `${object} are ${info.bytes} bytes of notes`);
  const bytes = await store.read(object);
  if (sha256Of(bytes) !== sha256) {
    throw new PitlaneError('checksum-mismatch', `${object} has another SHA-256 than its name says`);
  }
  const { head, notes } = notesFrom(utf8FromBytes(bytes), object);
  if (head.tenant !== tenant || head.vehicleId !== vehicleId || head.driveId !== driveId) {
    throw new PitlaneError('corrupt-input', `${object} speaks of another drive than it lies beside`);
  }
  const drive = { tenant: head.tenant, driveId: head.driveId, vehicleId: head.vehicleId };
  return notes.map(
    ({ type, ...facts }): CatalogEvent =>
      type === 'annotation'
        ? { type, drive, annotation: facts as Extract<CatalogEvent, { type: 'annotation' }>['annotation'] }
        : { type, drive, correction: facts as Extract<CatalogEvent, { type: 'correction' }>['correction'] },
  );
}
