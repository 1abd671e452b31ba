/** What there is of each topic, and what was lost. */
import { column, DRIVE, RECORDING, SPAN, TENANT, TOPIC, VEHICLE, type ViewDefinition } from './columns.ts';

export const COVERAGE_VIEWS: readonly ViewDefinition[] = [
  {
    name: 'coverage',
    meaning:
      'runs [start, end] of each topic of a drive by state; a gap over three mean periods and 100 ms parts two runs; ' +
      'a loss of unknown topics is one of all topics of its recording, of unknown time one at the end of its messages',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      TOPIC,
      ...SPAN,
      column('state', 'STRING', 'on-dock, in-flight, indexed or lost'),
      column('reason', 'STRING', 'why it is lost; NULL otherwise'),
      column('messages', 'INT64', 'messages in the run; NULL if unknown'),
    ],
  },
  {
    name: 'losses',
    meaning: 'the repair diary: one row an unread byte range of an active recording',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      RECORDING,
      column('path', 'STRING', 'the recording, as it lay below the docked folder'),
      column(
        'reason',
        'STRING',
        'truncated, corrupt-record, corrupt-chunk, chunk-bomb, unknown-channel, rolled-back, unreadable, landed-opaque or withheld (a filter keeps it in the garage)',
      ),
      column('text', 'STRING', 'a sentence for people'),
      column('byte_offset', 'INT64', 'where in the recording the range begins'),
      column('bytes', 'INT64', 'its length'),
      column('kept_in', 'STRING', 'the chunk that keeps these bytes; NULL if there are none'),
      column('topics', 'ARRAY<STRING>', 'topics known to be touched'),
      ...SPAN,
    ],
  },
];
