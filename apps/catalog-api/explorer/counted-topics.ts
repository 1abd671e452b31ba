/**
 * The channels of a drive's chunks, each message once: a chunk that several recordings hold is taken as the first of them has
 * it, and one that a recording holds twice is equal both times. One drive's rows, whatever else the catalog holds; what has no
 * time is of no time.
 */
import type { DriveKey } from './of-drive.ts';

export const COUNTED_TOPICS = `
  SELECT DISTINCT t.chunk_id, t.channel, t.topic, t.messages, t.bytes, t.start_ns, t.end_ns FROM chunk_topics AS t
  JOIN (
    SELECT chunk_id, MIN(recording_id) AS recording_id FROM chunk_topics WHERE tenant = ? AND drive_id = ? GROUP BY chunk_id
  ) AS f ON f.chunk_id = t.chunk_id AND f.recording_id = t.recording_id
  WHERE t.tenant = ? AND t.drive_id = ? AND t.start_ns IS NOT NULL AND t.end_ns IS NOT NULL`;

export const countedParameters = ({ tenant, driveId }: DriveKey): string[] => [tenant, driveId, tenant, driveId];

export const placesFor = (values: readonly unknown[]): string => values.map(() => '?').join(', ');
