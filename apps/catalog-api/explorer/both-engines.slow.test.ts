/** One suite of questions to the API over both engines: what it answers from the embedded catalog, it answers from BigQuery. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBigQueryCatalog } from '@pitlane/catalog-bigquery';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import type { Catalog } from '@pitlane/ports/catalog';
import { FleetDraw } from '@pitlane/ports/catalog/contract-fleet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceAt } from '../../../test/support/services.ts';
import {
  DRIVE,
  type ExplorerApi,
  explorerApi,
  fleetEvents,
  LATE,
  recordingId,
  type Row,
  type Rows,
  SHARED,
  timeText,
  TWICE,
} from './explorer.fixture.ts';

const endpoint = serviceAt('PITLANE_TEST_BIGQUERY');
/** The stand-in takes seconds for the wider views. */
const SLOW_MS = 600_000;
const DRAWN = 'fleet-7-a';

const LISTS = [
  '/v1/drives?order=start',
  '/v1/drives?label.software=1.2&hasLoss=true&order=docked',
  `/v1/drives?label.rain%20state=wet&garage=${encodeURIComponent('süd')}&q=LATE`,
  `/v1/drives?q=${recordingId('r4').slice(0, 10)}&hasLoss=false`,
  `/v1/chunks?drive=${DRIVE}&topic=/gps`,
  '/v1/shards?dataset=braking',
];
const PAGES = [
  `/v1/drives/${DRIVE}`,
  `/v1/drives/${DRIVE}/story`,
  `/v1/drives/${LATE}/story`,
  `/v1/drives/${DRAWN}/story?tenant=beta`,
  `/v1/drives/${DRIVE}/rates?topics=/im*&start=${timeText(10)}&end=${timeText(100)}`,
  `/v1/drives/${DRAWN}/rates?tenant=acme&buckets=50`,
  `/v1/drives/${DRIVE}/track?start=${timeText(5)}&points=2`,
  `/v1/slice/estimate?drive=${DRIVE}&topics=/imu&start=${timeText(20)}&end=${timeText(75)}&bytesPerS=100`,
  `/v1/slice/estimate?drive=${DRAWN}&tenant=acme`,
  `/v1/slice/estimate?drive=${LATE}`,
  `/v1/chunks/${SHARED[0]}?drive=${DRIVE}`,
  '/v1/fleet/days?tenant=acme&start=2018-07-24T00:00:00Z&end=2018-07-25T00:00:00Z',
  '/v1/fleet/calendar?year=2018&tenant=acme&topic=/imu',
  '/v1/datasets/braking/lineage?limit=1',
];
const REFUSED = [`/v1/drives/${TWICE}/story`, `/v1/drives/${DRIVE}/rates?topics=/none`];

describe.skipIf(endpoint === undefined)('the explorer over both engines', () => {
  let folder: string;
  const catalogs: Catalog[] = [];
  let embedded: ExplorerApi;
  let cloud: ExplorerApi;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pitlane-explorer-'));
    const batches = { everyMs: 0, gatherMs: 0 };
    const dataset = { projectId: 'p1', datasetId: `t_${randomUUID().replaceAll('-', '')}`, endpoint: endpoint ?? '' };
    catalogs.push(
      await openDuckDbCatalog({ file: join(folder, 'c.duckdb'), tempDir: join(folder, 'spill') }),
      await openBigQueryCatalog({ ...dataset, batches }),
    );
    for (const catalog of catalogs) await catalog.append([...fleetEvents(), ...new FleetDraw(7).events()]);
    [embedded, cloud] = (await Promise.all(catalogs.map((catalog) => explorerApi(catalog)))) as [
      ExplorerApi,
      ExplorerApi,
    ];
  }, SLOW_MS);
  afterAll(async () => {
    for (const api of [embedded, cloud]) await api?.node.close();
    for (const catalog of catalogs) await catalog.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([...LISTS, ...PAGES])('answers alike: %s', { timeout: SLOW_MS }, async (url) => {
    const expected = await embedded.get(url);
    expect([url, expected.status, expected.body['detail']]).toEqual([url, 200, undefined]);
    expect(await cloud.get(url)).toEqual(expected);
  });

  it.each(REFUSED)('refuses alike: %s', { timeout: SLOW_MS }, async (url) => {
    const expected = await embedded.get(url);
    expect(expected.status).toBeGreaterThanOrEqual(400);
    expect(await cloud.get(url)).toEqual(expected);
  });

  it('says of each whose SQL it speaks, and how old what waits is', { timeout: SLOW_MS }, async () => {
    const engines = await Promise.all([embedded, cloud].map((api) => api.get('/v1/catalog/schema')));
    expect(engines.map(({ body }) => body['engine'])).toEqual(['duckdb', 'bigquery']);
    const [here, there] = await Promise.all([embedded, cloud].map((api) => api.get('/v1/fleet/garages')));
    const waiting = (body: Row | undefined): unknown =>
      (body as Rows<'garages'> | undefined)?.garages.map(({ oldestS: _, ...one }) => one);
    expect(waiting(there?.body)).toEqual(waiting(here?.body));
  });
});
