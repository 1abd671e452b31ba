/**
 * Compacts one day: of each key only the newest live event stays, and rows of batches that were never committed go. What the
 * views show does not change. The days are written into the SQL as literals, since BigQuery leaves out other partitions
 * only then; to be run for days that have gone quiet. States of recordings and of chunk sets stay: which of them counts does
 * not follow from the newest alone.
 */
import { PitlaneError } from '@pitlane/base/errors';
import type { TableName } from '@pitlane/contracts/catalog';
import { TABLE_NAMES } from '@pitlane/contracts/catalog';
import type { FullName } from './names.ts';
import { COMMITTED } from './names.ts';

/** A chunk's channels follow the newest chunk event of their recording and ordinal. */
const KEYS: Readonly<Record<Exclude<TableName, 'state_events' | 'chunk_set_events'>, readonly string[]>> = {
  dock_events: ['dock_id'],
  preview_events: ['recording_id'],
  recording_events: ['recording_id'],
  channel_events: ['recording_id', 'channel'],
  chunk_events: ['recording_id', 'ordinal'],
  chunk_channel_events: ['recording_id', 'ordinal'],
  loss_events: ['recording_id', 'byte_offset', 'reason'],
  receipt_events: ['receipt_id'],
};

/** No load is under way for so long. */
const ORPHAN_AFTER_MS = 2 * 86_400_000;

/** @param day such as `2026-03-18`. @param batchAt the number that a batch begun at a time would have. */
export function compactionStatements(
  full: FullName,
  day: string,
  nowMs: number,
  batchAt: (timeMs: number) => bigint,
): string[] {
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
