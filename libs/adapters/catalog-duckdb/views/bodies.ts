/**
 * What each view selects. A body gives the columns by name; times it gives as `start_u`, `end_u` and `window_u`, whole,
 * and `index.ts` beside this file derives the INT64 and TIMESTAMP columns from them in one place. Bodies of chunks give
 * `start_ns` and `end_ns` too: a filter on them then reaches the tables, and passes over what lies elsewhere in time.
 */
import { STATES } from '@pitlane/contracts/records';
import { COVERAGE, COVERAGE_DAYS, GAPS } from './coverage.ts';
import { noteBodies } from './notes.ts';
import { SIGNAL_BODIES } from './signals.ts';
import { MATRIX_RUNS } from './matrix.ts';
import { TRACK_BODIES } from './tracks.ts';

export const stateFromRank = (rank: string): string =>
  `list_extract([${STATES.map((state) => `'${state}'`).join(', ')}], CAST(${rank} AS BIGINT) + 1)`;

/** 2000-01-01, from where on a vehicle's clock is believed. */
const BELIEVED_FROM_U = '946684800000000000::UBIGINT';

/** In the order of the ranks, from 0 on. */
const TIME_QUALITY = `CASE WHEN r.end_u IS NULL AND r.start_u IS NULL THEN 'none'
      WHEN greatest(r.end_u, r.start_u) > 9223372036854775807::UBIGINT THEN 'beyond-2^63'
      ELSE list_extract(['good', 'corrected', 'docking', 'unknown'], CAST(r.clock_rank AS BIGINT) + 1) END`;

const DRIVES = `
  WITH d AS (
    SELECT tenant, drive_id, arg_max(vehicle_id, (docked_at_ms, dock_id)) AS vehicle_id,
      min(docked_at_ms) AS docked_at_ms, list_sort(list(DISTINCT garage)) AS garages,
      arg_max(labels, (docked_at_ms, dock_id)) AS labels, min(start_u) AS start_u
    FROM event.docks GROUP BY tenant, drive_id
  ), r AS (
    SELECT tenant, drive_id, arg_min(vehicle_id, recording_id) AS vehicle_id, min(rank) FILTER (set_state <> 'superseded') AS rank,
      min(start_u) FILTER (set_state <> 'superseded') AS start_u, max(end_u) FILTER (set_state <> 'superseded') AS end_u,
      count(*) FILTER (set_state <> 'superseded') AS recordings, sum(bytes) FILTER (set_state <> 'superseded') AS bytes,
      max(clock_rank) FILTER (set_state <> 'superseded') AS clock_rank, max(is_days_off) FILTER (set_state <> 'superseded') AS is_days_off
    FROM event.recordings GROUP BY tenant, drive_id
  ), c AS (
    FROM event.drive_sums
  ), l AS (
    SELECT tenant, drive_id, sum(bytes) AS bytes_lost FROM event.active_losses GROUP BY tenant, drive_id
  ), a AS (
    SELECT tenant, drive_id, arg_max(receipt_id, (signed_at, receipt_id)) AS receipt_id
    FROM event.receipt_rows GROUP BY tenant, drive_id
  ), k AS (
    SELECT tenant, drive_id FROM d UNION SELECT tenant, drive_id FROM r
  )
  SELECT k.tenant, k.drive_id, coalesce(d.vehicle_id, r.vehicle_id) AS vehicle_id,
    ${stateFromRank('coalesce(r.rank, 0)')} AS state, r.start_u, r.end_u,
    ${TIME_QUALITY} AS time_quality,
    CASE WHEN coalesce(r.is_days_off, 0) = 0 AND coalesce(r.start_u, d.start_u) >= ${BELIEVED_FROM_U}
        AND coalesce(CAST(coalesce(r.start_u, d.start_u) AS HUGEINT) <= (CAST(d.docked_at_ms AS HUGEINT) + 86400000) * 1000000, true)
      THEN make_timestamp(TRY_CAST(coalesce(r.start_u, d.start_u) AS BIGINT) // 1000)
      ELSE make_timestamp(d.docked_at_ms * 1000) END AS partition_day,
    make_timestamp(d.docked_at_ms * 1000) AS docked_at, coalesce(d.garages, []) AS garages,
    coalesce(x.corrected_labels, d.labels, '{}') AS labels, coalesce(r.recordings, 0) AS recordings, coalesce(c.chunks, 0) AS chunks,
    coalesce(c.messages, 0) AS messages, coalesce(r.bytes, 0) AS bytes_in,
    coalesce(c.bytes_landed, 0) AS bytes_landed, coalesce(l.bytes_lost, 0) AS bytes_lost, a.receipt_id
  FROM k
  LEFT JOIN d USING (tenant, drive_id) LEFT JOIN r USING (tenant, drive_id) LEFT JOIN c USING (tenant, drive_id)
  LEFT JOIN l USING (tenant, drive_id) LEFT JOIN a USING (tenant, drive_id)
  LEFT JOIN event.corrected x USING (tenant, drive_id)`;

/** The labels that all fleets have, as columns. */
const WITH_LABELS = `
  SELECT *, labels->>'software' AS label_software, labels->>'map' AS label_map, labels->>'calibration' AS label_calibration FROM (${DRIVES})`;

const RECORDINGS = `
  SELECT r.*, ${stateFromRank('r.rank')} AS state, ${TIME_QUALITY} AS time_quality, coalesce(l.bytes_lost, 0) AS bytes_lost, d.garage,
    coalesce(len(t.topics), json_array_length(r.preview_topics), CASE WHEN r.messages IS NOT NULL THEN 0 END) AS topics
  FROM event.recordings r
  LEFT JOIN (
    SELECT tenant, drive_id, recording_id, sum(bytes) AS bytes_lost FROM event.loss_rows
    GROUP BY tenant, drive_id, recording_id
  ) l USING (tenant, drive_id, recording_id)
  LEFT JOIN event.recording_topics t USING (tenant, drive_id, recording_id)
  LEFT JOIN event.docks d USING (tenant, drive_id, dock_id)`;

/** The join is on seq alone, which DuckDB turns into a range of the table; a filter on the drive reaches the seqs. */
const OPEN_CHUNKS = `
  SELECT o.tenant, o.drive_id, e.* EXCLUDE (tenant, drive_id), coalesce(s.recording_ids, [e.recording_id]) AS recording_ids,
    TRY_CAST(e.start_u AS BIGINT) AS start_ns, TRY_CAST(e.end_u AS BIGINT) AS end_ns
  FROM event.chunk_events e JOIN event.open_chunks_once o ON o.seq = e.seq
  LEFT JOIN event.open_shared_chunks s ON s.tenant = o.tenant AND s.drive_id = o.drive_id AND s.seq = e.seq`;

const SETTLED_CHUNKS = `
  SELECT g.tenant, g.drive_id, g.vehicle_id, e.* REPLACE (coalesce(e.recording_ids, [e.recording_id]) AS recording_ids)
  FROM settled.chunk_events e JOIN settled.origins g USING (origin) WHERE e.once`;

const bothByName = (open: string, settled: string, extra = ''): string => `
  SELECT *${extra} FROM (${open} UNION ALL BY NAME SELECT * EXCLUDE (origin) FROM (${settled}))`;

const CHUNKS = bothByName(OPEN_CHUNKS, SETTLED_CHUNKS, ", 'indexed' AS state");

/** UTC of a log time of segment s; both fit INT64 wherever the overlay is applied. */
const utcOf = (logNs: string): string =>
  `${logNs} + s.offset_ns + CAST(round(s.drift_ppb * CAST(${logNs} - s.start_ns AS DOUBLE) / 1e9) AS BIGINT)`;

/** A chunk belongs to the segments that it overlaps, in log time and in the bytes of its recording. */
const CHUNKS_ON_UTC = `
  WITH c AS (
    SELECT *, start_ns AS from_ns, end_ns AS to_ns FROM (${CHUNKS})
  ), s AS (
    SELECT *, TRY_CAST(start_u AS BIGINT) AS start_ns, TRY_CAST(end_u AS BIGINT) AS end_ns FROM event.clock_segments
  ), u AS (
    SELECT c.tenant, c.drive_id, c.seq, arg_min(s.offset_ns, s.segment) AS offset_ns,
      arg_min(s.source, s.segment) AS source, arg_min(s.quality, s.segment) AS quality,
      min(${utcOf('greatest(c.from_ns, s.start_ns)')}) AS start_ns, max(${utcOf('least(c.to_ns, s.end_ns)')}) AS end_ns
    FROM c JOIN s ON s.tenant = c.tenant AND s.drive_id = c.drive_id AND s.recording_id = c.recording_id
      AND s.start_ns <= c.to_ns AND s.end_ns >= c.from_ns
      AND s.source_start < c.source_end AND s.source_end > c.source_start
    GROUP BY c.tenant, c.drive_id, c.seq
  )
  SELECT c.*, coalesce(u.start_ns, c.from_ns) AS utc_start_ns, coalesce(u.end_ns, c.to_ns) AS utc_end_ns,
    make_timestamp(coalesce(u.start_ns, c.from_ns) // 1000) AS utc_start_time,
    make_timestamp(coalesce(u.end_ns, c.to_ns) // 1000) AS utc_end_time,
    coalesce(u.offset_ns, 0) AS clock_offset_ns, u.source AS clock_source, u.quality AS clock_quality
  FROM c LEFT JOIN u ON u.tenant = c.tenant AND u.drive_id = c.drive_id AND u.seq = c.seq`;

/** A filter on ordinals reaches the grouping, a filter on the recording the rows: neither sees the whole catalog. */
const OPEN_RECORDING_CHUNKS = `
  SELECT n.tenant, n.drive_id, n.ordinal, e.* EXCLUDE (tenant, drive_id, ordinal),
    TRY_CAST(e.start_u AS BIGINT) AS start_ns, TRY_CAST(e.end_u AS BIGINT) AS end_ns
  FROM event.chunk_events e JOIN event.open_newest_chunks n ON n.seq = e.seq`;

const SETTLED_RECORDING_CHUNKS = `
  SELECT g.tenant, g.drive_id, g.vehicle_id, e.* FROM settled.chunk_events e JOIN settled.origins g USING (origin)
  WHERE e.newest`;

const RECORDING_CHUNKS = `
  SELECT c.*, coalesce(s.set_state, 'active') AS set_state
  FROM (${bothByName(OPEN_RECORDING_CHUNKS, SETTLED_RECORDING_CHUNKS)}) c
  LEFT JOIN event.chunk_sets s USING (tenant, drive_id, recording_id)`;

const OPEN_CHUNK_TOPICS = `
  SELECT s.tenant, s.drive_id, e.* EXCLUDE (tenant, drive_id),
    TRY_CAST(e.start_u AS BIGINT) AS start_ns, TRY_CAST(e.end_u AS BIGINT) AS end_ns
  FROM event.chunk_channel_events e JOIN event.open_shown_chunks s ON s.seq = e.seq`;

const SETTLED_CHUNK_TOPICS = `
  SELECT g.tenant, g.drive_id, g.vehicle_id, e.* FROM settled.chunk_channel_events e JOIN settled.origins g USING (origin)
  WHERE e.shown`;

const LOSSES = `
  SELECT l.*, r.path FROM event.active_losses l LEFT JOIN event.recordings r USING (tenant, drive_id, recording_id)`;

const FINDINGS = `
  SELECT f.* FROM event.finding_rows f JOIN event.verdict_rows v USING (tenant, drive_id, dock_id)
  WHERE f.ordinal < v.findings ORDER BY f.tenant, f.drive_id, f.ordinal`;

const RECEIPTS = `
  SELECT * REPLACE (CAST(CAST(signed_at AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP) AS signed_at)
  FROM event.receipt_rows ORDER BY signed_at, receipt_id`;

/** Nearest rank: exact, and the same number in both engines, which no quantile function is. */
const FRESHNESS = `
  SELECT tenant, garage, docked_day AS day, count(DISTINCT drive_id) AS drives, count(*) AS dockings,
    count(took_ms) AS dockings_indexed,
    min(took_ms) FILTER (100 * place >= 50 * places) / 1000 AS p50_seconds,
    min(took_ms) FILTER (100 * place >= 95 * places) / 1000 AS p95_seconds
  FROM (
    SELECT *, count(took_ms) OVER (PARTITION BY tenant, garage, docked_day) AS places,
      row_number() OVER (PARTITION BY tenant, garage, docked_day ORDER BY took_ms IS NULL, took_ms) AS place
    FROM (
      SELECT d.tenant, d.drive_id, d.garage, CAST(make_timestamp(d.docked_at_ms * 1000) AS DATE) AS docked_day,
        epoch_ms(a.indexed_at) - d.docked_at_ms AS took_ms
      FROM event.docks d
      LEFT JOIN (
        SELECT tenant, drive_id, dock_id, min(CAST(signed_at AS TIMESTAMPTZ)) AS indexed_at
        FROM event.receipt_rows GROUP BY tenant, drive_id, dock_id
      ) a USING (tenant, drive_id, dock_id)
    )
  )
  GROUP BY tenant, garage, docked_day`;

export const BODIES: Readonly<Record<string, string>> = {
  drives: WITH_LABELS,
  recordings: RECORDINGS,
  topics: 'FROM event.topics',
  channels: 'SELECT * FROM event.channel_rows',
  chunks: CHUNKS,
  chunks_on_utc: CHUNKS_ON_UTC,
  clocks: 'SELECT *, drift_ppb / 1000 AS drift_ppm FROM event.clock_rows',
  recording_chunks: RECORDING_CHUNKS,
  chunk_topics: bothByName(OPEN_CHUNK_TOPICS, SETTLED_CHUNK_TOPICS),
  coverage: COVERAGE,
  coverage_days: COVERAGE_DAYS,
  gaps: GAPS,
  losses: LOSSES,
  previews: 'SELECT * FROM event.preview_object_rows',
  verdicts: 'SELECT * FROM event.verdict_rows',
  findings: FINDINGS,
  receipts: RECEIPTS,
  freshness: FRESHNESS,
  ...noteBodies(CHUNKS),
  ...SIGNAL_BODIES,
  matrix_runs: MATRIX_RUNS,
  matrix_results: 'SELECT * FROM event.matrix_rows',
  ...TRACK_BODIES,
};
