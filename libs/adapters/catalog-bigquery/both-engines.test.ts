/**
 * One suite of queries over the same events in both engines: what the embedded catalog answers, BigQuery answers too. The
 * events are two drives by hand and two fleets drawn from a seed; the questions are such as people ask, in the SQL that
 * both engines speak, and every view is asked for all of its columns.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import { type CatalogEvent, VIEWS } from '@pitlane/contracts/catalog';
import type { Catalog, SqlParameter, SqlRow } from '@pitlane/ports/catalog';
import { chunkId, clockSegment, DriveBuilder, recordingId, timeText } from '@pitlane/ports/catalog/contract-facts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BigQueryCatalog, openBigQueryCatalog } from './index.ts';
import { FleetDraw, frozenDataset } from '@pitlane/ports/catalog/contract-fleet';
import { AT_ONCE, bigQueryEndpoint, freshDataset, SLOW_MS } from './stand-in.fixture.ts';
import { systemTimers } from './timers.ts';

const endpoint = bigQueryEndpoint();
const SEEDS = [1, 2, 3, 2026];

/** Two drives: one whole with a copy, a loss and odd text, one half on its way with a time that does not fit. */
function byHand(): CatalogEvent[] {
  const one = new DriveBuilder('drive-a');
  const two = new DriveBuilder('drive-b', { tenant: 'beta', garage: 'süd', dockId: 'dock-2' });
  const copies = ['r1', 'r2'].flatMap((name) => [
    one.recording(name),
    one.channel(name, 0, '/imu'),
    one.channel(name, 1, '/gps', null),
    ...[0, 1].map((ordinal) =>
      one.chunk(name, ordinal, { chunkId: chunkId(`shared ${ordinal}`), topics: ['/imu', '/gps'] }),
    ),
  ]);
  return [
    one.docked(),
    ...copies,
    one.set('r2', 'superseded', 'r1'),
    one.recording('r1', timeText(120), {
      version: 1,
      segments: [clockSegment('-3600000000001', { driftPpb: 33_333 })],
      skews: [],
    }),
    one.loss('r1', { text: 'späte "Fahrt"\' \\ \u{1F697}\n' }),
    one.state('r1', 'indexed'),
    one.receipt(['r1']),
    one.previewed('r1', { notes: [], startTime: null, endTime: '9223372036854775808' }),
    one.previewed('r1', { sourceBytes: 2000 }),
    one.derived(chunkId('shared 0'), { speed_mps: [1.5, -2.25, 1e-9], mode: ['manual', 'autonom "ä"'] }),
    one.derived(chunkId('shared 1'), { acceleration_mps2: [-3.5], rain: [0.5], light_lux: [2] }),
    one.judgedIn('run-1', 0, 'pass'),
    one.judgedIn('run-1', 1, 'error'),
    one.judgedIn('run-1', 2, 'pass'),
    ...frozenDataset(),
    two.docked(),
    two.preview('r3', { topics: [], messages: null }),
    two.preview('r4'),
    two.state('r4', 'shipped'),
    two.state('r4', 'chunked'),
    two.chunk('r4', 0, { startTime: timeText(0), endTime: '9223372036854775808' }),
    two.set('r4', 'pending'),
    two.loss('r4', { topics: ['/a', '/b'] }),
    two.set('r4', 'active'),
    two.chunk('r4', 1, { kind: 'unread', windowStart: null, startTime: null, endTime: null, messages: 0 }),
  ];
}

const events = (): CatalogEvent[] => [...byHand(), ...SEEDS.flatMap((seed) => new FleetDraw(seed).events())];

const QUERIES: readonly (readonly [sql: string, parameters?: readonly SqlParameter[]])[] = [
  // Geography has no value that both engines give; the maps of `stages/90-serve` are asked in both.
  ...VIEWS.map(({ name, columns }) => {
    const plain = columns.filter(({ type }) => type !== 'GEOGRAPHY').map((column) => column.name);
    return [`SELECT ${plain.join(', ')} FROM ${name}`] as const;
  }),
  ['SELECT vehicle_id, topic, SUM(messages) AS messages, SUM(bytes) AS bytes FROM topics GROUP BY ALL'],
  [
    'SELECT tenant, COUNT(*) AS n, MAX(end_ns) AS end_ns FROM recordings WHERE set_state <> ? GROUP BY tenant',
    ['superseded'],
  ],
  [
    'SELECT chunk_id FROM chunks WHERE window_ns >= ? AND kind = ? ORDER BY chunk_id LIMIT 1',
    [BigInt(timeText(60)), 'log'],
  ],
  [
    'SELECT d.drive_id, c.topic, c.state FROM drives AS d JOIN coverage AS c USING (tenant, drive_id) WHERE c.state = ?',
    ['lost'],
  ],
  ['SELECT recording_id FROM recordings WHERE ? IN (drive_id, recording_id)', [recordingId('r3')]],
  ['SELECT tenant, state, COUNT(*) AS n, SUM(bytes_lost) AS bytes_lost FROM drives GROUP BY tenant, state'],
  [
    'SELECT object, generation FROM chunks WHERE start_ns <= ? AND end_ns >= ? AND kind = ?',
    [BigInt(timeText(90)), BigInt(timeText(70)), 'log'],
  ],
  [
    `SELECT r.tenant, r.drive_id, r.path, COUNT(c.chunk_id) AS chunks, SUM(c.bytes_stored) AS bytes_stored
     FROM recordings AS r LEFT JOIN recording_chunks AS c USING (tenant, drive_id, recording_id)
     GROUP BY r.tenant, r.drive_id, r.path`,
  ],
  [
    `SELECT t.topic, MIN(t.start_ns) AS start_ns, COUNT(DISTINCT t.leaf) AS leaves FROM chunk_topics AS t
     JOIN drives AS d USING (tenant, drive_id) WHERE d.receipt_id IS NOT NULL GROUP BY t.topic`,
  ],
  ['SELECT reason, COUNT(*) AS n, SUM(bytes) AS bytes FROM losses WHERE bytes > 0 GROUP BY reason HAVING COUNT(*) > 1'],
  [
    `SELECT schema_name, COUNT(*) AS n FROM channels WHERE schema_name IS NOT NULL
     GROUP BY schema_name ORDER BY n DESC, schema_name LIMIT 3`,
  ],
  [
    `SELECT DISTINCT tenant, drive_id FROM chunks_on_utc
     WHERE utc_start_time < TIMESTAMP '2018-07-24 02:30:00' AND utc_end_time >= TIMESTAMP '2018-07-24 02:00:00'`,
  ],
  [
    'SELECT drive_id, topic, offset_ns, residual_ns FROM clocks WHERE topic IS NOT NULL AND ABS(offset_ns) > ?',
    [100_000_000n],
  ],
  [
    `SELECT u.drive_id, u.chunk_id, u.utc_start_ns, c.start_ns FROM chunks_on_utc AS u JOIN chunks AS c USING (tenant, drive_id, chunk_id)
     WHERE u.clock_offset_ns <> 0`,
  ],
  [
    `SELECT path, text FROM (
       SELECT c.drive_id, c.recording_id, c.segment, r.path, c.text,
         CASE WHEN c.applied OR c.step_ns IS NOT NULL OR ABS(c.drift_ppm) >= 100 THEN c.drive_id ELSE '' END AS of_drive
       FROM clocks AS c JOIN recordings AS r USING (tenant, drive_id, recording_id)
     ) AS told WHERE ? IN (of_drive, recording_id) ORDER BY path, recording_id, segment LIMIT 20`,
    ['drive-a'],
  ],
  [
    `SELECT drive_id, time, speed_mps FROM vehicle_states
     WHERE acceleration_mps2 < -2.5 AND rain > 0.2 AND light_lux < 50 ORDER BY drive_id, time`,
  ],
  ['SELECT signal, unit, COUNT(*) AS n, MIN(value) AS least, MAX(text) AS most FROM signals GROUP BY signal, unit'],
  ['SELECT time_quality, COUNT(*) AS n FROM recordings GROUP BY time_quality'],
  [
    'SELECT garage, day, p95_seconds FROM freshness WHERE dockings_indexed > 0 ORDER BY p95_seconds DESC, garage, day LIMIT 3',
  ],
  ['SELECT tenant, COUNT(DISTINCT receipt_id) AS receipts, MAX(signed_at) AS newest FROM receipts GROUP BY tenant'],
];

const sorted = (rows: readonly SqlRow[]): string[] =>
  rows.map((row) => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))).sort();

describe.skipIf(endpoint === undefined)('both engines', () => {
  let folder: string;
  let bigQuery: BigQueryCatalog;
  let embedded: Catalog;
  /** How far the machine of this test is ahead of its start. */
  let aheadMs = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pitlane-engines-'));
    embedded = await openDuckDbCatalog({ file: join(folder, 'catalog.duckdb'), tempDir: join(folder, 'spill') });
    bigQuery = await openBigQueryCatalog({
      ...freshDataset(endpoint),
      batches: AT_ONCE,
      timers: {
        ...systemTimers,
        nowMs: () => systemTimers.nowMs() + aheadMs,
        monotonicMs: () => systemTimers.monotonicMs() + aheadMs,
      },
    });
    for (const catalog of [embedded, bigQuery]) await catalog.append(events());
  }, SLOW_MS);

  afterAll(async () => {
    await bigQuery?.close();
    await embedded.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(QUERIES.map(([sql, parameters = []]) => ({ sql, parameters })))(
    'answer alike: $sql',
    async ({ sql, parameters }) => {
      const expected = sorted(await embedded.query(sql, parameters));
      expect(expected.length).toBeGreaterThan(0);
      expect(sorted(await bigQuery.query(sql, parameters))).toEqual(expected);
    },
    SLOW_MS,
  );

  it(
    'show the same after a day was compacted while more came, and then the quiet ones, with fewer rows below',
    async () => {
      const rows = async () => {
        const counts = await bigQuery.query(
          "SELECT (SELECT COUNT(*) FROM preview_events) + (SELECT COUNT(*) FROM chunk_channel_events WHERE partition_day >= DATE '2000-01-01') AS n",
        );
        return Number(counts[0]?.['n']);
      };
      const before = await rows();
      const newer = [new DriveBuilder('drive-a').preview('r1', { path: 'newer.mcap', messages: null })];
      aheadMs = 2 * 86_400_000;
      await Promise.all([bigQuery.compactDay('2018-07-24'), bigQuery.append(newer), embedded.append(newer)]);
      const days = await bigQuery.compact(new AbortController().signal);
      expect(days).toContain('2018-07-25');
      expect(days).not.toContain('2018-07-24');
      for (const name of ['drives', 'recordings', 'chunk_topics', 'losses', 'freshness']) {
        const sql = `SELECT * FROM ${name}`;
        expect(sorted(await bigQuery.query(sql)), name).toEqual(sorted(await embedded.query(sql)));
      }
      expect(await rows()).toBeLessThan(before);
    },
    SLOW_MS,
  );
});
