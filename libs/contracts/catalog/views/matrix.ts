/** Runs of the matrix: a program over many slices, and its verdict on each. */
import { column, DRIVE, TENANT, VEHICLE, type ViewDefinition } from './columns.ts';

const RUN = column('run_id', 'STRING', 'the run');

export const MATRIX_VIEWS: readonly ViewDefinition[] = [
  {
    name: 'matrix_runs',
    meaning: 'one row a run of the matrix, with its pass rate over slices',
    columns: [
      TENANT,
      RUN,
      column('name', 'STRING', 'name of the scenario'),
      column('scenario_sha256', 'STRING', 'SHA-256 of the scenario in canonical JSON'),
      column('seed', 'STRING', 'what the slices were drawn by'),
      column('repeats_run', 'STRING', 'the run that it repeats; NULL for a run of its own'),
      column('started_at', 'TIMESTAMP', 'when it was started, by the clock of whoever ran it'),
      column('population', 'INT64', 'slices that the selection gave, of which those of the run were drawn'),
      column('jobs', 'INT64', 'slices that were run'),
      column('passed', 'INT64', 'slices that passed in every repeat'),
      column('failed', 'INT64', 'slices that failed'),
      column('flaky', 'INT64', 'slices whose repeats differ'),
      column('errors', 'INT64', 'slices without a verdict: the program hung or died, or its replay failed'),
      column('pass_rate', 'FLOAT64', 'passed / jobs'),
      column('pass_rate_low', 'FLOAT64', "lower end of Wilson's score interval of 95 % for it"),
      column('pass_rate_high', 'FLOAT64', 'its upper end'),
      column('messages', 'INT64', 'messages that were replayed, of one repeat each'),
      column('object', 'STRING', 'the results in the store'),
    ],
  },
  {
    name: 'matrix_results',
    meaning: 'one row a slice of a run of the matrix, with the verdict on it',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      RUN,
      column('job', 'INT64', 'number of the slice in its run, from 0'),
      column('group_name', 'STRING', 'what it is counted under; empty without'),
      column('start_ns', 'INT64', 'log time at which the slice begins, ns since 1970; NULL where it is open'),
      column('end_ns', 'INT64', 'log time before which it ends; likewise'),
      column('start_time', 'TIMESTAMP', 'start_ns to the microsecond'),
      column('end_time', 'TIMESTAMP', 'end_ns to the microsecond'),
      column('topics', 'ARRAY<STRING>', 'globs of the topics; empty for all'),
      column('verdict', 'STRING', 'pass, fail, flaky (repeats differ) or error (no verdict)'),
      column('exit_code', 'INT64', 'of the last repeat; NULL where the program did not end by itself'),
      column('repeats', 'INT64', 'how often the slice was run'),
      column('messages', 'INT64', 'messages that were replayed in one repeat'),
      column('replay_digest', 'STRING', 'digest of what was replayed; NULL where it did not come to its end'),
      column('wall_ms', 'INT64', 'wall time of all repeats, in ms'),
      column('metrics', 'STRING', "JSON object of the program's numbers, of the last repeat"),
      column('text', 'STRING', 'why it did not pass; empty otherwise'),
    ],
  },
];
