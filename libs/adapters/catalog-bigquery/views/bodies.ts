/**
 * What each view selects. A body gives the columns by name; times it gives as `start_u`, `end_u` and `window_u`, whole,
 * and `index.ts` beside this file derives the INT64 and TIMESTAMP columns from them in one place.
 */
import { MATRIX_RUNS } from './matrix.ts';
import { STATES } from '@pitlane/contracts/records';
import { coverage, coverageDays, gaps } from './coverage.ts';
import { noteBodies } from './notes.ts';
import { SIGNAL_BODIES } from './signals.ts';
import { TRACK_BODIES } from './tracks.ts';

const stateFromRank = (rank: string): string =>
  `CASE ${rank} ${STATES.map((state, i) => `WHEN ${i} THEN '${state}'`).join(' ')} END`;

/** 2000-01-01, from where on a vehicle's clock is believed. */
const BELIEVED_FROM_U = '946684800000000000';
const BEYOND_INT64 = '9223372036854775807';
const counted = (column: string): string => `IF(set_state <> 'superseded', ${column}, NULL)`;
const ofLastDock = (column: string): string =>
  `ARRAY_AGG(${column} ORDER BY docked_at_ms DESC, dock_id DESC LIMIT 1)[OFFSET(0)]`;

const driveParts = `
  d AS (
    SELECT tenant, drive_id, ${ofLastDock('vehicle_id')} AS vehicle_id, MIN(docked_at_ms) AS docked_at_ms,
      ARRAY_AGG(DISTINCT garage ORDER BY garage) AS garages, ${ofLastDock('labels')} AS labels, MIN(start_u) AS start_u
    FROM step_docks GROUP BY tenant, drive_id
  ), r AS (
    SELECT tenant, drive_id, MIN_BY(vehicle_id, recording_id) AS vehicle_id, MIN(${counted('state_rank')}) AS state_rank,
      MIN(${counted('start_u')}) AS start_u, MAX(${counted('end_u')}) AS end_u,
      COUNTIF(set_state <> 'superseded') AS recordings, SUM(${counted('bytes')}) AS bytes,
      MAX(${counted('clock_rank')}) AS clock_rank, MAX(${counted('is_days_off')}) AS is_days_off
    FROM step_recordings GROUP BY tenant, drive_id
  ), c AS (
    SELECT e.tenant, e.drive_id, COUNT(*) AS chunks, SUM(IF(e.kind = 'log', e.messages, NULL)) AS messages,
      SUM(e.bytes_stored) AS bytes_landed
    FROM live_chunk_events AS e
    JOIN step_chunk_once AS o
      ON o.tenant = e.tenant AND o.drive_id = e.drive_id AND o.chunk_id = e.chunk_id AND o.seq = e.seq
    GROUP BY e.tenant, e.drive_id
  ), l AS (
    SELECT tenant, drive_id, SUM(bytes) AS bytes_lost FROM step_active_losses GROUP BY tenant, drive_id
  ), a AS (
    SELECT tenant, drive_id, ARRAY_AGG(receipt_id ORDER BY signed_at DESC, receipt_id DESC LIMIT 1)[OFFSET(0)] AS receipt_id
    FROM step_receipt_rows GROUP BY tenant, drive_id
  ), k AS (
    SELECT tenant, drive_id FROM d UNION DISTINCT SELECT tenant, drive_id FROM r
  )`;

/** A comparison with NULL is NULL, so one end alone is enough to be beyond. */
const timeQuality = `CASE WHEN r.end_u IS NULL AND r.start_u IS NULL THEN 'none'
      WHEN r.end_u > ${BEYOND_INT64} OR r.start_u > ${BEYOND_INT64} THEN 'beyond-2^63'
      WHEN r.clock_rank = 0 THEN 'good' WHEN r.clock_rank = 1 THEN 'corrected' WHEN r.clock_rank = 2 THEN 'docking'
      ELSE 'unknown' END`;

const drives = `
  WITH ${driveParts}
  SELECT k.tenant, k.drive_id, COALESCE(d.vehicle_id, r.vehicle_id) AS vehicle_id,
    ${stateFromRank('COALESCE(r.state_rank, 0)')} AS state, r.start_u, r.end_u,
    ${timeQuality} AS time_quality,
    CASE WHEN COALESCE(r.is_days_off, 0) = 0 AND COALESCE(r.start_u, d.start_u) >= ${BELIEVED_FROM_U}
        AND COALESCE(COALESCE(r.start_u, d.start_u) <= (d.docked_at_ms + 86400000) * 1000000, TRUE)
      THEN DATE(TIMESTAMP_MICROS(DIV(SAFE_CAST(COALESCE(r.start_u, d.start_u) AS INT64), 1000)))
      ELSE DATE(TIMESTAMP_MILLIS(d.docked_at_ms)) END AS partition_day,
    TIMESTAMP_MILLIS(d.docked_at_ms) AS docked_at, d.garages, COALESCE(x.corrected_labels, d.labels, '{}') AS labels,
    COALESCE(r.recordings, 0) AS recordings, COALESCE(c.chunks, 0) AS chunks, COALESCE(c.messages, 0) AS messages,
    COALESCE(r.bytes, 0) AS bytes_in, COALESCE(c.bytes_landed, 0) AS bytes_landed,
    COALESCE(l.bytes_lost, 0) AS bytes_lost, a.receipt_id
  FROM k
  LEFT JOIN d USING (tenant, drive_id) LEFT JOIN r USING (tenant, drive_id) LEFT JOIN c USING (tenant, drive_id)
  LEFT JOIN l USING (tenant, drive_id) LEFT JOIN a USING (tenant, drive_id)
  LEFT JOIN step_corrected AS x USING (tenant, drive_id)`;

/** The labels that all fleets have, as columns. */
const withLabels = `
  SELECT *, JSON_VALUE(labels, '$.software') AS label_software, JSON_VALUE(labels, '$.map') AS label_map,
    JSON_VALUE(labels, '$.calibration') AS label_calibration
  FROM (${drives})`;

const recordings = `
  SELECT r.tenant, r.drive_id, r.vehicle_id, r.recording_id, r.path, r.format, r.opaque_reason, r.profile, r.library,
    ${stateFromRank('r.state_rank')} AS state, r.set_state, r.superseded_by, r.bytes, r.messages,
    COALESCE(t.topics, ARRAY_LENGTH(JSON_QUERY_ARRAY(r.preview_topics)), IF(r.messages IS NOT NULL, 0, NULL)) AS topics,
    r.start_u, r.end_u, ${timeQuality} AS time_quality, COALESCE(l.bytes_lost, 0) AS bytes_lost, r.notes, r.dock_id, d.garage
  FROM step_recordings AS r
  LEFT JOIN (
    SELECT tenant, drive_id, recording_id, SUM(bytes) AS bytes_lost FROM step_loss_rows
    GROUP BY tenant, drive_id, recording_id
  ) AS l ON l.tenant = r.tenant AND l.drive_id = r.drive_id AND l.recording_id = r.recording_id
  LEFT JOIN (
    SELECT tenant, drive_id, recording_id, COUNT(DISTINCT topic) AS topics FROM step_channel_rows
    GROUP BY tenant, drive_id, recording_id
  ) AS t ON t.tenant = r.tenant AND t.drive_id = r.drive_id AND t.recording_id = r.recording_id
  LEFT JOIN step_docks AS d ON d.tenant = r.tenant AND d.drive_id = r.drive_id AND d.dock_id = r.dock_id`;

/** The encoding that goes with the first schema by name; those without a schema come last. */
const ofFirstSchema = (column: string): string =>
  `ARRAY_AGG(${column} ORDER BY ${column} IS NULL, schema_name IS NULL, schema_name, recording_id, channel LIMIT 1)[OFFSET(0)]`;

const topics = `
  SELECT p.tenant, p.drive_id, p.vehicle_id, p.topic, p.messages, p.bytes, p.start_u, p.end_u,
    c.schema_name, c.schema_encoding, c.message_encoding, c.channels,
    IF(p.messages >= 2 AND p.end_u > p.start_u, (p.messages - 1) * 1e9 / CAST(p.end_u - p.start_u AS FLOAT64), NULL) AS mean_hz
  FROM (
    SELECT tenant, drive_id, vehicle_id, topic, SUM(messages) AS messages, SUM(bytes) AS bytes,
      MIN(start_u) AS start_u, MAX(end_u) AS end_u
    FROM step_topic_parts GROUP BY tenant, drive_id, vehicle_id, topic
  ) AS p
  LEFT JOIN (
    SELECT tenant, drive_id, topic, MIN(schema_name) AS schema_name, ${ofFirstSchema('schema_encoding')} AS schema_encoding,
      ${ofFirstSchema('message_encoding')} AS message_encoding, COUNT(*) AS channels
    FROM step_active_channels GROUP BY tenant, drive_id, topic
  ) AS c ON c.tenant = p.tenant AND c.drive_id = p.drive_id AND c.topic = p.topic`;

const chunks = `
  SELECT e.*, 'indexed' AS state, o.recording_ids
  FROM live_chunk_events AS e
  JOIN step_chunk_once AS o
    ON o.tenant = e.tenant AND o.drive_id = e.drive_id AND o.chunk_id = e.chunk_id AND o.seq = e.seq`;

/** UTC of a log time of segment s; both fit INT64 wherever the overlay is applied. */
const utcOf = (logNs: string): string =>
  `${logNs} + s.offset_ns + CAST(ROUND(s.drift_ppb * CAST(${logNs} - s.start_ns AS FLOAT64) / 1e9) AS INT64)`;

/** A chunk belongs to the segments that it overlaps, in log time and in the bytes of its recording. */
const chunksOnUtc = `
  WITH c AS (
    SELECT *, SAFE_CAST(start_u AS INT64) AS from_ns, SAFE_CAST(end_u AS INT64) AS to_ns FROM (${chunks})
  ), u AS (
    SELECT c.tenant, c.drive_id, c.chunk_id, MIN_BY(s.offset_ns, s.segment) AS offset_ns,
      MIN_BY(s.source, s.segment) AS source, MIN_BY(s.quality, s.segment) AS quality,
      MIN(${utcOf('GREATEST(c.from_ns, s.start_ns)')}) AS start_ns, MAX(${utcOf('LEAST(c.to_ns, s.end_ns)')}) AS end_ns
    FROM c JOIN step_clock_segments AS s
      ON s.tenant = c.tenant AND s.drive_id = c.drive_id AND s.recording_id = c.recording_id
        AND s.start_ns <= c.to_ns AND s.end_ns >= c.from_ns
        AND s.source_start < c.source_end AND s.source_end > c.source_start
    GROUP BY c.tenant, c.drive_id, c.chunk_id
  )
  SELECT c.*, COALESCE(u.start_ns, c.from_ns) AS utc_start_ns, COALESCE(u.end_ns, c.to_ns) AS utc_end_ns,
    TIMESTAMP_MICROS(DIV(COALESCE(u.start_ns, c.from_ns), 1000)) AS utc_start_time,
    TIMESTAMP_MICROS(DIV(COALESCE(u.end_ns, c.to_ns), 1000)) AS utc_end_time,
    COALESCE(u.offset_ns, 0) AS clock_offset_ns, u.source AS clock_source, u.quality AS clock_quality
  FROM c LEFT JOIN u ON u.tenant = c.tenant AND u.drive_id = c.drive_id AND u.chunk_id = c.chunk_id`;

/** Whatever the state of the chunk set. */
const recordingChunks = `
  SELECT e.*, COALESCE(c.set_state, 'active') AS set_state
  FROM live_chunk_events AS e
  JOIN step_recording_chunk_seqs AS s
    ON s.tenant = e.tenant AND s.drive_id = e.drive_id AND s.recording_id = e.recording_id AND s.ordinal = e.ordinal
      AND s.seq = e.seq
  LEFT JOIN step_chunk_sets AS c
    ON c.tenant = e.tenant AND c.drive_id = e.drive_id AND c.recording_id = e.recording_id`;

const chunkTopics = `
  SELECT e.*
  FROM live_chunk_channel_events AS e
  JOIN step_chunk_seqs AS s
    ON s.tenant = e.tenant AND s.drive_id = e.drive_id AND s.recording_id = e.recording_id AND s.ordinal = e.ordinal
      AND s.seq = e.seq`;

const losses = `
  SELECT l.*, r.path FROM step_active_losses AS l
  LEFT JOIN step_recordings AS r
    ON r.tenant = l.tenant AND r.drive_id = l.drive_id AND r.recording_id = l.recording_id`;

const findings = `
  SELECT f.* FROM step_finding_rows AS f
  JOIN step_verdict_rows AS v ON v.tenant = f.tenant AND v.drive_id = f.drive_id AND v.dock_id = f.dock_id
  WHERE f.ordinal < v.findings`;

const receipts = `
  SELECT * REPLACE (SAFE_CAST(signed_at AS TIMESTAMP) AS signed_at) FROM step_receipt_rows`;

/** Nearest rank: exact, and the same number in both engines, which no quantile function is. */
const freshness = `
  SELECT tenant, garage, docked_day AS day, COUNT(DISTINCT drive_id) AS drives, COUNT(*) AS dockings,
    COUNT(took_ms) AS dockings_indexed,
    MIN(IF(100 * place >= 50 * places, took_ms, NULL)) / 1000 AS p50_seconds,
    MIN(IF(100 * place >= 95 * places, took_ms, NULL)) / 1000 AS p95_seconds
  FROM (
    SELECT *, COUNT(took_ms) OVER (PARTITION BY tenant, garage, docked_day) AS places,
      ROW_NUMBER() OVER (PARTITION BY tenant, garage, docked_day ORDER BY took_ms IS NULL, took_ms) AS place
    FROM (
      SELECT d.tenant, d.drive_id, d.garage, DATE(TIMESTAMP_MILLIS(d.docked_at_ms)) AS docked_day,
        UNIX_MILLIS(a.indexed_at) - d.docked_at_ms AS took_ms
      FROM step_docks AS d
      LEFT JOIN (
        SELECT tenant, drive_id, dock_id, MIN(SAFE_CAST(signed_at AS TIMESTAMP)) AS indexed_at
        FROM step_receipt_rows GROUP BY tenant, drive_id, dock_id
      ) AS a ON a.tenant = d.tenant AND a.drive_id = d.drive_id AND a.dock_id = d.dock_id
    )
  )
  GROUP BY tenant, garage, docked_day`;

export const BODIES: Readonly<Record<string, string>> = {
  drives: withLabels,
  recordings,
  topics,
  channels: 'SELECT * FROM step_channel_rows',
  chunks,
  chunks_on_utc: chunksOnUtc,
  clocks: 'SELECT *, drift_ppb / 1000 AS drift_ppm FROM step_clock_rows',
  recording_chunks: recordingChunks,
  chunk_topics: chunkTopics,
  coverage,
  coverage_days: coverageDays,
  gaps: gaps(topics),
  losses,
  previews: 'SELECT * FROM step_preview_object_rows',
  verdicts: 'SELECT * FROM step_verdict_rows',
  findings,
  receipts,
  freshness,
  ...noteBodies(chunks),
  ...SIGNAL_BODIES,
  matrix_runs: MATRIX_RUNS,
  matrix_results: 'SELECT * FROM step_matrix_rows',
  ...TRACK_BODIES,
};
