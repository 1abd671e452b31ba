/** `pitlane map` over a generated drive and real tracks; what it writes is opened by shapely and pyarrow. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriveResult } from '@pitlane/garage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGpx, readMap } from '../../test/support/python-maps.ts';
import { requireData, requirePython } from '../../test/support/requires.ts';
import { openShell, type Shell } from './cli.fixture.ts';

const python = requirePython();
const data = requireData();
const SECONDS = 70;

interface Passes {
  readonly passes: readonly {
    readonly driveId: string;
    readonly topic: string;
    readonly enterTime: string;
    readonly exitTime: string;
    readonly headingDeg: number;
    readonly speedMps: number;
    readonly chunkIds: readonly string[];
    readonly landed: readonly { readonly topic: string; readonly chunkId: string }[];
  }[];
  readonly next: string | null;
}
interface Rows {
  readonly rows: readonly Readonly<Record<string, number & string>>[];
}

let shell: Shell;
let drive: string;
beforeAll(async () => {
  shell = await openShell();
  await shell.run(
    'generate',
    '-o',
    'drive',
    '--size',
    'small',
    '--duration',
    String(SECONDS),
    '--seed',
    '3',
    '--vehicle',
    'car-3',
  );
  const ingested = (await shell.run('ingest', 'drive', '--json')).json<{ drives: readonly DriveResult[] }>();
  drive = ingested.drives[0]?.driveId ?? '';
}, 300_000);
afterAll(() => shell[Symbol.asyncDispose]());

const sql = async (text: string) => (await shell.run('sql', text, '--json')).json<Rows>().rows;

describe('pitlane map', { timeout: 300_000 }, () => {
  it('has a track for every minute of the drive', async () => {
    const tracks = await sql(
      'SELECT topic, start_time, length_m, speed_mps, points, positions, fix_quality FROM trajectories ORDER BY start_ns',
    );
    expect(new Set(tracks.map(({ topic }) => topic))).toEqual(new Set(['/gnss/fix', '/gnss/location', '/odometry']));
    const fixes = tracks
      .filter(({ topic }) => topic === '/gnss/fix')
      .reduce((sum, track) => sum + Number(track['positions']), 0);
    expect(fixes).toBeGreaterThanOrEqual(SECONDS * 10 - 5);
    for (const track of tracks) expect(Number(track['points'])).toBeLessThan(Number(track['positions']) / 3);
  });

  it('finds the pass over a place of the drive, by all that is asked, and says what is landed', async () => {
    const [track] = await sql(
      "SELECT min(west_deg) AS west_deg, min(south_deg) AS south_deg, max(east_deg) AS east_deg, max(north_deg) AS north_deg FROM trajectories WHERE topic = '/gnss/fix'",
    );
    const [west = 0, south = 0, east = 0, north = 0] = ['west_deg', 'south_deg', 'east_deg', 'north_deg'].map((side) =>
      Number(track?.[side]),
    );
    const pad = 1e-3;
    const ring = [
      [west - pad, south - pad],
      [east + pad, south - pad],
      [east + pad, north + pad],
      [west - pad, north + pad],
      [west - pad, south - pad],
    ];
    await writeFile(
      join(shell.home, 'area.geojson'),
      JSON.stringify({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }),
    );
    const all = (await shell.run('map', 'passes', '--polygon', 'area.geojson', '--json')).json<Passes>();
    expect(all.passes.map(({ driveId }) => driveId)).toEqual([drive]);
    const [pass] = all.passes;
    expect(Number(BigInt(pass?.exitTime ?? 0) - BigInt(pass?.enterTime ?? 0)) / 1e9).toBeGreaterThan(50);
    const heading = Math.round(pass?.headingDeg ?? 0);
    const asked = [
      '--heading',
      `${(heading + 350) % 360}-${(heading + 10) % 360}`,
      '--speed-below',
      ((pass?.speedMps ?? 0) * 3.6 + 1).toFixed(3),
      '--with',
      '/lidar/*',
    ];
    const found = (await shell.run('map', 'passes', '--polygon', 'area.geojson', ...asked, '--json')).json<Passes>();
    expect(found.passes).toHaveLength(1);
    expect(found.passes[0]?.landed.every(({ topic }) => topic.startsWith('/lidar/'))).toBe(true);
    const none = await shell.run('map', 'passes', '--polygon', 'area.geojson', '--with', '/no/such', '--json');
    expect(none.json<Passes>().passes).toEqual([]);
    const text = await shell.run('map', 'passes', '--bbox', [west, south, east, north].join(','));
    expect(text.stdout).toContain('car-3');
    expect(text.exitCode).toBe(0);
  });

  it('refuses in words what is no place', async () => {
    await writeFile(join(shell.home, 'bad.geojson'), '{"type":"Polygon"}');
    for (const [given, words] of [
      [['--near', '1,2'], 'latitude,longitude'],
      [['--polygon', 'bad.geojson'], 'no GeoJSON'],
      [['--polygon', 'none.geojson'], 'cannot be read'],
      [[], 'where?'],
      [['--bbox', '1,2,3,4', '--heading', 'up'], 'no heading'],
    ] as const) {
      const { exitCode, stderr } = await shell.run('map', 'passes', ...given);
      expect([given, exitCode === 0, stderr]).toEqual([given, false, expect.stringContaining(words) as string]);
    }
  });

  it.skipIf(!python).each(['geojson', 'geoparquet'] as const)('writes %s that others read', async (format) => {
    const out = `tracks.${format}`;
    const written = (await shell.run('map', 'export', '--format', format, '-o', out, '--json')).json<{
      tracks: number;
      bytes: number;
    }>();
    const map = await readMap(python as string, format, join(shell.home, out));
    expect(map.faults).toEqual([]);
    expect(map.types).toEqual(['LineString']);
    const tracks = await sql(
      'SELECT count(*) AS n, sum(points) AS points, min(west_deg) AS west, max(north_deg) AS north FROM trajectories',
    );
    expect([map.rows, map.points]).toEqual([written.tracks, Number(tracks[0]?.['points'])]);
    expect(map.rows).toBe(Number(tracks[0]?.['n']));
    expect([map.bounds[0], map.bounds[3]]).toEqual([tracks[0]?.['west'], tracks[0]?.['north']]);
    expect((await shell.run('map', 'export', '--format', format, '-o', out)).exitCode).toBe(1);
  });

  it.skipIf(!python)('writes the same tracks in both formats, and only those of an area', async () => {
    const [json, parquet] = await Promise.all([
      readMap(python as string, 'geojson', join(shell.home, 'tracks.geojson')),
      readMap(python as string, 'geoparquet', join(shell.home, 'tracks.geoparquet')),
    ]);
    expect(parquet.lengthDeg).toBeCloseTo(json.lengthDeg, 9);
    expect(parquet.properties.map((row) => row['chunk_id'])).toEqual(json.properties.map((row) => row['chunkId']));
    expect(JSON.parse(String(parquet.properties[0]?.['chunk_ids']))).toEqual(json.properties[0]?.['chunkIds']);
    const frames = JSON.parse(String(parquet.properties[0]?.['frames'])) as {
      topics: Record<string, { frameId: string; inBase: object }>;
    };
    expect(frames).toEqual(json.properties[0]?.['frames']);
    expect(Object.keys(frames.topics)).toContain('/gnss/fix');
    expect(frames.topics['/gnss/fix']?.inBase).toMatchObject({ baseFrameId: 'base_link' });
    await shell.run('map', 'export', '--format', 'geojson', '-o', 'far.geojson', '--near', '0.5,0.5,100');
    expect(JSON.parse(await readFile(join(shell.home, 'far.geojson'), 'utf8'))).toEqual({
      type: 'FeatureCollection',
      features: [],
    });
  });

  it.skipIf(!python || !data).each(['around-visnjan-with-car.gpx', 'korita-zbevnica.gpx', 'cerknicko-jezero.gpx'])(
    'measures %s as gpxpy does',
    async (name) => {
      await mkdir(join(shell.home, name));
      await copyFile(join(data as string, 'gps', name), join(shell.home, name, name));
      const ingested = (await shell.run('ingest', name, '--vehicle', 'walker', '--json')).json<{
        drives: readonly DriveResult[];
      }>();
      const id = ingested.drives[0]?.driveId ?? '';
      const expected = (await readGpx(python as string, join(data as string, 'gps', name))).reduce(
        (sum, { inMinutesM }) => sum + inMinutesM,
        0,
      );
      const [sum] = await sql(
        `SELECT sum(length_m) AS metres, sum(positions) AS positions FROM trajectories WHERE drive_id = '${id}'`,
      );
      // Detours of less than a metre are not on the thinned line.
      expect(Number(sum?.['metres']) / expected).toBeGreaterThan(0.97);
      expect(Number(sum?.['metres']) / expected).toBeLessThan(1.005);
    },
  );
});
