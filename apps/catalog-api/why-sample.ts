/** Where a sample, or a shard, of a dataset comes from: down to the bytes of the car's file that hold it. */
import { textFromTimeNs } from '@pitlane/base/time';
import { counted, textFromBytes } from '@pitlane/base/units';
import { sampleKeyFrom } from '@pitlane/contracts/dataset';
import type { Catalog, SqlRow } from '@pitlane/ports/catalog';

const ROWS_MAX = 50;

/** @param asked a sample's key, or the part of it that names a shard; nothing is said of anything else. */
export async function sampleLines(asked: string, catalog: Pick<Catalog, 'query'>): Promise<string[]> {
  const key = sampleKeyFrom(asked);
  if (!key) return [];
  const shards = await catalog.query(
    'SELECT name, state, samples, object, bytes_stored FROM shards WHERE STARTS_WITH(snapshot_id, ?) AND split = ? AND shard = ?',
    [key.snapshot, key.split, key.shard],
  );
  const lines = shards.map(shardLine);
  const sample = key.sample ?? null;
  const runs = await catalog.query(
    `SELECT * FROM sample_runs WHERE STARTS_WITH(snapshot_id, ?) AND split = ? AND shard = ?
       AND (CAST(? AS BIGINT) IS NULL OR (first_sample <= CAST(? AS BIGINT) AND last_sample >= CAST(? AS BIGINT)))
     ORDER BY snapshot_id, first_sample, field, object LIMIT ${ROWS_MAX}`,
    [key.snapshot, key.split, key.shard, sample, sample, sample],
  );
  return [...lines, ...runs.map(runLine), ...(runs.length === ROWS_MAX ? ['… more: ask the view sample_runs'] : [])];
}

const text = (row: SqlRow, column: string): string => {
  const value = row[column];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

function shardLine(row: SqlRow): string {
  const where =
    row['object'] === null ? 'not built yet' : `${text(row, 'object')}, ${textFromBytes(Number(row['bytes_stored']))}`;
  return `dataset: ${text(row, 'name')}, shard of ${counted(Number(row['samples']), 'sample')}: ${where}`;
}

function runLine(row: SqlRow): string {
  const [start, end] = [row['start_ns'], row['end_ns']];
  const times = typeof start === 'string' && typeof end === 'string' ? `, ${spanText(start, end)}` : '';
  const source = `${text(row, 'path')} bytes ${text(row, 'source_start')} to ${text(row, 'source_end')}`;
  const samples = `samples ${text(row, 'first_sample')} to ${text(row, 'last_sample')}`;
  return `from: ${text(row, 'topic')} of ${text(row, 'drive_id')} (${samples}${times}): ${source}; stored in ${text(row, 'object')}`;
}

const spanText = (start: string, end: string): string =>
  start === end ? textFromTimeNs(BigInt(start)) : `${textFromTimeNs(BigInt(start))} to ${textFromTimeNs(BigInt(end))}`;
