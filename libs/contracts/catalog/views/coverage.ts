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
      column('state', 'STRING', 'on-car (a filter keeps it on the disk), on-dock, in-flight, indexed or lost'),
      column('reason', 'STRING', 'why it is lost, or not off the car; NULL otherwise'),
      column('messages', 'INT64', 'messages in the run; NULL if unknown'),
    ],
  },
  {
    name: 'coverage_days',
    meaning:
      'the coverage of a fleet day by day: how long each topic of a vehicle is in each state, in runs that began on that day ' +
      '(UTC, by log time); a run without a time has no day',
    columns: [
      TENANT,
      VEHICLE,
      TOPIC,
      column('day', 'DATE', 'the day on which the runs began; NULL if unknown'),
      column('state', 'STRING', 'on-car, on-dock, in-flight, indexed or lost'),
      column('reason', 'STRING', 'why it is lost, or not off the car; NULL otherwise'),
      column('drives', 'INT64', 'drives with such a run'),
      column('runs', 'INT64', 'runs'),
      column('seconds', 'FLOAT64', 'how long they are together'),
      column('messages', 'INT64', 'messages in them; NULL if unknown'),
    ],
  },
  {
    name: 'gaps',
    meaning:
      'where a topic that comes at least once a second was silent although its drive went on: between two messages, as the ' +
      'verdict found it, or between two indexed runs; slower topics have runs in coverage, and no gaps',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      column('topic', 'STRING', 'the topic; * where all of them were silent together'),
      column('start_ns', 'INT64', 'log time of the last message before it, ns since 1970; NULL from 2^63 on'),
      column('end_ns', 'INT64', 'log time of the first message behind it; likewise'),
      column('start_time', 'TIMESTAMP', 'start_ns to the microsecond'),
      column('end_time', 'TIMESTAMP', 'end_ns to the microsecond'),
      column('seconds', 'FLOAT64', 'how long it is'),
      column('found_by', 'STRING', 'verdict (between messages) or coverage (between chunks)'),
      column('text', 'STRING', 'a sentence for people; NULL if there is none'),
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
