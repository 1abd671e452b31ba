import { encodedTrack } from '@pitlane/contracts/trajectory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUTHORIZED, type FakeApi, fakeApi } from './fake-node.fixture.ts';

let api: FakeApi;
beforeEach(async () => {
  api = await fakeApi();
});
afterEach(() => api.node.close());

const host = '127.0.0.1:7420';
const get = (url: string) => api.node.app.inject({ method: 'GET', url, headers: { host } });
const post = (url: string, payload: object) =>
  api.node.app.inject({ method: 'POST', url, payload, headers: { host, ...AUTHORIZED } });

/** North along 9 degrees, a tenth of a millidegree a second, from 48.77 on. */
const piece = (driveId: string, startNs: bigint) => ({
  tenant: 'default',
  drive_id: driveId,
  vehicle_id: 'car-1',
  chunk_id: `of ${driveId}`,
  topic: '/fix',
  part: 0,
  preference: 3,
  reach_m: 30,
  track_start_ns: String(startNs),
  track_points: 2,
  first_point: 0,
  track: encodedTrack([
    { lngDeg: 9, latDeg: 48.77, timeMs: 0 },
    { lngDeg: 9, latDeg: 48.771, timeMs: 10_000 },
  ]),
});
const BOX = 'bbox=8.999,48.7702,9.001,48.7708';
type Answer = { passes: { driveId: string; enterTime: string }[]; next: string | null };

describe('/v1/trajectories', () => {
  it('wants to know where, and says in words what is no place', async () => {
    for (const [url, words] of [
      ['/v1/trajectories', 'where?'],
      ['/v1/trajectories?bbox=1,2', 'west,south,east,north'],
      [`/v1/trajectories?${BOX}&heading=up`, 'no heading'],
      [`/v1/trajectories?${BOX}&cursor=x`, 'cursor'],
      ['/v1/trajectories/export?near=1,2,3,4', 'radius in metres'],
    ] as const) {
      const answer = await get(url);
      expect([url, answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
        url,
        400,
        expect.stringContaining(words),
      ]);
    }
    expect((await get(`/v1/trajectories?${BOX}&hedding=north`)).statusCode).toBe(400);
  });

  it('gives passes a page at a time, in order of time', async () => {
    const pieces = [piece('late', 2_000_000_000_000_000_000n), piece('early', 1_000_000_000_000_000_000n)];
    api.rows = [pieces, pieces];
    const first = (await get(`/v1/trajectories?${BOX}&limit=1`)).json<Answer>();
    expect(first.passes).toMatchObject([{ driveId: 'early', enterTime: '1000000002000000000' }]);
    const second = (await get(`/v1/trajectories?${BOX}&limit=1&cursor=${first.next}`)).json<Answer>();
    expect([second.passes.map(({ driveId }) => driveId), second.next]).toEqual([['late'], null]);
  });

  it('takes polygons that fit into no address, and asks for heading and speed', async () => {
    const polygon = JSON.stringify({
      type: 'Polygon',
      coordinates: [
        [
          [8.999, 48.7702],
          [9.001, 48.7702],
          [9.001, 48.7708],
          [8.999, 48.7708],
          [8.999, 48.7702],
        ],
      ],
    });
    for (const [asked, count] of [
      [{ heading: 'north', speedBelow: 50 }, 1],
      [{ heading: 'south' }, 0],
      [{ speedBelow: 30 }, 0],
      [{ speedAbove: 30 }, 1],
    ] as const) {
      api.rows = [[piece('one', 1_000_000_000_000_000_000n)]];
      const answer = (await post('/v1/trajectories', { polygon, ...asked })).json<Answer>();
      expect([asked, answer.passes.length]).toEqual([asked, count]);
    }
  });

  it('gives GeoJSON as it is registered', async () => {
    const answer = await get('/v1/trajectories/export?drive=none');
    expect(answer.headers['content-type']).toContain('application/geo+json');
    expect(answer.json()).toEqual({ type: 'FeatureCollection', features: [] });
  });
});
