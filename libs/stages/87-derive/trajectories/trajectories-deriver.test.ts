import { distanceM } from '@pitlane/base/geo';
import type { ChunkId, DriveId } from '@pitlane/contracts/identity';
import { decodedTrack, DEFAULT_TRACK_PLAN, type TrackFacts, type TrackPoint } from '@pitlane/contracts/trajectory';
import { describe, expect, it } from 'vitest';
import type { WantedChannel } from '../deriver.ts';
import { trajectoriesDeriver } from './trajectories-deriver.ts';

const CHUNK = {
  drive: { tenant: 'acme', vehicleId: 'car-7', driveId: 'drive-a' as DriveId },
  chunkId: 'c'.repeat(64) as ChunkId,
};
const START_NS = 1_532_402_880_000_000_000n;
const EAST_M = 111_195 * Math.cos((48 * Math.PI) / 180);
const channel = (topic: string, schemaName: string, id = 1): WantedChannel => ({
  id,
  topic,
  schemaName,
  messageEncoding: 'json',
  schemaEncoding: '',
  schemaData: new Uint8Array(),
});

interface Said {
  readonly topic?: string;
  readonly schema?: string;
  readonly seconds: number;
  readonly message: object;
}

function derived(messages: readonly Said[], topics = DEFAULT_TRACK_PLAN.topics): readonly TrackFacts[] {
  const deriver = trajectoriesDeriver({ topics });
  const derivation = deriver.begin(CHUNK);
  for (const { topic = '/fix', schema = 'sensor_msgs/NavSatFix', seconds, message } of messages) {
    const of = channel(topic, schema);
    if (!deriver.wants(of)) continue;
    const logTimeNs = START_NS + BigInt(Math.round(seconds * 1e9));
    if (derivation.isDue(of, logTimeNs))
      derivation.take({ channel: of, logTimeNs, decoded: message as Record<string, unknown> });
  }
  return derivation.finish({ messages: messages.length, undecoded: 0, faults: [] }).event.tracks ?? [];
}

const fix = (seconds: number, eastM: number, northM: number, more: object = {}): Said => ({
  seconds,
  message: { latitude: 48 + northM / 111_195, longitude: 9 + eastM / EAST_M, status: { status: 0 }, ...more },
});
/** North at 10 m/s, ten fixes a second. */
const drive = (seconds: number): Said[] => Array.from({ length: seconds * 10 + 1 }, (_, i) => fix(i / 10, 0, i));

describe('a track', () => {
  it('is thinned, measured, and cut into cells that follow one another', () => {
    const [track, ...more] = derived(drive(59));
    expect(more).toEqual([]);
    expect(track).toMatchObject({
      topic: '/fix',
      part: 0,
      source: 'gnss',
      positions: 591,
      points: 2,
      fixQuality: 'gnss',
    });
    expect([track?.lengthM, track?.speedMeanMps, track?.speedMaxMps].map((value) => Math.round(value ?? 0))).toEqual([
      590, 10, 10,
    ]);
    expect(Math.round(track?.headingDeg ?? -1) % 360).toBe(0);
    const visits = track?.visits ?? [];
    expect(visits.length).toBeGreaterThan(1);
    expect(visits.reduce((sum, { lengthM }) => sum + lengthM, 0)).toBeCloseTo(track?.lengthM ?? 0, 3);
    expect(visits[0]?.startTime).toBe(track?.startTime);
    expect(visits.at(-1)?.endTime).toBe(track?.endTime);
    for (const [i, visit] of visits.entries()) if (i > 0) expect(visit.startTime).toBe(visits[i - 1]?.endTime);
  });

  it('lies within a metre of where the vehicle was at each moment, halts too', () => {
    const moves = Array.from({ length: 591 }, (_, i) =>
      fix(i / 10, 20 * Math.sin(i / 60), Math.min(i, 250) + Math.max(0, i - 400)),
    );
    const points = decodedTrack(derived(moves)[0]?.track ?? '');
    expect(points.length).toBeLessThan(60);
    for (const { seconds, message } of moves) {
      const { latitude, longitude } = message as { latitude: number; longitude: number };
      const next = points.findIndex(({ timeMs }) => timeMs >= seconds * 1000 - 1);
      const [a, b] = [points[Math.max(0, next - 1)], points[next]] as [TrackPoint, TrackPoint];
      const part = b.timeMs > a.timeMs ? (seconds * 1000 - a.timeMs) / (b.timeMs - a.timeMs) : 0;
      const there = {
        latDeg: a.latDeg + (b.latDeg - a.latDeg) * part,
        lngDeg: a.lngDeg + (b.lngDeg - a.lngDeg) * part,
      };
      expect(distanceM(there, { latDeg: latitude, lngDeg: longitude })).toBeLessThan(1.1);
    }
  });

  it('keeps what positions say of themselves', () => {
    const more = {
      position_covariance_type: 2,
      position_covariance: [4, 0, 0, 0, 4, 0, 0, 0, 9],
      header: { frame_id: 'gnss' },
    };
    const [track] = derived([
      fix(0, 0, 0, more),
      fix(1, 0, 5, { ...more, status: { status: 2 } }),
      fix(2, 0, 9, { ...more, status: { status: 2 } }),
    ]);
    expect(track).toMatchObject({ fixQuality: 'gbas', accuracyM: 2, frameId: 'gnss' });
  });
});

describe('what cannot be true', () => {
  const left = (messages: readonly Said[]) =>
    derived(messages).map(({ positions, left: counts }) => ({ positions, ...counts }));
  const NONE = { 'no-fix': 0, 'null-island': 0, 'out-of-range': 0, jump: 0, time: 0 };

  it('is left out and counted', () => {
    const messages = [
      ...drive(20),
      { seconds: 21, message: { latitude: 48, longitude: 9, status: { status: -1 } } },
      { seconds: 22, message: { latitude: 0, longitude: 0, status: { status: 0 } } },
      { seconds: 23, message: { latitude: 91, longitude: 9, status: { status: 0 } } },
      { seconds: 24, message: { latitude: Number.NaN, longitude: 9, status: { status: 0 } } },
      fix(25, 90_000, 0),
      fix(26, 0, 260),
      fix(25.5, 0, 255),
    ];
    expect(left(messages)).toEqual([
      { positions: 202, ...NONE, 'no-fix': 1, 'null-island': 1, 'out-of-range': 2, jump: 1, time: 1 },
    ]);
  });

  it('is believed when it goes on: the vehicle was carried, or the first position was wrong', () => {
    const away = Array.from({ length: 50 }, (_, i) => fix(30 + i / 10, 50_000, i));
    expect(left([...drive(20), ...away]).map(({ positions }) => positions)).toEqual([201, 50]);
    expect(left([fix(0, 90_000, 0), ...drive(20).slice(5)])).toEqual([{ positions: 196, ...NONE, jump: 1 }]);
  });

  it('is told where there is nothing else', () => {
    const messages = [1, 2, 3].map((seconds) => ({
      seconds,
      message: { latitude: 0, longitude: 0, status: { status: -1 } },
    }));
    expect(derived(messages)).toMatchObject([{ positions: 0, track: null, visits: [], left: { 'no-fix': 3 } }]);
  });

  it('parts a track where there was silence for over a minute', () => {
    expect(
      left([fix(0, 0, 0), fix(1, 0, 9), fix(62, 0, 20), fix(63, 0, 29)]).map(({ positions }) => positions),
    ).toEqual([2, 2]);
  });
});

describe('odometry', () => {
  const TURN = 0.7;
  /** The way of the vehicle in a frame that is turned and shifted. */
  const odometry = (seconds: number, eastM: number, northM: number): Said => ({
    topic: '/odom',
    schema: 'nav_msgs/msg/Odometry',
    seconds,
    message: {
      header: { frame_id: 'odom' },
      pose: {
        pose: {
          position: {
            x: 100 + eastM * Math.cos(TURN) - northM * Math.sin(TURN),
            y: -7 + eastM * Math.sin(TURN) + northM * Math.cos(TURN),
          },
        },
      },
      twist: { twist: { linear: { x: 10, y: 0 } } },
    },
  });
  const bend = Array.from({ length: 300 }, (_, i) => [i / 10, i < 150 ? i : 150, i < 150 ? 0 : i - 150] as const);

  it('is tied to the Earth by fixes of the same minute', () => {
    const tracks = derived([
      ...bend.map((each) => odometry(...each)),
      ...bend.filter((_, i) => i % 10 === 0).map(([s, e, n]) => fix(s, e, n)),
    ]);
    const [tied, gnss] = [tracks.find(({ topic }) => topic === '/odom'), tracks.find(({ topic }) => topic === '/fix')];
    expect(tied).toMatchObject({
      source: 'odometry',
      frameId: 'odom',
      note: expect.stringContaining('0.0 m apart') as string,
    });
    const [a, b] = [decodedTrack(tied?.track ?? ''), decodedTrack(gnss?.track ?? '')].map((points) => points[0]);
    expect(distanceM(a as TrackPoint, b as TrackPoint)).toBeLessThan(0.1);
    expect(gnss?.rank).toBeLessThan(tied?.rank ?? 0);
  });

  it('has lengths and times and no place without an anchor, and says why', () => {
    const [alone] = derived(bend.map((each) => odometry(...each)));
    expect(alone).toMatchObject({
      track: null,
      visits: [],
      frameId: 'odom',
      positions: 300,
      note: expect.stringContaining('no fix') as string,
    });
    expect(Math.round(alone?.lengthM ?? 0)).toBe(299);
    const standing = derived([...bend.map(([s]) => odometry(s, 0, 0)), ...bend.map(([s]) => fix(s, 0, 0))]);
    expect(standing.find(({ topic }) => topic === '/odom')?.note).toContain('moved too little');
    const elsewhere = derived([...bend.map((each) => odometry(...each)), ...bend.map(([s, e]) => fix(s, e * 3, 0))]);
    expect(elsewhere.find(({ topic }) => topic === '/odom')?.note).toContain('m apart at best');
  });
});

describe('the plan', () => {
  it('leaves out topics that it does not name, and puts the others in its order', () => {
    const said = ['/a', '/b', '/c'].map((topic) => ({ ...fix(0, 0, 0), topic }));
    const ranks = derived(said, ['/b', '/a']).map(({ topic, rank }) => [topic, rank] as const);
    expect(ranks.toSorted(([, a], [, b]) => a - b).map(([topic]) => topic)).toEqual(['/b', '/a']);
  });

  it.each([
    ['foxglove.LocationFix', '/x', { latitude: 1, longitude: 2, frame_id: 'gnss' }],
    ['gpx.Point', '/gpx/track/1', { latitude: 1, longitude: 2 }],
    ['', '/nmea/GNRMC', { latitude: 1, longitude: 2, valid: true, speed_knots: 3 }],
    ['', '/nmea/GPGGA', { latitude: 1, longitude: 2, quality: 4 }],
    ['', '/ubx/01-07', { latitude: 1, longitude: 2, fix_ok: true, fix_type: 3 }],
    ['vehicle_gps_position', '/g', { lat: 10_000_000, lon: 20_000_000, fix_type: 3 }],
    ['sensor_gps', '/g', { latitude_deg: 1, longitude_deg: 2, fix_type: 6 }],
    ['vehicle_global_position', '/g', { lat: 1, lon: 2 }],
    ['geographic_msgs/msg/GeoPoseStamped', '/g', { pose: { position: { latitude: 1, longitude: 2 } } }],
  ])('reads %s of %s', (schema, topic, message) => {
    const [track] = derived([{ topic, schema, seconds: 0, message }]);
    expect(track).toMatchObject({ positions: 1, box: { southDeg: 1, westDeg: 2 } });
  });
});
