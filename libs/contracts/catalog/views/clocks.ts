/** What is known of clocks. */
import { column, DRIVE, RECORDING, TENANT, VEHICLE, type ViewDefinition } from './columns.ts';

export const CLOCK_VIEWS: readonly ViewDefinition[] = [
  {
    name: 'clocks',
    meaning:
      "what is known of each recording's clock: one row a segment of the overlay, and one a topic whose stamps differ; UTC " +
      'is log time + offset_ns + drift_ppm * (log time - start_ns) / 10^6. Messages and chunks are never changed by it',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      RECORDING,
      column('segment', 'INT64', 'number in the recording, from 0 in the order of the file; topics come behind'),
      column('topic', 'STRING', 'NULL for a segment; else the topic whose stamps are compared with log time'),
      column('start_ns', 'INT64', 'first log time of the segment; NULL for a topic, or from 2^63 on'),
      column('end_ns', 'INT64', 'last log time of the segment; likewise'),
      column('start_time', 'TIMESTAMP', 'start_ns to the microsecond'),
      column('end_time', 'TIMESTAMP', 'end_ns to the microsecond'),
      column(
        'source_start',
        'INT64',
        'first byte of the segment in the recording: after a step back log times come twice',
      ),
      column('source_end', 'INT64', 'end of these bytes'),
      column('step_ns', 'INT64', 'by how much log time jumped at its beginning; NULL for the first'),
      column(
        'offset_ns',
        'INT64',
        'to add to start_ns for UTC; NULL if unknown. Of a topic: stamp less log time, put right by the overlay',
      ),
      column('drift_ppm', 'FLOAT64', 'by how much the offset grows, microseconds a second of log time'),
      column('residual_ns', 'INT64', 'median distance of the measurements from that'),
      column('pairs', 'INT64', 'measurements'),
      column('source', 'STRING', 'gnss, reference, fix, header, publish, step, docking, log or none: what it rests on'),
      column('quality', 'STRING', 'good, rough, bound (no later than that), unchecked or unknown'),
      column('applied', 'BOOL', 'whether chunks_on_utc adds it: not where the log is right to the second'),
      column('text', 'STRING', 'a sentence for people'),
    ],
  },
];
