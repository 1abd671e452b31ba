/** Questions that people of each trade ask first. They run on both engines as they stand. */

export interface Example {
  readonly title: string;
  readonly sql: string;
}

export const EXAMPLES: readonly { readonly role: string; readonly examples: readonly Example[] }[] = [
  {
    role: 'Garage',
    examples: [
      {
        title: 'What is not signed for yet',
        sql: `SELECT vehicle_id, drive_id, state, docked_at, bytes_in
FROM drives
WHERE receipt_id IS NULL
ORDER BY docked_at`,
      },
      {
        title: 'Sensors that need a look',
        sql: `SELECT vehicle_id, topic, kind, text, drive_id
FROM findings
WHERE severity = 'error'
ORDER BY vehicle_id, topic
LIMIT 200`,
      },
    ],
  },
  {
    role: 'Data engineer',
    examples: [
      {
        title: 'Thickest topics',
        sql: `SELECT topic, count(*) AS drives, sum(messages) AS messages, sum(bytes) AS bytes
FROM topics
GROUP BY topic
ORDER BY bytes DESC
LIMIT 50`,
      },
      {
        title: 'What was lost, and why',
        sql: `SELECT reason, count(*) AS ranges, count(DISTINCT drive_id) AS drives, sum(bytes) AS bytes
FROM losses
GROUP BY reason
ORDER BY bytes DESC`,
      },
      {
        title: 'Longest gaps',
        sql: `SELECT vehicle_id, drive_id, topic, seconds, start_ns, found_by
FROM gaps
ORDER BY seconds DESC
LIMIT 50`,
      },
      {
        title: 'How long docking takes',
        sql: `SELECT garage, day, drives, p50_seconds, p95_seconds
FROM freshness
ORDER BY day DESC, garage
LIMIT 60`,
      },
    ],
  },
  {
    role: 'Machine learning',
    examples: [
      {
        title: 'Hard braking, as spans for a dataset',
        sql: `SELECT tenant, drive_id, min(time_ns) AS start_ns, max(time_ns) AS end_ns
FROM vehicle_states
WHERE acceleration_mps2 < -2.5
GROUP BY tenant, drive_id`,
      },
      {
        title: 'Datasets, and how far each is built',
        sql: `SELECT name, snapshot_id, created_at, drives, samples, shards_built, shards
FROM datasets
ORDER BY created_at DESC
LIMIT 50`,
      },
      {
        title: 'Which drives are in which shards',
        sql: `SELECT snapshot_id, split, shard, drive_id, count(DISTINCT chunk_id) AS chunks
FROM sample_runs
GROUP BY snapshot_id, split, shard, drive_id
ORDER BY snapshot_id, split, shard
LIMIT 200`,
      },
    ],
  },
  {
    role: 'Mapping',
    examples: [
      {
        title: 'Passes through each place',
        sql: `SELECT cell, count(DISTINCT drive_id) AS drives, sum(length_m) AS metres
FROM trajectory_cells
GROUP BY cell
ORDER BY drives DESC
LIMIT 100`,
      },
      {
        title: 'Kilometres by vehicle',
        sql: `SELECT vehicle_id, sum(length_m) / 1000 AS km, avg(accuracy_m) AS accuracy_m
FROM trajectories
WHERE preference = 0
GROUP BY vehicle_id
ORDER BY km DESC`,
      },
    ],
  },
];
