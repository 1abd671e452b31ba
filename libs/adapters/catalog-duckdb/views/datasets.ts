/** Datasets: the newest event of each key, and the views over them. */
import { newest } from './newest.ts';

export const DATASET_STEPS: readonly (readonly [name: string, sql: string])[] = [
  ['dataset_rows', newest('dataset_events', 'snapshot_id')],
  ['shard_rows', newest('shard_events', 'snapshot_id, split, shard')],
  ['shard_built_rows', newest('shard_built_events', 'snapshot_id, split, shard')],
  ['sample_run_rows', newest('sample_run_events', 'snapshot_id, split, shard, field, object, first_sample')],
];

export const DATASET_BODIES: Readonly<Record<string, string>> = {
  datasets: `
    SELECT d.* REPLACE (CAST(CAST(created_at AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP) AS created_at),
      coalesce(b.shards_built, 0) AS shards_built, b.bytes_stored
    FROM event.dataset_rows d
    LEFT JOIN (
      SELECT tenant, snapshot_id, count(*) AS shards_built, sum(bytes_stored) AS bytes_stored
      FROM event.shard_built_rows GROUP BY tenant, snapshot_id
    ) b USING (tenant, snapshot_id)`,
  shards: `
    SELECT s.tenant, s.snapshot_id, d.name, s.split, s.shard, s.samples, s.list_object,
      CASE WHEN b.object IS NULL THEN 'planned' ELSE 'built' END AS state,
      b.object, b.generation, b.bytes_stored, b.crc32c, b.sha256
    FROM event.shard_rows s
    LEFT JOIN event.dataset_rows d USING (tenant, snapshot_id)
    LEFT JOIN event.shard_built_rows b USING (tenant, snapshot_id, split, shard)`,
  sample_runs: 'SELECT * FROM event.sample_run_rows',
};
