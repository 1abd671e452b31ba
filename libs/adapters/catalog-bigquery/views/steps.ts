/**
 * The steps below the views, as parts of their WITH clauses: the live rows of each table, the newest event of each key, what a recording's state follows
 * from, and which chunk rows count. The same steps as in the embedded twin, in BigQuery's SQL; every one keeps tenant and
 * drive_id, by which the tables are clustered.
 */
import type { TableName } from '@pitlane/contracts/catalog';
import { TABLE_NAMES } from '@pitlane/contracts/catalog';
import { STATES } from '@pitlane/contracts/records';
import type { FullName } from '../names.ts';
import { COMMITTED, liveName, stepName } from '../names.ts';
import { ANY_DAY } from '../tables.ts';
import { DATASET_NEWEST } from './datasets.ts';
import { annotationRows, corrected } from './notes.ts';
import { SIGNAL_STEPS } from './signals.ts';
import { TRACK_STEPS } from './tracks.ts';

const rankOf = (state: (typeof STATES)[number]): number => STATES.indexOf(state);
/** A landing that is overdue goes back from shipped to chunked; between all others the furthest wins. */
const EITHER_WAY = `(${rankOf('chunked')}, ${rankOf('shipped')})`;

export type NamedSql = readonly [name: string, sql: string];

const NEWEST: readonly (readonly [step: string, table: TableName, key: string, before?: string])[] = [
  ['docks', 'dock_events', 'dock_id'],
  ['previews', 'preview_events', 'recording_id'],
  ['closed_recordings', 'recording_events', 'recording_id'],
  // A dock announces a likely copy as pending. One that was settled before stays as it was settled until it is again.
  ['chunk_sets', 'chunk_set_events', 'recording_id', "IF(set_state = 'pending', 1, 0), "],
  ['channel_rows', 'channel_events', 'recording_id, channel'],
  ['receipt_rows', 'receipt_events', 'receipt_id'],
  ['matrix_rows', 'matrix_events', 'run_id, job'],
  ['loss_rows', 'loss_events', 'recording_id, byte_offset, reason'],
  ['finding_rows', 'finding_events', 'dock_id, ordinal'],
  ...DATASET_NEWEST,
];

function liveRows(full: FullName): NamedSql[] {
  return TABLE_NAMES.map((table) => [
    liveName(table),
    `SELECT * FROM ${full(table)} WHERE ${ANY_DAY}
       AND batch IN (SELECT batch FROM ${full(COMMITTED)})`,
  ]);
}

function newestRows(): NamedSql[] {
  return NEWEST.map(([step, table, key, before = '']) => [
    stepName(step),
    `SELECT * FROM ${liveName(table)} WHERE TRUE
     QUALIFY ROW_NUMBER() OVER (PARTITION BY tenant, drive_id, ${key} ORDER BY ${before}seq DESC) = 1`,
  ]);
}

/** A drive is judged whole at every docking: the last one says most. */
const verdictRows = `
  SELECT * FROM live_verdict_events WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY tenant, drive_id ORDER BY docked_at_ms DESC, dock_id DESC, seq DESC) = 1`;

/** Copies of a recording begin alike: the preview of the longest says most. */
const previewObjectRows = `
  SELECT * FROM live_preview_object_events WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY tenant, drive_id, head_sha256 ORDER BY source_bytes DESC, preview_id DESC, seq DESC) = 1`;

/** The furthest state wins, so that a record delivered late lowers nothing. A receipt makes its recordings receipted. */
const stateRanks = `
  SELECT tenant, drive_id, recording_id,
    IF(MAX(state_rank) IN ${EITHER_WAY},
      MAX_BY(IF(state_rank IN ${EITHER_WAY}, state_rank, NULL), IF(state_rank IN ${EITHER_WAY}, seq, NULL)),
      MAX(state_rank)) AS state_rank
  FROM (
    SELECT tenant, drive_id, recording_id, \`rank\` AS state_rank, seq FROM live_state_events
    UNION ALL
    SELECT r.tenant, r.drive_id, recording_id, ${rankOf('receipted')}, r.seq
    FROM live_receipt_events AS r CROSS JOIN UNNEST(r.recording_ids) AS recording_id
  )
  GROUP BY tenant, drive_id, recording_id`;

/** Of the newest event of each recording. */
const clockRows = `
  SELECT c.* FROM live_clock_events AS c
  JOIN step_closed_recordings AS r
    ON r.tenant = c.tenant AND r.drive_id = c.drive_id AND r.recording_id = c.recording_id AND r.seq = c.seq`;

const DAY_NS = 86_400_000_000_000;

/** What a recording's segments come to: 0 believed, 1 corrected, 2 bound by the docking, 3 unknown; whether a day is wrong by it. */
const recordingClocks = `
  SELECT tenant, drive_id, recording_id,
    MAX(CASE WHEN quality = 'unknown' THEN 3 WHEN quality = 'bound' THEN 2 ELSE applied END) AS clock_rank,
    MAX(CASE WHEN quality IN ('bound', 'unknown') THEN 1
      WHEN applied = 1 AND (offset_ns > ${DAY_NS} OR offset_ns < -${DAY_NS}) THEN 1 ELSE 0 END) AS is_days_off
  FROM step_clock_rows WHERE topic IS NULL GROUP BY tenant, drive_id, recording_id`;

/** Segments with what queries by UTC add: nothing where the log's clock is believed. */
const clockSegments = `
  SELECT tenant, drive_id, recording_id, segment, SAFE_CAST(start_u AS INT64) AS start_ns, SAFE_CAST(end_u AS INT64) AS end_ns,
    source_start, source_end, source, quality, IF(applied = 1, offset_ns, 0) AS offset_ns, IF(applied = 1, drift_ppb, 0) AS drift_ppb
  FROM step_clock_rows WHERE topic IS NULL AND SAFE_CAST(end_u AS INT64) IS NOT NULL`;

const recordings = `
  SELECT k.tenant, k.drive_id, COALESCE(r.vehicle_id, p.vehicle_id) AS vehicle_id, k.recording_id,
    COALESCE(r.path, p.path) AS path, COALESCE(r.format, p.format) AS format, r.opaque_reason, r.profile, r.library,
    COALESCE(s.state_rank, 0) AS state_rank, COALESCE(c.set_state, 'active') AS set_state,
    IF(c.set_state = 'superseded', c.superseded_by, NULL) AS superseded_by,
    COALESCE(r.bytes, p.bytes) AS bytes, COALESCE(r.messages, p.messages) AS messages,
    IF(r.seq IS NULL, p.start_u, r.start_u) AS start_u, IF(r.seq IS NULL, p.end_u, r.end_u) AS end_u,
    r.notes, COALESCE(r.dock_id, p.dock_id) AS dock_id, p.topics AS preview_topics,
    COALESCE(o.clock_rank, 0) AS clock_rank, COALESCE(o.is_days_off, 0) AS is_days_off
  FROM (
    SELECT tenant, drive_id, recording_id FROM step_previews
    UNION DISTINCT
    SELECT tenant, drive_id, recording_id FROM step_closed_recordings
  ) AS k
  LEFT JOIN step_previews AS p USING (tenant, drive_id, recording_id)
  LEFT JOIN step_closed_recordings AS r USING (tenant, drive_id, recording_id)
  LEFT JOIN step_state_ranks AS s USING (tenant, drive_id, recording_id)
  LEFT JOIN step_chunk_sets AS c USING (tenant, drive_id, recording_id)
  LEFT JOIN step_recording_clocks AS o USING (tenant, drive_id, recording_id)`;

/** The few whose chunks are not shown; all others count as active, also before their first chunk-set event. */
const hidden = `SELECT tenant, drive_id, recording_id FROM step_chunk_sets WHERE set_state <> 'active'`;

/**
 * The chunk event that counts for each recording and ordinal, whatever the state of its set. Ordinals past the count in
 * the closing manifest come from a cut that was given up.
 */
const recordingChunkSeqs = `
  SELECT e.tenant, e.drive_id, e.recording_id, e.ordinal, MAX_BY(e.chunk_id, e.seq) AS chunk_id, MAX(e.seq) AS seq
  FROM live_chunk_events AS e
  LEFT JOIN step_closed_recordings AS c
    ON c.tenant = e.tenant AND c.drive_id = e.drive_id AND c.recording_id = e.recording_id
  WHERE c.chunks IS NULL OR e.ordinal < c.chunks
  GROUP BY e.tenant, e.drive_id, e.recording_id, e.ordinal`;

const chunkSeqs = `
  SELECT s.* FROM step_recording_chunk_seqs AS s
  LEFT JOIN step_hidden_recordings AS h
    ON h.tenant = s.tenant AND h.drive_id = s.drive_id AND h.recording_id = s.recording_id
  WHERE h.recording_id IS NULL`;

/**
 * One event a chunk of a drive: a chunk that two recordings hold is one object, and its messages are counted once. It is
 * shown as the first of them has it, by id, and not as the last that was told: claims may come again, in any order.
 */
const chunkOnce = `
  SELECT tenant, drive_id, chunk_id, ARRAY_AGG(seq ORDER BY recording_id, ordinal LIMIT 1)[OFFSET(0)] AS seq,
    ARRAY_AGG(DISTINCT recording_id ORDER BY recording_id) AS recording_ids
  FROM step_chunk_seqs GROUP BY tenant, drive_id, chunk_id`;

/** Channels of log chunks, each message once. */
const topicParts = `
  SELECT e.tenant, e.drive_id, e.vehicle_id, e.topic, e.messages, e.bytes, e.start_u, e.end_u
  FROM live_chunk_channel_events AS e
  JOIN step_chunk_once AS o
    ON o.tenant = e.tenant AND o.drive_id = e.drive_id AND o.chunk_id = e.chunk_id AND o.seq = e.seq
  WHERE e.kind = 'log'`;

const notHidden = (step: string): string => `
  SELECT l.* FROM ${step} AS l
  LEFT JOIN step_hidden_recordings AS h
    ON h.tenant = l.tenant AND h.drive_id = l.drive_id AND h.recording_id = l.recording_id
  WHERE h.recording_id IS NULL`;

/** In the order in which they build upon one another. */
function allSteps(full: FullName): readonly NamedSql[] {
  const built: readonly NamedSql[] = [
    ['verdict_rows', verdictRows],
    ['preview_object_rows', previewObjectRows],
    ['state_ranks', stateRanks],
    ['clock_rows', clockRows],
    ['recording_clocks', recordingClocks],
    ['clock_segments', clockSegments],
    ['recordings', recordings],
    ['hidden_recordings', hidden],
    ['recording_chunk_seqs', recordingChunkSeqs],
    ['chunk_seqs', chunkSeqs],
    ['chunk_once', chunkOnce],
    ['topic_parts', topicParts],
    ['active_losses', notHidden('step_loss_rows')],
    ['active_channels', notHidden('step_channel_rows')],
    ['annotation_rows', annotationRows],
    ['corrected', corrected],
    ...SIGNAL_STEPS,
    ...TRACK_STEPS,
  ];
  return [...liveRows(full), ...newestRows(), ...built.map(([name, sql]): NamedSql => [stepName(name), sql])];
}

/** The WITH clause that `sql` needs: the steps that it names, and those that they name. */
export function withSteps(sql: string, full: FullName): string {
  const needed: NamedSql[] = [];
  let text = sql;
  for (const step of allSteps(full).toReversed()) {
    if (!new RegExp(`\\b${step[0]}\\b`).test(text)) continue;
    needed.unshift(step);
    text += step[1];
  }
  return needed.map(([name, body]) => `${name} AS (${body})`).join(',\n');
}
