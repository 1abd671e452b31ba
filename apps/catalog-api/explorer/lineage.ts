/** Where the samples of a dataset come from: by drive, and of one sample down to the bytes of the car's files. */
import type { SampleKey } from '@pitlane/contracts/dataset';
import type { Catalog, SqlParameter, SqlRow } from '@pitlane/ports/catalog';
import { countOf, numberOf, textOf } from './of-drive.ts';

/** A sample of more messages tells of the first; the view sample_runs has them all. */
export const SOURCES_MAX = 1000;

interface Sql {
  readonly sql: string;
  readonly parameters: readonly SqlParameter[];
}

/**
 * Samples of a shard are in one run for each message that they have, so runs lie over one another: of each run those samples
 * are counted that no run before it had.
 */
export function drivesSql(
  { tenant, snapshotId }: { readonly tenant: string; readonly snapshotId: string },
  { afterDrive, limit }: { readonly afterDrive: string; readonly limit: number },
): Sql {
  const sql = `
    SELECT drive_id, MIN(vehicle_id) AS vehicle_id, MIN(split) AS split, COUNT(DISTINCT chunk_id) AS chunks,
      COUNT(DISTINCT topic) AS topics, COUNT(DISTINCT CONCAT(split, CAST(shard AS STRING))) AS shards, SUM(messages) AS messages,
      SUM(GREATEST(0, last_sample - GREATEST(first_sample, COALESCE(reached + 1, first_sample)) + 1)) AS samples,
      MIN(start_ns) AS start_ns, MAX(end_ns) AS end_ns
    FROM (
      SELECT *, MAX(last_sample) OVER (PARTITION BY drive_id, split, shard ORDER BY first_sample, last_sample, field, object
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
      FROM sample_runs WHERE tenant = ? AND snapshot_id = ? AND drive_id > ?
    ) AS runs GROUP BY drive_id ORDER BY drive_id LIMIT ${limit}`;
  return { sql, parameters: [tenant, snapshotId, afterDrive] };
}

export const lineageFrom = (row: SqlRow) => ({
  driveId: textOf(row['drive_id']) ?? '',
  vehicleId: textOf(row['vehicle_id']) ?? '',
  split: textOf(row['split']) ?? '',
  chunks: countOf(row['chunks']),
  topics: countOf(row['topics']),
  shards: countOf(row['shards']),
  samples: countOf(row['samples']),
  messages: countOf(row['messages']),
  startTime: textOf(row['start_ns']),
  endTime: textOf(row['end_ns']),
});

/** Of one sample, or of all in its shard. */
export function sourcesSql(key: SampleKey, tenant: string | undefined): Sql {
  const conditions = ['STARTS_WITH(snapshot_id, ?)', 'split = ?', 'shard = ?'];
  const parameters: SqlParameter[] = [key.snapshot, key.split, key.shard];
  if (key.sample !== undefined) {
    conditions.push('first_sample <= ?', 'last_sample >= ?');
    parameters.push(key.sample, key.sample);
  }
  if (tenant !== undefined) {
    conditions.push('tenant = ?');
    parameters.push(tenant);
  }
  const sql = `SELECT * FROM sample_runs WHERE ${conditions.join(' AND ')}
    ORDER BY tenant, snapshot_id, field, first_sample, object LIMIT ${SOURCES_MAX}`;
  return { sql, parameters };
}

export async function sourcesOf(catalog: Pick<Catalog, 'query'>, key: SampleKey, tenant: string | undefined) {
  const { sql, parameters } = sourcesSql(key, tenant);
  return (await catalog.query(sql, parameters)).map((row) => ({
    tenant: textOf(row['tenant']) ?? '',
    snapshotId: textOf(row['snapshot_id']) ?? '',
    field: countOf(row['field']),
    topic: textOf(row['topic']) ?? '',
    driveId: textOf(row['drive_id']) ?? '',
    vehicleId: textOf(row['vehicle_id']) ?? '',
    chunkId: textOf(row['chunk_id']) ?? '',
    recordingId: textOf(row['recording_id']) ?? '',
    path: textOf(row['path']) ?? '',
    startOffset: numberOf(row['source_start']),
    endOffset: numberOf(row['source_end']),
    firstSample: countOf(row['first_sample']),
    lastSample: countOf(row['last_sample']),
    messages: countOf(row['messages']),
    startTime: textOf(row['start_ns']),
    endTime: textOf(row['end_ns']),
  }));
}
