/**
 * The steps below the views, as views of the schema `event`: the newest event of each key, what a recording's state
 * follows from, and (beside this file) which chunk rows count. Every step keeps tenant and drive_id, and every join names them, so that a
 * filter on one drive reaches the event tables. Wide rows are never sorted: the newest is found on narrow columns first.
 */
import { STATES } from '@pitlane/contracts/records';
import { CHUNK_STEPS } from './chunk-steps.ts';
import { NOTE_STEPS } from './notes.ts';
import { SIGNAL_STEPS } from './signals.ts';
import { TRACK_STEPS } from './tracks.ts';

const rankOf = (state: (typeof STATES)[number]): number => STATES.indexOf(state);

export const newest = (table: string, key: string, before = ''): string =>
  `SELECT * FROM event.${table}
   QUALIFY row_number() OVER (PARTITION BY tenant, drive_id, ${key} ORDER BY ${before}seq DESC) = 1`;

const NEWEST_ROWS: readonly (readonly [name: string, sql: string])[] = [
  ['docks', newest('dock_events', 'dock_id')],
  ['previews', newest('preview_events', 'recording_id')],
  ['closed_recordings', newest('recording_events', 'recording_id')],
  // A dock announces a likely copy as pending. One that was settled before stays as it was settled until it is again.
  ['chunk_sets', newest('chunk_set_events', 'recording_id', "set_state <> 'pending' DESC, ")],
  ['open_channels', newest('channel_events', 'recording_id, channel')],
  ['receipt_rows', newest('receipt_events', 'receipt_id')],
  ['matrix_rows', newest('matrix_events', 'run_id, job')],
  ['loss_rows', newest('loss_events', 'recording_id, byte_offset, reason')],
  ['finding_rows', newest('finding_events', 'dock_id, ordinal')],
  [
    'verdict_rows',
    `SELECT * FROM event.verdict_events
     QUALIFY row_number() OVER (PARTITION BY tenant, drive_id ORDER BY docked_at_ms DESC, dock_id DESC, seq DESC) = 1`,
  ],
  // Copies of a recording begin alike: the preview of the longest says most.
  [
    'preview_object_rows',
    `SELECT * FROM event.preview_object_events
     QUALIFY row_number() OVER (
       PARTITION BY tenant, drive_id, head_sha256 ORDER BY source_bytes DESC, preview_id DESC, seq DESC) = 1`,
  ],
];

/**
 * The furthest state wins, so that a record delivered late lowers nothing; between chunked and shipped the newest wins,
 * for a landing that is overdue goes back to chunked. A receipt makes its recordings receipted.
 */
const STATE_RANKS = `
  SELECT tenant, drive_id, recording_id,
    CASE WHEN max(rank) IN (${rankOf('chunked')}, ${rankOf('shipped')})
      THEN arg_max(rank, seq) FILTER (rank IN (${rankOf('chunked')}, ${rankOf('shipped')}))
      ELSE max(rank) END AS rank
  FROM (
    SELECT tenant, drive_id, recording_id, rank, seq FROM event.state_events
    UNION ALL
    SELECT tenant, drive_id, unnest(recording_ids), ${rankOf('receipted')}, seq FROM event.receipt_events
  )
  GROUP BY tenant, drive_id, recording_id`;

/** Of the newest event of each recording. */
const CLOCK_ROWS = `
  SELECT c.* FROM event.clock_events c JOIN event.closed_recordings r USING (tenant, drive_id, recording_id)
  WHERE c.seq = r.seq`;

const DAY_NS = 86_400_000_000_000;

/** What a recording's segments come to: 0 believed, 1 corrected, 2 bound by the docking, 3 unknown; whether a day is wrong by it. */
const RECORDING_CLOCKS = `
  SELECT tenant, drive_id, recording_id,
    max(CASE WHEN quality = 'unknown' THEN 3 WHEN quality = 'bound' THEN 2 ELSE applied END) AS clock_rank,
    max(CASE WHEN quality IN ('bound', 'unknown') THEN 1
      WHEN applied = 1 AND (offset_ns > ${DAY_NS} OR offset_ns < -${DAY_NS}) THEN 1 ELSE 0 END) AS is_days_off
  FROM event.clock_rows WHERE topic IS NULL GROUP BY tenant, drive_id, recording_id`;

/** Segments with what queries by UTC add: nothing where the log's clock is believed. */
const CLOCK_SEGMENTS = `
  SELECT tenant, drive_id, recording_id, segment, start_u, end_u, source_start, source_end, source, quality,
    CASE WHEN applied = 1 THEN offset_ns ELSE 0 END AS offset_ns,
    CASE WHEN applied = 1 THEN drift_ppb ELSE 0 END AS drift_ppb
  FROM event.clock_rows WHERE topic IS NULL AND TRY_CAST(end_u AS BIGINT) IS NOT NULL`;

const RECORDINGS = `
  SELECT k.tenant, k.drive_id, coalesce(r.vehicle_id, p.vehicle_id) AS vehicle_id, k.recording_id,
    coalesce(r.path, p.path) AS path, coalesce(r.format, p.format) AS format, r.opaque_reason, r.profile, r.library,
    coalesce(s.rank, 0) AS rank, coalesce(c.set_state, 'active') AS set_state,
    CASE WHEN c.set_state = 'superseded' THEN c.superseded_by END AS superseded_by,
    coalesce(r.bytes, p.bytes) AS bytes, coalesce(r.messages, p.messages) AS messages,
    CASE WHEN r.seq IS NULL THEN p.start_u ELSE r.start_u END AS start_u,
    CASE WHEN r.seq IS NULL THEN p.end_u ELSE r.end_u END AS end_u,
    coalesce(r.notes, []) AS notes, coalesce(r.dock_id, p.dock_id) AS dock_id, p.topics AS preview_topics,
    coalesce(o.clock_rank, 0) AS clock_rank, coalesce(o.is_days_off, 0) AS is_days_off
  FROM (
    SELECT tenant, drive_id, recording_id FROM event.previews
    UNION
    SELECT tenant, drive_id, recording_id FROM event.closed_recordings
  ) k
  LEFT JOIN event.previews p USING (tenant, drive_id, recording_id)
  LEFT JOIN event.closed_recordings r USING (tenant, drive_id, recording_id)
  LEFT JOIN event.state_ranks s USING (tenant, drive_id, recording_id)
  LEFT JOIN event.chunk_sets c USING (tenant, drive_id, recording_id)
  LEFT JOIN event.recording_clocks o USING (tenant, drive_id, recording_id)`;

/** The few whose chunks are not shown; all others count as active, also before their first chunk-set event. */
const HIDDEN = `SELECT tenant, drive_id, recording_id FROM event.chunk_sets WHERE set_state <> 'active'`;

const ACTIVE_LOSSES = `
  SELECT * FROM event.loss_rows ANTI JOIN event.hidden_recordings USING (tenant, drive_id, recording_id)`;

/** Silences between messages, as the newest verdict of each drive tells of them. */
const TOLD_GAPS = `
  SELECT f.tenant, f.drive_id, f.vehicle_id, f.topic, f.start_u, f.end_u, f.text
  FROM event.finding_rows f JOIN event.verdict_rows v USING (tenant, drive_id, dock_id)
  WHERE f.ordinal < v.findings AND f.kind = 'gap' AND f.start_u < f.end_u`;

/** In the order in which they build upon one another. */
export const STEPS: readonly (readonly [name: string, sql: string])[] = [
  ...NEWEST_ROWS,
  ['state_ranks', STATE_RANKS],
  ['clock_rows', CLOCK_ROWS],
  ['recording_clocks', RECORDING_CLOCKS],
  ['clock_segments', CLOCK_SEGMENTS],
  ['recordings', RECORDINGS],
  ['hidden_recordings', HIDDEN],
  ...CHUNK_STEPS,
  ['active_losses', ACTIVE_LOSSES],
  ...NOTE_STEPS,
  ['told_gaps', TOLD_GAPS],
  ...SIGNAL_STEPS,
  ...TRACK_STEPS,
];
