/** Whether drives are complete, and what was found. */
import { column, DRIVE, SPAN_OF_FINDING, TENANT, VEHICLE, type ViewDefinition } from './columns.ts';

export const VERDICT_VIEWS: readonly ViewDefinition[] = [
  {
    name: 'verdicts',
    meaning: 'one row a drive that was judged, as its last docking found it: is it complete?',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      column('dock_id', 'STRING', 'the docking that judged it'),
      column('judged_from', 'STRING', 'messages: every message was looked at; index: what the indexes say'),
      column('vehicle_type', 'STRING', 'the profile by which it was judged; NULL without one'),
      column('summary', 'STRING', 'complete, or how many findings'),
      column('findings', 'INT64', 'rows of the view findings'),
      column('notes', 'ARRAY<STRING>', 'what was not judged, and why'),
    ],
  },
  {
    name: 'findings',
    meaning: 'what the verdict on a drive found, worst first by ordinal: no loss, but something to look after',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      column('ordinal', 'INT64', 'number within the verdict, from 0'),
      column('topic', 'STRING', 'the topic, or the glob of the profile where none matches it; * for all together'),
      column('kind', 'STRING', 'missing, gap, rate, frozen, black, blank or no-fix'),
      column('severity', 'STRING', 'error or warning'),
      ...SPAN_OF_FINDING,
      column('expected', 'INT64', 'what is expected, in unit; NULL where nothing can be'),
      column('seen', 'INT64', 'what was seen, in unit; NULL for several together'),
      column('unit', 'STRING', 'mHz, ms or messages'),
      column('occurrences', 'INT64', '1, or how many further ones the row stands for'),
      column('text', 'STRING', 'a line for the technician'),
    ],
  },
];
