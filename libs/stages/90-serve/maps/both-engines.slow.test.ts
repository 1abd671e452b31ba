/** The same passes from both engines: BigQuery finds candidates by its geography, the embedded catalog by cells. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Area } from '@pitlane/base/geo';
import { openBigQueryCatalog } from '@pitlane/catalog-bigquery';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import type { Catalog } from '@pitlane/ports/catalog';
import { DriveBuilder } from '@pitlane/ports/catalog/contract-facts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceAt } from '../../../../test/support/services.ts';
import { areaFromText } from './area-text.ts';
import { drivenEvents, type WayPoint } from './driven-way.fixture.ts';
import { findPasses } from './find-passes.ts';
import { headingFromText } from './heading-text.ts';
import { tracksOfDrives } from './tracks.ts';

const endpoint = serviceAt('PITLANE_TEST_BIGQUERY');
/** The stand-in takes seconds for the wider views. */
const SLOW_MS = 600_000;

/** Each a bend of 200 s through one town, some slower, some the other way. */
const DRIVES = Array.from({ length: 6 }, (_, k) =>
  drivenEvents(new DriveBuilder(`bend-${k}`), {
    topics: k % 2 === 0 ? ['/lidar/top'] : ['/camera/front'],
    points: Array.from({ length: 200 }, (_point, seconds): WayPoint => {
      const way = (k % 3 === 0 ? 200 - seconds : seconds) * (2 + k) * 1e-5;
      return { seconds, lngDeg: 11.56 + k * 2e-4 + Math.sin(way * 300) * 3e-4, latDeg: 48.13 + way };
    }),
  }),
).flat();

const AREAS: Readonly<Record<string, Area | undefined>> = {
  box: areaFromText({ bbox: '11.5605,48.1315,11.562,48.134' }),
  circle: areaFromText({ near: '48.132,11.5608,40' }),
  triangle: areaFromText({
    polygon: '{"type":"Polygon","coordinates":[[[11.56,48.1302],[11.5615,48.1302],[11.5607,48.1345],[11.56,48.1302]]]}',
  }),
  town: areaFromText({ bbox: '11.4,48.0,11.7,48.3' }),
  elsewhere: areaFromText({ bbox: '11.0,48.0,11.1,48.1' }),
};

describe.skipIf(endpoint === undefined)('maps of both engines', () => {
  let folder: string;
  let embedded: Catalog;
  let bigQuery: Catalog;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pitlane-maps-'));
    embedded = await openDuckDbCatalog({ file: join(folder, 'c.duckdb'), tempDir: join(folder, 'spill') });
    const datasetId = `t_${randomUUID().replaceAll('-', '')}`;
    const batches = { everyMs: 0, gatherMs: 0 };
    bigQuery = await openBigQueryCatalog({ projectId: 'p1', datasetId, endpoint: endpoint ?? '', batches });
    for (const catalog of [embedded, bigQuery]) await catalog.append(DRIVES);
  }, SLOW_MS);

  afterAll(async () => {
    await bigQuery?.close();
    await embedded?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(Object.entries(AREAS))('give the same passes: %s', { timeout: SLOW_MS }, async (name, area) => {
    if (!area) throw new Error(`${name} is no area`);
    const passes = await findPasses(embedded, { area }, 1000);
    expect(passes.length > 0).toBe(name !== 'elsewhere');
    expect(await findPasses(bigQuery, { area }, 1000)).toEqual(passes);
  });

  it('give the same by heading, speed and what is landed', { timeout: SLOW_MS }, async () => {
    const area = AREAS['box'] as Area;
    const asked = { area, heading: headingFromText('north'), speedBelowMps: 8, with: ['/lidar/*'] };
    const passes = await findPasses(embedded, asked, 1000);
    expect(passes.length).toBeGreaterThan(0);
    expect(passes.length).toBeLessThan((await findPasses(embedded, { area }, 1000)).length);
    expect(await findPasses(bigQuery, asked, 1000)).toEqual(passes);
  });

  it('give the same tracks, whose path is geography in the cloud', { timeout: SLOW_MS }, async () => {
    const tracks = async (catalog: Catalog) => {
      const all: unknown[] = [];
      for await (const track of tracksOfDrives(catalog, { driveId: 'bend-1' }, AREAS['circle'])) all.push(track);
      return all;
    };
    const expected = await tracks(embedded);
    expect(expected.length).toBeGreaterThan(0);
    expect(await tracks(bigQuery)).toEqual(expected);
    const sql = `SELECT drive_id, COUNT(*) AS n FROM trajectories
      WHERE ST_INTERSECTS(path, ST_GEOGFROMTEXT('POLYGON((11.5605 48.1315, 11.562 48.1315, 11.562 48.134, 11.5605 48.134, 11.5605 48.1315))'))
      GROUP BY drive_id ORDER BY drive_id`;
    const named = (await bigQuery.query(sql)).map((row) => row['drive_id']);
    const drives = new Set(
      (await findPasses(embedded, { area: AREAS['box'] as Area }, 1000)).map(({ driveId }) => driveId),
    );
    expect(named).toEqual([...drives].sort());
  });
});
