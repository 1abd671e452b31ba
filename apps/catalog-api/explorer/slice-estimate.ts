/**
 * What a slice would take, before it is cut: chunks, bytes, messages and requests, reckoned from the catalog's sums in one
 * row, so that it may be asked while somebody drags. Within a chunk messages are taken to come evenly.
 */
import type { Catalog, SqlParameter } from '@pitlane/ports/catalog';
import { COUNTED_TOPICS, countedParameters, placesFor } from './counted-topics.ts';
import { countOf, type DriveKey, OF_DRIVE, textOf } from './of-drive.ts';

/**
 * As the reading of objects has it: smaller ones are read whole if most of their time is wanted, of others the index first and
 * then so much at once. The topics of a chunk lie among one another, so that reading one reads past the others.
 */
const WHOLE_OBJECT_BYTES = 2_000_000;
const READ_AT_ONCE_BYTES = 8 * 1024 * 1024;
export const MISSING_MAX = 1000;

export interface SliceAsked extends DriveKey {
  /** All without. */
  readonly topics: readonly string[] | undefined;
  /** [start, end) as far as they are bounded. */
  readonly startNs: string | undefined;
  readonly endNs: string | undefined;
}

export interface SliceSums {
  readonly chunks: number;
  /** Of what is wanted, as it lies in the store. */
  readonly bytesStored: number;
  /** Of the chunks that hold it, whole. */
  readonly bytesTouched: number;
  readonly messages: number;
  readonly requests: number;
}

interface Sql {
  readonly sql: string;
  readonly parameters: readonly SqlParameter[];
}

/** The earliest and latest times that the catalog holds stand for an open end. */
const [EARLIEST, LATEST] = ['0', '9223372036854775807'];

export function sumsSql({ topics, startNs = EARLIEST, endNs = LATEST, ...key }: SliceAsked): Sql {
  const { tenant, driveId } = key;
  const named = topics ? `topic IN (${placesFor(topics)})` : 'TRUE';
  // Numbers of our own, no text of anybody.
  const [start, end] = [BigInt(startNs), BigInt(endNs)];
  // Each message is a nanosecond long, so that a chunk of one message has a share too.
  const share = `(LEAST(end_ns, ${end - 1n}) - GREATEST(start_ns, ${start}) + 1) * 1e0 / (end_ns - start_ns + 1)`;
  const sql = `
    SELECT COUNT(*) AS chunks, SUM(bytes_stored) AS bytes_touched, SUM(wanted_bytes) AS bytes_stored, SUM(messages) AS messages,
      SUM(CASE WHEN bytes_stored < ${WHOLE_OBJECT_BYTES} THEN CASE WHEN time_part >= 5e-1 THEN 1 ELSE 2 END
        ELSE 1 + CEIL(bytes_stored * time_part / ${READ_AT_ONCE_BYTES}) END) AS requests
    FROM (
      SELECT k.bytes_stored, w.messages, w.time_part, k.bytes_stored * (w.wanted_raw / GREATEST(w.all_raw, 1)) AS wanted_bytes
      FROM (
        SELECT chunk_id, SUM(bytes) AS all_raw, SUM(CASE WHEN is_wanted THEN bytes * part ELSE 0 END) AS wanted_raw,
          SUM(CASE WHEN is_wanted THEN messages * part ELSE 0 END) AS messages,
          MAX(CASE WHEN is_wanted THEN part ELSE 0 END) AS time_part
        FROM (
          SELECT chunk_id, bytes, messages, ${share} AS part,
            ${named} AND end_ns >= ${start} AND start_ns < ${end} AS is_wanted
          FROM (${COUNTED_TOPICS}) AS counted
        ) AS parts
        GROUP BY chunk_id HAVING SUM(CASE WHEN is_wanted THEN 1 ELSE 0 END) > 0
      ) AS w
      JOIN chunks AS k ON k.chunk_id = w.chunk_id
      WHERE k.tenant = ? AND k.drive_id = ? AND k.kind = 'log'
    ) AS touched`;
  const parameters = [...(topics ?? []), ...countedParameters(key), tenant, driveId];
  return { sql, parameters };
}

export async function sumsOf(catalog: Pick<Catalog, 'query'>, asked: SliceAsked): Promise<SliceSums> {
  const { sql, parameters } = sumsSql(asked);
  const [row = {}] = await catalog.query(sql, parameters);
  const whole = (column: string): number => Math.round(countOf(row[column]));
  return {
    chunks: whole('chunks'),
    bytesStored: whole('bytes_stored'),
    bytesTouched: whole('bytes_touched'),
    messages: whole('messages'),
    requests: whole('requests'),
  };
}

/**
 * Runs that are not in the catalog's chunks; those of unknown time lie in every slice. Their count is asked for apart: DuckDB
 * 1.5.5 has died of a window over this view beside another query.
 */
export function missingSql({ tenant, driveId, topics, startNs = EARLIEST, endNs = LATEST }: SliceAsked): Missing {
  const named = topics ? ` AND topic IN (${placesFor(topics)})` : '';
  const from = `FROM coverage
    WHERE ${OF_DRIVE} AND state <> 'indexed' AND (end_ns IS NULL OR end_ns >= CAST(? AS BIGINT))
      AND (start_ns IS NULL OR start_ns < CAST(? AS BIGINT))${named}`;
  return {
    sql: `SELECT topic, start_ns, end_ns, state, reason ${from} ORDER BY topic, start_ns, end_ns, state LIMIT ${MISSING_MAX}`,
    countSql: `SELECT COUNT(*) AS runs ${from}`,
    parameters: [tenant, driveId, startNs, endNs, ...(topics ?? [])],
  };
}

interface Missing extends Sql {
  readonly countSql: string;
}

export async function missingOf(catalog: Pick<Catalog, 'query'>, asked: SliceAsked) {
  const { sql, countSql, parameters } = missingSql(asked);
  const rows = await catalog.query(sql, parameters);
  const missing = rows.map((row) => ({
    topic: textOf(row['topic']) ?? '',
    startTime: textOf(row['start_ns']),
    endTime: textOf(row['end_ns']),
    state: textOf(row['state']) ?? '',
    reason: textOf(row['reason']),
  }));
  if (missing.length < MISSING_MAX) return { missing, missingMore: 0 };
  const [counted] = await catalog.query(countSql, parameters);
  return { missing, missingMore: Math.max(0, countOf(counted?.['runs']) - missing.length) };
}
