/** Datasets: the newest event of each key, and the views over them. */
import type { TableName } from '@pitlane/contracts/catalog';

export const DATASET_NEWEST: readonly (readonly [step: string, table: TableName, key: string])[] = [
  ['dataset_rows', 'dataset_events', 'snapshot_id'],
  ['shard_rows', 'shard_events', 'snapshot_id, split, shard'],
  ['shard_built_rows', 'shard_built_events', 'snapshot_id, split, shard'],
  ['sample_run_rows', 'sample_run_events', 'snapshot_id, split, shard, field, object, first_sample'],
];

export const DATASET_BODIES: Readonly<Record<string, string>> = {
  datasets: `
    SELECT d.* REPLACE (SAFE_CAST(d.created_at AS TIMESTAMP) AS created_at),
      IFNULL(b.shards_built, 0) AS shards_built, b.bytes_stored
    FROM step_dataset_rows AS d
    LEFT JOIN (
      SELECT tenant, snapshot_id, COUNT(*) AS shards_built, SUM(bytes_stored) AS bytes_stored
      FROM step_shard_built_rows GROUP BY tenant, snapshot_id
    ) AS b ON b.tenant = d.tenant AND b.snapshot_id = d.snapshot_id`,
  shards: `
    SELECT s.tenant, s.snapshot_id, d.name, s.split, s.shard, s.samples, s.list_object,
      IF(b.object IS NULL, 'planned', 'built') AS state,
      b.object, b.generation, b.bytes_stored, b.crc32c, b.sha256
    FROM step_shard_rows AS s
    LEFT JOIN step_dataset_rows AS d ON d.tenant = s.tenant AND d.snapshot_id = s.snapshot_id
    LEFT JOIN step_shard_built_rows AS b
      ON b.tenant = s.tenant AND b.snapshot_id = s.snapshot_id AND b.split = s.split AND b.shard = s.shard`,
  sample_runs: 'SELECT * FROM step_sample_run_rows',
};
