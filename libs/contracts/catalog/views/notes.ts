/** What is said of drives beside their recordings. */
import { CHUNK, column, DRIVE, TENANT, VEHICLE, type ViewDefinition } from './columns.ts';

const EVENT = column('event_id', 'STRING', 'the event; one of its drive');
const KIND = column('kind', 'STRING', "a word of the fleet's own: disengagement, incident, …");

export const NOTE_VIEWS: readonly ViewDefinition[] = [
  {
    name: 'events',
    meaning:
      'what happened: disengagements, incidents, labels and annotations, of the sidecar, imported, or marked by a person; those ' +
      'that were taken back are not shown',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      EVENT,
      KIND,
      column('start_ns', 'INT64', 'log time at which it begins, ns since 1970; NULL from 2^63 on'),
      column('end_ns', 'INT64', 'log time of its last moment; start_ns where it has no length'),
      column('start_time', 'TIMESTAMP', 'start_ns to the microsecond'),
      column('end_time', 'TIMESTAMP', 'end_ns to the microsecond'),
      column('note', 'STRING', 'for people; NULL if there is none'),
      column('labels', 'STRING', 'JSON object of further labels'),
      column('source', 'STRING', 'sidecar (pitlane.drive.json), import or person'),
      column('author', 'STRING', 'who says so; NULL if nobody does'),
      column('noted_at', 'TIMESTAMP', 'when it was said'),
    ],
  },
  {
    name: 'event_chunks',
    meaning:
      'the chunks around each event: those that hold its time, and what lies within 30 s before and 10 s behind it; join chunks by ' +
      'tenant, drive_id and chunk_id for the rest of what is known of one',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      EVENT,
      KIND,
      CHUNK,
      column('place', 'STRING', 'before, during or after: where the chunk lies to the event'),
      column('topics', 'ARRAY<STRING>', 'topics inside, sorted'),
      column('start_ns', 'INT64', 'log time of the first message of the chunk, ns since 1970'),
      column('end_ns', 'INT64', 'log time of its last message'),
      column('start_time', 'TIMESTAMP', 'start_ns to the microsecond'),
      column('end_time', 'TIMESTAMP', 'end_ns to the microsecond'),
      column('object', 'STRING', 'name of the object in the store'),
    ],
  },
  {
    name: 'corrections',
    meaning: 'what was wrong about drives and was put right, by whom and why; the views show the newest of each field',
    columns: [
      TENANT,
      DRIVE,
      column('correction_id', 'STRING', 'the correction'),
      column('recorded_vehicle_id', 'STRING', 'the vehicle as it was recorded, under which the objects lie'),
      column('corrected_vehicle_id', 'STRING', 'the vehicle from then on; NULL where it was right'),
      column('corrected_labels', 'STRING', 'JSON object of all labels from then on; NULL where they were right'),
      column('reason', 'STRING', 'why'),
      column('author', 'STRING', 'who'),
      column('corrected_at', 'TIMESTAMP', 'when'),
    ],
  },
];
