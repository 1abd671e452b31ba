/** What may be looked at before a drive has landed. */
import { column, DRIVE, SPAN, TENANT, VEHICLE, type ViewDefinition } from './columns.ts';

export const PREVIEW_VIEWS: readonly ViewDefinition[] = [
  {
    name: 'previews',
    meaning:
      'one row a recording of which there is a preview: an MCAP object of small camera frames and thinned topics, for a first ' +
      'look within seconds of docking. It is derived: nothing of it counts as a message or chunk of the drive',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      column('preview_id', 'STRING', 'follows from the drive and from what the preview was made of'),
      column('path', 'STRING', 'the recording, as it lay below the docked folder'),
      column('source_bytes', 'INT64', 'size of the recording'),
      column('read_bytes', 'INT64', 'how much of it was read for the preview'),
      column('topics', 'ARRAY<STRING>', 'topics inside, sorted'),
      ...SPAN,
      column('messages', 'INT64', 'messages inside, small frames among them'),
      column('frames', 'INT64', 'small camera frames inside'),
      column('notes', 'ARRAY<STRING>', 'what is not in it'),
      column('object', 'STRING', 'name of the object in the store'),
      column('bytes_stored', 'INT64', 'size of the object, from the store'),
      column('generation', 'STRING', 'generation of the object, from the store'),
      column('crc32c', 'STRING', 'CRC-32C of the object, from the store, hex'),
    ],
  },
];
