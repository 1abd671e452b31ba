/** The step by which trajectories will come: a migration adds them beside the events as GEOGRAPHY, and they answer where. */
import { CATALOG_SCHEMA_VERSION } from '@pitlane/contracts/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BigQueryApi } from './api.ts';
import { connect } from './connect.ts';
import { fullNames } from './names.ts';
import { type Migration, openDataset, STEPS_UP } from './open-dataset.ts';
import { runQuery } from './run-query.ts';
import { bigQueryEndpoint, freshDataset, SLOW_MS } from './stand-in.fixture.ts';

const endpoint = bigQueryEndpoint();
const TRAJECTORIES: Migration = {
  version: CATALOG_SCHEMA_VERSION + 1,
  statements: (full) => [
    `CREATE TABLE IF NOT EXISTS ${full('trajectories')} (partition_day DATE NOT NULL, drive_id STRING, path GEOGRAPHY)
     PARTITION BY partition_day CLUSTER BY drive_id`,
  ],
};

describe.skipIf(!endpoint)('a dataset with trajectories', { timeout: SLOW_MS }, () => {
  const dataset = freshDataset(endpoint);
  const full = fullNames(dataset.projectId, dataset.datasetId);
  let api: BigQueryApi;
  const run = (sql: string) => runQuery(api, { sql, datasetId: dataset.datasetId });

  beforeAll(async () => {
    api = connect({ ...dataset, location: 'US' });
    await openDataset(api, dataset.datasetId, full);
    await openDataset(api, dataset.datasetId, full, [...STEPS_UP, TRAJECTORIES]);
  }, SLOW_MS);
  afterAll(() => api.deleteDataset(dataset.datasetId));

  it('is led up from one without, and finds the drives that came through a place', async () => {
    await run(`INSERT INTO ${full('trajectories')} (partition_day, drive_id, path) VALUES
      (DATE '2026-03-18', 'north', ST_GEOGFROMTEXT('LINESTRING(11.56 48.14, 11.58 48.16)')),
      (DATE '2026-03-18', 'south', ST_GEOGFROMTEXT('LINESTRING(11.40 48.00, 11.42 48.01)'))`);
    const place = "ST_GEOGFROMTEXT('POLYGON((11.55 48.13, 11.59 48.13, 11.59 48.17, 11.55 48.17, 11.55 48.13))')";
    const found = await run(`SELECT drive_id FROM ${full('trajectories')}
      WHERE partition_day = DATE '2026-03-18' AND ST_INTERSECTS(path, ${place})`);
    expect(found.map((row) => row['drive_id'])).toEqual(['north']);
  });

  it('is refused by a version that does not know them', async () => {
    await expect(openDataset(api, dataset.datasetId, full)).rejects.toMatchObject({ code: 'bad-settings' });
  });
});
