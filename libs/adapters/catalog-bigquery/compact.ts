/**
 * Compacts one day: of each key only the newest live event stays, and rows of batches that were never committed go. What the
 * views show does not change. A row goes only when a newer one of its key is committed in the same day already, so what arrives
 * meanwhile stays. The days are written into the SQL as literals, since BigQuery leaves out other partitions only then.
 * States of recordings and of chunk sets stay, and what people said of drives: which of them counts does not follow from
 * what came last.
 */
import { randomUUID } from 'node:crypto';
import { PitlaneError } from '@pitlane/base/errors';
import type { TableName } from '@pitlane/contracts/catalog';
import { TABLE_NAMES } from '@pitlane/contracts/catalog';
import { dayOfMs } from './drive-days.ts';
import type { FullName } from './names.ts';
import { COMMITTED } from './names.ts';
import { runQuery } from './run-query.ts';
import { batchAt } from './seq-clock.ts';
import { ANY_DAY } from './tables.ts';
import { taken, type TurnTools } from './turns.ts';

type Kept = 'state_events' | 'chunk_set_events' | 'annotation_events' | 'correction_events';

/**
 * A chunk's channels follow the newest chunk event of their recording and ordinal, the rows of a clock the newest event of
 * their recording.
 */
const KEYS: Readonly<Record<Exclude<TableName, Kept>, readonly string[]>> = {
  dock_events: ['dock_id'],
  preview_events: ['recording_id'],
  recording_events: ['recording_id'],
  clock_events: ['recording_id'],
  channel_events: ['recording_id', 'channel'],
  chunk_events: ['recording_id', 'ordinal'],
  chunk_channel_events: ['recording_id', 'ordinal'],
  loss_events: ['recording_id', 'byte_offset', 'reason'],
  preview_object_events: ['preview_id'],
  derivation_events: ['deriver', 'chunk_id'],
  signal_events: ['chunk_id'],
  track_events: ['chunk_id'],
  track_cell_events: ['chunk_id'],
  frame_events: ['chunk_id'],
  verdict_events: ['dock_id'],
  finding_events: ['dock_id', 'ordinal'],
  receipt_events: ['receipt_id'],
  dataset_events: ['snapshot_id'],
  shard_events: ['snapshot_id', 'split', 'shard'],
  shard_built_events: ['snapshot_id', 'split', 'shard'],
  sample_run_events: ['snapshot_id', 'split', 'shard', 'field', 'object', 'first_sample'],
  matrix_events: ['run_id', 'job'],
};

const DAY_MS = 86_400_000;
/** No load is under way for so long. */
const ORPHAN_AFTER_MS = 2 * DAY_MS;
/** Quiet for a day, and not for so long that it was compacted in the days before; a missed day is made up for. */
const QUIET_MS = { from: DAY_MS, to: 4 * DAY_MS } as const;

/** @param day such as `2026-03-18`. */
export function compactionStatements(full: FullName, day: string, nowMs: number): string[] {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day))) {
    throw new PitlaneError('bad-usage', `"${day}" is no day: write it like 2026-03-18`);
  }
  const orphansBefore = batchAt(nowMs - ORPHAN_AFTER_MS);
  const committed = `(SELECT batch FROM ${full(COMMITTED)})`;
  const merges = Object.entries(KEYS).map(([table, parts]) => {
    const key = ['tenant', 'drive_id', ...parts];
    return `MERGE ${full(table)} AS t
      USING (
        SELECT ${key.join(', ')}, MAX(seq) AS newest_seq FROM ${full(table)}
        WHERE partition_day = DATE '${day}' AND batch IN ${committed} GROUP BY ${key.join(', ')}
      ) AS n
      ON t.partition_day = DATE '${day}' AND ${key.map((name) => `t.${name} = n.${name}`).join(' AND ')}
        AND t.seq < n.newest_seq
      WHEN MATCHED THEN DELETE`;
  });
  const sweeps = TABLE_NAMES.map(
    (table) =>
      `DELETE FROM ${full(table)} WHERE partition_day = DATE '${day}' AND batch < ${orphansBefore} AND batch NOT IN ${committed}`,
  );
  return [...merges, ...sweeps];
}

/** Days of which the newest row came between a day and four days ago. */
export function quietDaysSql(full: FullName, nowMs: number): string {
  const rows = TABLE_NAMES.map((table) => `SELECT partition_day, batch FROM ${full(table)} WHERE ${ANY_DAY}`);
  return `SELECT CAST(partition_day AS STRING) AS day FROM (${rows.join(' UNION ALL ')})
    GROUP BY partition_day
    HAVING MAX(batch) < ${batchAt(nowMs - QUIET_MS.from)} AND MAX(batch) >= ${batchAt(nowMs - QUIET_MS.to)}
    ORDER BY day`;
}

export interface CompactTools extends TurnTools {
  readonly full: FullName;
}

/** Compacts what has gone quiet, once a day, whichever program asks first. */
export async function compactQuietDays(tools: CompactTools, signal: AbortSignal): Promise<readonly string[]> {
  const { api, datasetId, full, seqs } = tools;
  if (!(await taken(tools, `compaction-${dayOfMs(seqs.nowMs())}`, randomUUID()))) return [];
  const rows = await runQuery(api, { sql: quietDaysSql(full, seqs.nowMs()), datasetId, signal });
  const days = rows.map((row) => row['day'] as string);
  for (const day of days) await compactDay(tools, day, signal);
  return days;
}

export async function compactDay(tools: CompactTools, day: string, signal?: AbortSignal): Promise<void> {
  const { api, datasetId, full, seqs } = tools;
  for (const sql of compactionStatements(full, day, seqs.nowMs())) await runQuery(api, { sql, datasetId, signal });
}
