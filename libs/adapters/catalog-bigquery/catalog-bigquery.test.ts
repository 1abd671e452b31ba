import { DriveBuilder } from '@pitlane/ports/catalog/contract-facts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import { HandTimers } from './hand-timers.fixture.ts';
import { type BigQueryCatalog, openBigQueryCatalog } from './index.ts';
import { loadRows } from './load-rows.ts';
import { AT_ONCE, bigQueryEndpoint, freshDataset, SLOW_MS } from './stand-in.fixture.ts';

const endpoint = bigQueryEndpoint();
const drive = new DriveBuilder('drive-a');

describe.skipIf(endpoint === undefined)('a dataset', { timeout: SLOW_MS }, () => {
  let place: ReturnType<typeof freshDataset>;
  const opened: BigQueryCatalog[] = [];
  const open = async (options = {}) => {
    const catalog = await openBigQueryCatalog({ ...place, batches: AT_ONCE, ...options });
    opened.push(catalog);
    return catalog;
  };

  beforeEach(() => {
    place = freshDataset(endpoint);
  });

  afterEach(async () => {
    for (const catalog of opened.splice(0)) await catalog.close();
  });

  it('is made once, and lets the newest event win over a restart on a machine whose clock is a month late', async () => {
    const first = await open();
    await first.append([drive.docked(), drive.preview('r1')]);
    await first.close();
    const lateMs = Date.now() - 30 * 86_400_000;
    const late = {
      nowMs: () => lateMs,
      monotonicMs: () => 0,
      pause: async () => {},
      after: (ms: number, call: () => void) => {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
    };
    const second = await open({ timers: late });
    await second.append([drive.preview('r1', { path: 'newer.mcap' })]);
    expect(await second.query('SELECT path FROM recordings')).toEqual([{ path: 'newer.mcap' }]);
    expect(await second.query('SELECT COUNT(*) AS n FROM catalog_migrations')).toEqual([{ n: 1 }]);
  });

  it('shows nothing of a batch that was not committed, and counts rows under the day of their drive', async () => {
    const catalog = await open();
    await catalog.append([drive.docked(), drive.chunk('r1', 0)]);
    expect(
      await catalog.query(
        "SELECT CAST(partition_day AS STRING) AS day FROM chunk_events WHERE partition_day > DATE '2000-01-01'",
      ),
    ).toEqual([{ day: '2018-07-24' }]);
    await catalog.query('DELETE FROM committed_batches WHERE TRUE');
    expect(await catalog.query('SELECT COUNT(*) AS n FROM chunk_topics')).toEqual([{ n: 0 }]);
  });

  it('of a newer version is left alone', async () => {
    const catalog = await open();
    await catalog.query('INSERT INTO catalog_migrations (version) VALUES (99)');
    await expect(open()).rejects.toMatchObject({
      code: 'bad-settings',
      message: expect.stringContaining('version 99'),
    });
  });

  it('must have a name that needs no escaping', async () => {
    await expect(open({ datasetId: 'a`.b' })).rejects.toMatchObject({ code: 'bad-settings' });
  });

  it('takes trajectories: a GEOGRAPHY column is loaded from text and asked for distances', async () => {
    const catalog = await open();
    await catalog.query('CREATE TABLE places (name STRING, place GEOGRAPHY)');
    const ndjson = '{"name":"north","place":"POINT(9.1 48.7)"}\n{"name":"far","place":"POINT(13.4 52.5)"}\n';
    const api = connect({ projectId: place.projectId, location: 'US', endpoint: place.endpoint });
    await loadRows(
      api,
      { target: { datasetId: place.datasetId, table: 'places' }, batch: 1n, ndjson },
      new HandTimers(),
    );
    const near = 'SELECT name FROM places WHERE ST_DWITHIN(place, ST_GEOGPOINT(9.2, 48.7), 10000)';
    expect(await catalog.query(near)).toEqual([{ name: 'north' }]);
  });

  it('goes on when a column for trajectories is added to it while it is in use', async () => {
    const catalog = await open();
    await catalog.append([drive.docked(), drive.preview('r1')]);
    const shown = await catalog.query('SELECT * FROM recordings');
    for (const time of ['first', 'second']) {
      await catalog.query(`ALTER TABLE dock_events ADD COLUMN IF NOT EXISTS trajectory GEOGRAPHY -- ${time}`);
    }
    expect(await catalog.query('SELECT * FROM recordings')).toEqual(shown);
    await catalog.append([new DriveBuilder('drive-b').docked()]);
    expect(await catalog.query('SELECT drive_id FROM drives ORDER BY drive_id')).toEqual([
      { drive_id: 'drive-a' },
      { drive_id: 'drive-b' },
    ]);
    expect(await catalog.query('SELECT COUNT(*) AS n FROM dock_events WHERE trajectory IS NULL')).toEqual([{ n: 2 }]);
  });

  it('explains SQL that fails, and never answers it with no rows', async () => {
    const catalog = await open();
    await expect(catalog.query('SELECT nosuch FROM drives')).rejects.toMatchObject({ code: 'bad-usage' });
    await expect(catalog.query('SELECT 1 FROM nosuch')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('an address where nothing answers', () => {
  it('is unavailable, and the error holds nothing of the request', async () => {
    const api = connect({ projectId: 'p1', location: 'US', endpoint: 'http://127.0.0.1:1', requestRetriesMax: 0 });
    const error: unknown = await api.jobOf('x').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect(error).not.toHaveProperty('cause');
  });
});
