import { VIEWS } from '@pitlane/contracts/catalog';
import { FRAME_PLACE } from '@pitlane/contracts/object-layout';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  chunkId,
  DRIVE,
  type Embedded,
  embeddedExplorer,
  LATE,
  pluck,
  recordingId,
  type Rows,
  SHARED,
  timeText,
} from './explorer.fixture.ts';

let api: Embedded;
beforeAll(async () => {
  api = await embeddedExplorer();
});
afterAll(() => api.close());

describe('a chunk', () => {
  it('has its object, sources, channels and receipts', async () => {
    const chunk = await api.ask<Rows<'channels' | 'sources' | 'receiptIds'>>(`/v1/chunks/${SHARED[1]}?drive=${DRIVE}`);
    expect(chunk).toMatchObject({
      chunkId: SHARED[1],
      bucket: 'memory',
      object: expect.stringMatching(/^memory:\/\/\/v1\/00\/acme/),
      generation: '1700000000000001',
      crc32c: '0badcafe',
      kafka: null,
      dataUrl: `/v1/chunks/${SHARED[1]}/data`,
    });
    expect(pluck(chunk.channels, 'topic', 'messages')).toEqual([
      ['/gps', 100],
      ['/imu', 100],
    ]);
    const source = (name: string) => ({
      recordingId: recordingId(name),
      path: `${name}.mcap`,
      startOffset: 500,
      endOffset: 1000,
    });
    const byId = (a: { recordingId: string }, b: { recordingId: string }) => (a.recordingId < b.recordingId ? -1 : 1);
    expect(chunk.sources).toEqual([source('r1'), source('r2')].sort(byId));
    expect(chunk.receiptIds).toHaveLength(1);
    expect(await api.ask(`/v1/chunks/${SHARED[1]}`)).toEqual(chunk);
  });

  it('says by which frames it came, where its lander wrote it beside the object', async () => {
    const { objectName } = await api.ask<{ objectName: string }>(`/v1/chunks/${SHARED[0]}?drive=${DRIVE}`);
    api.store.replace(objectName, new Uint8Array(1), { [FRAME_PLACE]: 'pitlane.frames.bulk.v1/3/1200-1287' });
    expect((await api.ask(`/v1/chunks/${SHARED[0]}?drive=${DRIVE}`))['kafka']).toEqual({
      topic: 'pitlane.frames.bulk.v1',
      partition: 3,
      offset: '1200',
      lastOffset: '1287',
    });
  });

  it('is no chunk of another drive or tenant', async () => {
    for (const query of [`drive=${LATE}`, 'tenant=beta']) {
      expect((await api.get(`/v1/chunks/${SHARED[1]}?${query}`)).status).toBe(404);
    }
    expect((await api.get(`/v1/chunks/${chunkId('none')}`)).status).toBe(404);
    expect((await api.get('/v1/chunks/short')).status).toBe(400);
  });
});

describe('the track of a drive', () => {
  it('is that of the most trusted topic, in segments with times and speeds', async () => {
    const { topic, source, topics, segments, isCut } = await api.ask<Rows<'topics' | 'segments'>>(
      `/v1/drives/${DRIVE}/track`,
    );
    expect([topic, source, isCut]).toEqual(['/gps', 'gnss', false]);
    expect(pluck(topics, 'topic')).toEqual(['/gps', '/odom']);
    expect(segments).toHaveLength(2);
    expect(segments[0]?.['points']).toEqual([
      [11.56, 48.14, timeText(0), null],
      [11.5601, 48.1409, timeText(10), expect.closeTo(10, 0)],
    ]);
    expect(await api.ask(`/v1/drives/${DRIVE}/track?topic=/odom`)).toMatchObject({
      topic: '/odom',
      source: 'odometry',
    });
  });

  it('is a part of it by time, and nothing where nobody says where it was', async () => {
    expect((await api.ask(`/v1/drives/${DRIVE}/track?start=${timeText(30)}`))['segments']).toHaveLength(1);
    expect(await api.ask(`/v1/drives/${LATE}/track`)).toEqual({
      topic: null,
      source: null,
      topics: [],
      segments: [],
      isCut: false,
    });
    expect((await api.get(`/v1/drives/${DRIVE}/track?points=1`)).status).toBe(400);
  });
});

it('names every view and column for whoever writes SQL', async () => {
  const { engine, views } = await api.ask<Rows<'views'>>('/v1/catalog/schema');
  expect(engine).toBe('duckdb');
  expect(pluck(views, 'name')).toEqual(VIEWS.map(({ name }) => name));
  expect((views[0] as Rows<'columns'>).columns[0]).toEqual({ name: 'tenant', type: 'VARCHAR', about: 'whose data' });
});

describe('a fleet', () => {
  it('tells what landed by day of docking and garage', async () => {
    const { days } = await api.ask('/v1/fleet/days?tenant=acme');
    expect(days).toEqual([
      { day: '2018-07-24', garage: 'north', drives: 2, chunks: 3, bytesStored: 1200 },
      { day: '2018-07-24', garage: 'süd', drives: 1, chunks: 1, bytesStored: 400 },
    ]);
    expect((await api.ask('/v1/fleet/days?start=2018-07-25T00:00:00Z'))['days']).toEqual([]);
    expect((await api.ask('/v1/fleet/days?start=2018-07-24T23:00:00Z&end=2018-07-24T00:00:00Z'))['days']).toHaveLength(
      2,
    );
  });

  it('tells what waits in which garage, and how long docked to indexed took', async () => {
    const { garages } = await api.ask<Rows<'garages'>>('/v1/fleet/garages?tenant=acme');
    expect(pluck(garages, 'garage', 'waitingRecordings', 'waitingBytes')).toEqual([
      ['north', 1, 1000],
      ['süd', 2, 2000],
    ]);
    expect(garages[0]).toMatchObject({ lagP50S: 3600.5, lagP95S: 3600.5, lagDay: '2018-07-24' });
    expect(garages[1]).toMatchObject({ lagP50S: null, lagDay: null });
    expect(garages[0]?.['oldestS']).toBeGreaterThan(86_400 * 365);
  });

  it('shows a year of coverage day by day, of a vehicle and a topic too', async () => {
    const { days } = await api.ask<Rows<'days'>>('/v1/fleet/calendar?year=2018&tenant=acme&topic=/imu');
    expect(pluck(days, 'day')).toEqual(['2018-07-24']);
    const seconds = days[0]?.['seconds'] as Record<string, number>;
    expect(Object.keys(seconds).sort()).toEqual(['in-flight', 'indexed', 'lost', 'on-dock']);
    expect(seconds['lost']).toBe(10);
    expect((await api.ask('/v1/fleet/calendar?year=2019'))['days']).toEqual([]);
    expect((await api.ask('/v1/fleet/calendar?year=2018&vehicle=nobody'))['days']).toEqual([]);
    expect((await api.get('/v1/fleet/calendar?year=never')).status).toBe(400);
  });
});

describe('a dataset', () => {
  it('leads to its drives, with how many samples each gave', async () => {
    const first = await api.ask<Rows<'drives'> & { next: string; snapshotId: string }>(
      '/v1/datasets/braking/lineage?limit=1',
    );
    expect(first.drives).toMatchObject([{ driveId: 'sampled', samples: 10, chunks: 2, topics: 2, shards: 1 }]);
    const second = await api.ask(`/v1/datasets/braking/lineage?limit=1&cursor=${first.next}`);
    expect(second).toMatchObject({ drives: [{ driveId: 'sampled-too', samples: 20, shards: 2 }], next: null });
    expect((await api.ask('/v1/shards?dataset=braking'))['shards']).toHaveLength(2);
    expect((await api.ask(`/v1/shards?dataset=${first.snapshotId}`))['shards']).toHaveLength(2);
    expect((await api.ask('/v1/shards?dataset=another'))['shards']).toEqual([]);
  });

  it('leads from a sample to the bytes of the files of the car', async () => {
    const { snapshotId } = await api.ask<{ snapshotId: string }>('/v1/datasets/braking');
    const shard = `${snapshotId.slice(0, 8)}-train-000000`;
    const { sources } = await api.ask<Rows<'sources'>>(`/v1/samples/${shard}-00008`);
    expect(pluck(sources, 'topic', 'path', 'startOffset')).toEqual([
      ['/cam', 'a.mcap', 100],
      ['/lidar', 'a.mcap', 100],
    ]);
    expect((await api.ask(`/v1/samples/${shard}`))['sources']).toHaveLength(4);
    expect((await api.get(`/v1/samples/${shard}-00099`)).status).toBe(404);
    expect((await api.get('/v1/samples/no-sample')).body).toMatchObject({ code: 'bad-usage' });
  });
});
