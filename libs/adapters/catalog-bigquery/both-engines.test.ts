/** One suite of queries over the same events in both engines: what the embedded catalog answers, BigQuery answers too. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import { type CatalogEvent, VIEWS } from '@pitlane/contracts/catalog';
import type { Catalog, SqlParameter, SqlRow } from '@pitlane/ports/catalog';
import { chunkId, DriveBuilder, recordingId, timeText } from '@pitlane/ports/catalog/contract-facts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BigQueryCatalog, openBigQueryCatalog } from './index.ts';
import { AT_ONCE, bigQueryEndpoint, freshDataset, SLOW_MS } from './stand-in.fixture.ts';

const endpoint = bigQueryEndpoint();

/** Two drives: one whole with a copy, a loss and odd text, one half on its way with a time that does not fit. */
function events(): CatalogEvent[] {
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
    one.loss('r1', { text: 'späte "Fahrt"\' \\ \u{1F697}\n' }),
    one.state('r1', 'indexed'),
    one.receipt(['r1']),
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

const QUERIES: readonly (readonly [sql: string, parameters?: readonly SqlParameter[]])[] = [
  ...VIEWS.map(({ name }) => [`SELECT * FROM ${name}`] as const),
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
];

const sorted = (rows: readonly SqlRow[]): string[] =>
  rows.map((row) => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))).sort();

describe.skipIf(endpoint === undefined)('both engines', () => {
  let folder: string;
  let bigQuery: BigQueryCatalog;
  let embedded: Catalog;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pitlane-engines-'));
    embedded = await openDuckDbCatalog({ file: join(folder, 'catalog.duckdb'), tempDir: join(folder, 'spill') });
    bigQuery = await openBigQueryCatalog({ ...freshDataset(endpoint), batches: AT_ONCE });
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
    'show the same after a day was compacted, with fewer rows below',
    async () => {
      const rows = async () => {
        const counts = await bigQuery.query(
          "SELECT (SELECT COUNT(*) FROM preview_events) + (SELECT COUNT(*) FROM chunk_channel_events WHERE partition_day >= DATE '2000-01-01') AS n",
        );
        return Number(counts[0]?.['n']);
      };
      const views = async () => {
        const shown = [];
        for (const name of ['recordings', 'chunk_topics', 'losses'])
          shown.push(sorted(await bigQuery.query(`SELECT * FROM ${name}`)));
        return shown;
      };
      await bigQuery.append(events());
      const [before, shown] = [await rows(), await views()];
      await bigQuery.compactDay('2018-07-24');
      expect(await views()).toEqual(shown);
      expect(await rows()).toBeLessThan(before);
      await expect(bigQuery.compactDay("2018-07-24' OR TRUE")).rejects.toMatchObject({ code: 'bad-usage' });
    },
    SLOW_MS,
  );
});
