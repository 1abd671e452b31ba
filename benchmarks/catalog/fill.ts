/**
 * A year of a fleet, straight into the event tables of an embedded catalog: 40 cars, half an hour a drive, 20 groups of
 * topics a minute, so 600 chunks a drive. The rows are such as an indexer appends; only their making is done by the
 * engine, for ten million of them by way of events would take the better part of an hour.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import { settle } from '@pitlane/catalog-duckdb/settle';

export const CHUNKS_A_DRIVE = 600;
const CARS = 40;
const GROUPS = 20;
const DRIVES_AT_ONCE = 160;
const YEAR_S = 365 * 86_400;
/** 2025-01-01T08:00:00Z */
const FIRST_NS = 1_735_718_400_000_000_000n;

export async function fillCatalog(
  file: string,
  tempDir: string,
  chunks: number,
  say: (text: string) => void,
): Promise<void> {
  const catalog = await openDuckDbCatalog({ file, tempDir });
  await catalog.close();
  const drives = Math.ceil(chunks / CHUNKS_A_DRIVE);
  const instance = await DuckDBInstance.create(file, { memory_limit: '2GiB', threads: '2', temp_directory: tempDir });
  const connection = await instance.connect();
  const run = async (sql: string): Promise<void> => void (await connection.run(sql));
  try {
    await run(`CREATE TEMP TABLE fleet AS ${fleetSql(drives)}`);
    await run(`CREATE TEMP TABLE groups AS ${GROUPS_SQL}`);
    for (let first = 0; first < drives; first += DRIVES_AT_ONCE) {
      await run('BEGIN');
      await run(`CREATE OR REPLACE TEMP TABLE d AS FROM fleet WHERE i >= ${first} AND i < ${first + DRIVES_AT_ONCE}`);
      for (const [table, sql] of ROWS) await run(`INSERT INTO event.${table} ${sql}`);
      await run('COMMIT');
      while (await settle(connection)) continue;
      if (first % (DRIVES_AT_ONCE * 10) === 0) say(`  ${first * CHUNKS_A_DRIVE} of ${chunks} chunks`);
    }
    await run('CHECKPOINT');
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const fleetSql = (drives: number): string => `
  SELECT *, vehicle_id || '-' || strftime(make_timestamp((start_u // 1000)::BIGINT), '%Y%m%dT%H%M%SZ') || '-' || substr(recording_id, 1, 8) AS drive_id
  FROM (
    SELECT i, 'default' AS tenant, 'car-' || lpad((i % ${CARS})::VARCHAR, 2, '0') AS vehicle_id, sha256('recording ' || i) AS recording_id,
      i::BIGINT * 1000 AS seq0,
      ${FIRST_NS}::UBIGINT + ((i // ${CARS}) * ${Math.floor(YEAR_S / Math.max(1, Math.ceil(drives / CARS)))})::UBIGINT * 1000000000 AS start_u
    FROM range(${drives}) numbers(i)
  )`;

/** A shared group of twelve thin topics, and nineteen that travel alone. */
const GROUPS_SQL = `
  SELECT j, CASE WHEN j = 0 THEN '' ELSE '/sensor/' || j || '/data' END AS topic_group,
    CASE WHEN j = 0 THEN ['/brake', '/can', '/clock', '/diagnostics', '/gear', '/gps/fix', '/imu', '/lights', '/odom', '/steer', '/tf', '/wheel']
      ELSE ['/sensor/' || j || '/data'] END AS topics
  FROM range(${GROUPS}) numbers(j)`;

const OF_DRIVE = 'tenant, drive_id, vehicle_id';
const DOCKED_MS = '(start_u // 1000000)::BIGINT + 21600000';
const END = 'start_u + 1800000000000';

const PLACED = `
  SELECT d.*, w, j, topic_group, topics, w * ${GROUPS} + j AS ordinal, sha256(i || '/' || (w * ${GROUPS} + j)) AS chunk_id,
    start_u + w::UBIGINT * 60000000000 AS from_u, start_u + (w + 1)::UBIGINT * 60000000000 - 100000000 AS to_u
  FROM d, range(${CHUNKS_A_DRIVE / GROUPS}) windows(w), groups ORDER BY i, w, j`;

const ROWS: readonly (readonly [table: string, sql: string])[] = [
  [
    'dock_events',
    `SELECT seq0, ${OF_DRIVE}, 'dock-' || i, 'garage-' || (i % 3), ${DOCKED_MS}, '{"map":"m12"}', start_u FROM d`,
  ],
  [
    'preview_events',
    `SELECT seq0 + 1, ${OF_DRIVE}, recording_id, 'dock-' || i, 'a.mcap', 'mcap', 60000000000, 9000000, start_u, ${END}, '[]' FROM d`,
  ],
  [
    'chunk_events',
    `SELECT seq0 + 10 + ordinal, ${OF_DRIVE}, recording_id, chunk_id, 'log', ordinal, from_u, 0, ordinal * 100000000,
      (ordinal + 1) * 100000000, topic_group, topics, from_u, to_u, 600, 90000000, 50000000,
      'v1/' || substr(chunk_id, 1, 2) || '/default/' || vehicle_id || '/' || drive_id || '/' || chunk_id || '.mcap',
      (1700000000000000 + seq0 + ordinal)::VARCHAR, substr(chunk_id, 5, 8), sha256(chunk_id),
      ('0x' || substr(recording_id, 1, 15))::BIGINT::UHUGEINT, md5_number(chunk_id) FROM (${PLACED})`,
  ],
  [
    'chunk_channel_events',
    `SELECT seq0 + 10 + ordinal, ${OF_DRIVE}, recording_id, chunk_id, 'log', ordinal, from_u, 0, ordinal * 100000000,
      (ordinal + 1) * 100000000, channel, topic, CASE WHEN j = 0 THEN 6000 ELSE 600 END, 4000000, from_u, to_u, sha256(chunk_id)
     FROM (SELECT *, unnest(range(len(topics))) + j * 12 AS channel, unnest(topics) AS topic FROM (${PLACED}))`,
  ],
  [
    'channel_events',
    `SELECT seq0 + 700, ${OF_DRIVE}, recording_id, channel, topic, 'cdr', 'sensor/Data', 'ros2msg', sha256(topic), '{}', 18000,
      120000000, start_u, ${END}, sha256(i || topic)
     FROM (SELECT d.*, unnest(range(len(topics))) + j * 12 AS channel, unnest(topics) AS topic FROM d, groups)`,
  ],
  [
    'recording_events',
    `SELECT seq0 + 800, ${OF_DRIVE}, recording_id, 'dock-' || i, 'a.mcap', 'mcap', NULL, 'ros2', 'rosbag2', 60000000000,
      ${CHUNKS_A_DRIVE}, 9000000, start_u, ${END}, [] FROM d`,
  ],
  ['state_events', `SELECT seq0 + 801, ${OF_DRIVE}, recording_id, 5 FROM d`],
  ['chunk_set_events', `SELECT seq0 + 802, ${OF_DRIVE}, recording_id, 'active', NULL FROM d`],
  [
    'verdict_events',
    `SELECT seq0 + 803, ${OF_DRIVE}, 'dock-' || i, ${DOCKED_MS}, 'messages', 'shuttle', 'complete', 0, [] FROM d`,
  ],
  [
    'loss_events',
    `SELECT seq0 + 804, ${OF_DRIVE}, recording_id, 'corrupt-chunk', 'x', 1000, 5000, NULL, ['/imu'], start_u + 60000000000,
      start_u + 61000000000 FROM d WHERE i % 50 = 0`,
  ],
  [
    'receipt_events',
    `SELECT seq0 + 805, ${OF_DRIVE}, sha256('receipt ' || i), 'dock-' || i, 'key',
      strftime(make_timestamp((start_u // 1000)::BIGINT + 25200000000), '%Y-%m-%dT%H:%M:%SZ'), 'receipt', 'manifest', [recording_id],
      ${CHUNKS_A_DRIVE}, 30000000000, sha256('root ' || i) FROM d`,
  ],
];
