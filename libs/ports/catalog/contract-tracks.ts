/** What every catalog must do with tracks: show those of the newest derivation of each chunk that counts, once. */
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { ChunkId } from '@pitlane/contracts/identity';
import { encodedTrack, type FrameFacts, type TrackFacts, TRAJECTORIES } from '@pitlane/contracts/trajectory';
import type { ContractCase } from '../contract/index.ts';
import { chunkId, DriveBuilder, equal, timeText } from './contract-facts.ts';
import type { Catalog } from './index.ts';

const drive = new DriveBuilder('mapped');

const CELL = '891f8d7a4c3ffff';
const REGION = '871f8d7a4ffffff';
const BOX = { westDeg: 11.56, southDeg: 48.14, eastDeg: 11.5601, northDeg: 48.1409 };

/** A track of 10 s from one place to another, in one cell. */
export function trackFacts(topic: string, fields: Partial<TrackFacts> = {}): TrackFacts {
  const points = [
    { latDeg: 48.14, lngDeg: 11.56, timeMs: 0 },
    { latDeg: 48.1409, lngDeg: 11.5601, timeMs: 10_000 },
  ];
  const track = encodedTrack(points);
  const times = { startTime: timeText(0), endTime: timeText(10) };
  const motion = { speedMeanMps: 10.1, speedMinMps: 9, speedMaxMps: 11.5, headingDeg: 4.25 };
  return {
    topic,
    part: 0,
    rank: 3,
    source: 'gnss',
    frameId: 'gnss',
    ...times,
    positions: 101,
    track,
    points: 2,
    lengthM: 100.5,
    reachM: 12,
    box: BOX,
    ...motion,
    fixQuality: 'rtk-fixed',
    accuracyM: 0.02,
    left: { 'no-fix': 2, 'null-island': 0, 'out-of-range': 0, jump: 1, time: 0 },
    note: null,
    visits: [
      {
        cell: CELL,
        region: REGION,
        ...times,
        firstPoint: 0,
        lastPoint: 1,
        track,
        box: BOX,
        lengthM: 100.5,
        ...motion,
        headingFromDeg: 350,
        headingToDeg: 12,
      },
    ],
    ...fields,
  };
}

/** Of a topic, and of a sensor on the vehicle. */
export const FRAMES: readonly FrameFacts[] = [
  { topic: '/imu', frameId: 'imu_link', parentFrameId: null, translation: null, rotation: null },
  {
    topic: '/tf_static',
    frameId: 'lidar',
    parentFrameId: 'base_link',
    translation: [1.5, 0, 2],
    rotation: [0, 0, 0, 1],
  },
];

export const derivedTracks = (
  of: DriveBuilder,
  id: ChunkId,
  tracks: readonly TrackFacts[],
  { version = '1', frames = [] as readonly FrameFacts[] } = {},
): CatalogEvent => ({
  type: 'derivation',
  drive: of.drive,
  chunkId: id,
  derivation: { deriver: TRAJECTORIES, version, object: null, messages: 101, undecoded: 0, faults: [] },
  tracks,
  frames,
});

const id = (name: string): ChunkId => chunkId(name);
const chunk = (recording: string, ordinal: number, name: string): CatalogEvent =>
  drive.chunk(recording, ordinal, { chunkId: id(name) });

async function filled(catalog: Catalog, events: readonly CatalogEvent[]): Promise<void> {
  await catalog.wipe();
  await catalog.append(events);
  // What comes twice changes nothing.
  await catalog.append(events);
}

const shownIn = async (catalog: Catalog, view: string): Promise<unknown[]> =>
  (await catalog.query(`SELECT chunk_id, topic FROM ${view} ORDER BY chunk_id, topic`)).map(
    (row) => `${(row['chunk_id'] as string).slice(0, 8)} ${row['topic'] as string}`,
  );
const expected = (...tracks: readonly (readonly [name: string, topic: string])[]): unknown[] =>
  tracks.map(([name, topic]) => `${id(name).slice(0, 8)} ${topic}`).sort();

async function shows(catalog: Catalog, tracks: unknown[], what: string): Promise<void> {
  equal(await shownIn(catalog, 'trajectories'), tracks, what);
  equal(await shownIn(catalog, 'trajectory_cells'), tracks, `${what}, by cells`);
}

/** Numbers that are not whole as text, which `equal` takes. */
const textsOf = (rows: readonly object[]): unknown[] =>
  rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, JSON.stringify(value)])));

export const trackCases: readonly ContractCase<Catalog>[] = [
  {
    name: 'shows a track with its times, numbers and cells',
    async run(catalog) {
      await filled(catalog, [
        drive.docked(),
        chunk('r1', 0, 'one'),
        derivedTracks(drive, id('one'), [trackFacts('/fix')]),
      ]);
      const tracks = await catalog.query(
        `SELECT vehicle_id, part, preference, source, frame_id, CAST(start_ns AS STRING) AS start_text, positions, points, length_m,
           west_deg, north_deg, speed_mps, speed_max_mps, heading_deg, fix_quality, accuracy_m, left_out, left_out_reasons, note
         FROM trajectories`,
      );
      const numbers = { positions: 101, points: 2, length_m: 100.5, west_deg: 11.56, north_deg: 48.1409 };
      const motion = { speed_mps: 10.1, speed_max_mps: 11.5, heading_deg: 4.25 };
      const quality = {
        fix_quality: 'rtk-fixed',
        accuracy_m: 0.02,
        left_out: 3,
        left_out_reasons: ['no-fix: 2', 'jump: 1'],
      };
      const of = { vehicle_id: 'car-7', part: 0, preference: 3, source: 'gnss', frame_id: 'gnss' };
      equal(
        textsOf(tracks),
        textsOf([{ ...of, start_text: timeText(0), ...numbers, ...motion, ...quality, note: null }]),
        'trajectories',
      );
      const cells = await catalog.query(
        `SELECT CAST(cell AS STRING) AS cell_text, CAST(track_start_ns AS STRING) AS start_text, track_points, first_point, heading_from_deg,
           heading_to_deg FROM trajectory_cells WHERE region = ${BigInt(`0x${REGION}`)}`,
      );
      const cell = { cell_text: String(BigInt(`0x${CELL}`)), start_text: timeText(0), track_points: 2, first_point: 0 };
      equal(cells, [{ ...cell, heading_from_deg: 350, heading_to_deg: 12 }], 'trajectory_cells');
    },
  },
  {
    name: 'shows no track of a copy that is superseded, and none twice',
    async run(catalog) {
      const tracked = ['whole', 'shared', 'cut'].map((name) => derivedTracks(drive, id(name), [trackFacts('/fix')]));
      const chunks = [
        chunk('r1', 0, 'shared'),
        chunk('r1', 1, 'whole'),
        chunk('r2', 0, 'shared'),
        chunk('r2', 1, 'cut'),
      ];
      await filled(catalog, [drive.docked(), ...tracked, ...chunks]);
      await shows(catalog, expected(['whole', '/fix'], ['shared', '/fix'], ['cut', '/fix']), 'both copies');
      await catalog.append([
        drive.set('r2', 'superseded', 'r1'),
        drive.state('r1', 'indexed'),
        drive.state('r2', 'indexed'),
      ]);
      await shows(catalog, expected(['whole', '/fix'], ['shared', '/fix']), 'one copy');
      await catalog.append([drive.set('r2', 'active')]);
      await shows(catalog, expected(['whole', '/fix'], ['shared', '/fix'], ['cut', '/fix']), 'both again');
    },
  },
  {
    name: 'shows the newest derivation of a chunk alone, also where it found less or nothing',
    async run(catalog) {
      const both = [trackFacts('/fix'), trackFacts('/odom', { part: 0, rank: 50 })];
      await filled(catalog, [
        drive.docked(),
        chunk('r1', 0, 'one'),
        chunk('r1', 1, 'two'),
        drive.state('r1', 'indexed'),
      ]);
      await catalog.append([derivedTracks(drive, id('one'), both), derivedTracks(drive, id('two'), both)]);
      await catalog.append([]);
      await shows(catalog, expected(['one', '/fix'], ['one', '/odom'], ['two', '/fix'], ['two', '/odom']), 'the first');
      await catalog.append([
        derivedTracks(drive, id('one'), [trackFacts('/fix')], { version: '2' }),
        derivedTracks(drive, id('two'), [], { version: '2' }),
      ]);
      await catalog.append([]);
      await shows(catalog, expected(['one', '/fix']), 'the second');
    },
  },
  {
    name: 'shows where sensors stand, once a drive, and of chunks that count alone',
    async run(catalog) {
      const event = (name: string) => derivedTracks(drive, id(name), [], { frames: FRAMES });
      await filled(catalog, [
        drive.docked(),
        chunk('r1', 0, 'one'),
        chunk('r1', 1, 'two'),
        event('one'),
        event('two'),
        event('three'),
      ]);
      const rows = await catalog.query('SELECT topic, frame_id, parent_frame_id, x_m, qw FROM frames ORDER BY topic');
      const transform = { topic: '/tf_static', frame_id: 'lidar', parent_frame_id: 'base_link', x_m: 1.5, qw: 1 };
      const ofTopic = { topic: '/imu', frame_id: 'imu_link', parent_frame_id: null, x_m: null, qw: null };
      equal(textsOf(rows), textsOf([ofTopic, transform]), 'frames');
      await catalog.append([drive.set('r1', 'superseded', 'r2')]);
      equal(await catalog.query('SELECT topic FROM frames'), [], 'frames of a copy');
    },
  },
  {
    name: 'shows a track without a place, and no cell of it',
    async run(catalog) {
      const nowhere = trackFacts('/odom', {
        track: null,
        points: 0,
        box: null,
        visits: [],
        note: 'no fix',
        startTime: null,
        endTime: null,
      });
      await filled(catalog, [drive.docked(), chunk('r1', 0, 'one'), derivedTracks(drive, id('one'), [nowhere])]);
      equal(
        await catalog.query('SELECT topic, west_deg, start_ns, note FROM trajectories WHERE path IS NULL'),
        [{ topic: '/odom', west_deg: null, start_ns: null, note: 'no fix' }],
        'the track',
      );
      equal(await catalog.query('SELECT topic FROM trajectory_cells'), [], 'its cells');
    },
  },
];
