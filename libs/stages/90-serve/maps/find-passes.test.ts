import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Area,
  areaContains,
  areaFromGeoJson,
  areaNear,
  distanceM,
  placeAt,
  wrappedLngDeg,
} from '@pitlane/base/geo';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import type { Catalog } from '@pitlane/ports/catalog';
import { DriveBuilder } from '@pitlane/ports/catalog/contract-facts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPasses, type PassRequest } from './find-passes.ts';
import { headingFromText } from './heading-text.ts';
import { areaFromText } from './area-text.ts';
import { type DrivenWay, drivenEvents, type WayPoint } from './driven-way.fixture.ts';

let folder: string;
let catalog: Catalog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-maps-'));
  catalog = await openDuckDbCatalog({
    file: join(folder, 'c.duckdb'),
    tempDir: join(folder, 'spill'),
    settleAtChunks: 2,
  });
});
afterEach(async () => {
  await catalog.close();
  await rm(folder, { recursive: true, force: true });
});

const square = (west: number, south: number, east: number, north: number): Area =>
  areaFromGeoJson(
    JSON.stringify({
      type: 'Polygon',
      coordinates: [
        [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
          [west, south],
        ],
      ],
    }),
    'square',
  );
const found = async (request: PassRequest) =>
  (await findPasses(catalog, request, 1000)).map((pass) => ({
    seconds: Number(pass.exitNs - pass.enterNs) / 1e9,
    km_h: pass.speedMps === null ? null : Math.round(pass.speedMps * 3.6),
    heading: pass.headingDeg === null ? null : Math.round(pass.headingDeg) % 360,
    topic: pass.topic,
    vehicle: pass.vehicleId,
    chunks: pass.chunkIds.length,
    landed: pass.landed.map(({ topic }) => topic),
  }));

/** From a place on, so many metres a second, so long. */
function way(lng: number, lat: number, eastMps: number, northMps: number, seconds: number, hz = 1): WayPoint[] {
  return Array.from({ length: seconds * hz + 1 }, (_, i) => ({
    seconds: i / hz,
    lngDeg: wrappedLngDeg(lng + ((i / hz) * eastMps) / (111_195 * Math.cos((lat * Math.PI) / 180))),
    latDeg: lat + ((i / hz) * northMps) / 111_195,
  }));
}
const drive = (name: string, points: WayPoint[], more: Partial<DrivenWay> = {}) =>
  drivenEvents(new DriveBuilder(name), { points, ...more });

describe('passes', () => {
  it('are found by place, heading, speed and what is landed, in one question', async () => {
    const [lng, lat] = [9.18, 48.77];
    await catalog.append([
      ...drive('slow-north', way(lng, lat - 0.002, 0, 5, 110), { topics: ['/lidar/top'] }),
      ...drive('fast-north', way(lng, lat - 0.002, 0, 20, 59), { topics: ['/lidar/top'] }),
      ...drive('slow-south', way(lng, lat + 0.002, 0, -5, 110), { topics: ['/lidar/top'] }),
      ...drive('no-lidar', way(lng, lat - 0.002, 0, 5, 110), { topics: ['/camera'] }),
      ...drive('elsewhere', way(lng + 0.01, lat - 0.002, 0, 5, 110), { topics: ['/lidar/top'] }),
    ]);
    await catalog.append([]);
    const area = square(lng - 0.0005, lat - 0.0003, lng + 0.0005, lat + 0.0003);
    expect(await found({ area })).toHaveLength(4);
    const asked = { area, heading: headingFromText('north'), speedBelowMps: 30 / 3.6, with: ['/lidar/*'] };
    const [pass, ...more] = await findPasses(catalog, asked, 10);
    expect([pass?.driveId, more]).toEqual(['slow-north', []]);
    expect(Number(pass!.exitNs - pass!.enterNs) / 1e9).toBeCloseTo((0.0006 * 111_195) / 5, 1);
    expect([pass?.entered, pass?.left, Math.round(pass?.lengthM ?? 0)]).toEqual([true, true, 67]);
    expect(pass?.landed[0]?.topic).toBe('/lidar/top');
  });

  it('are one from chunk to chunk, also where the vehicle comes in between the last fix and the next', async () => {
    await catalog.append(drive('long', way(9.18, 48.77, 0, 20, 300)));
    expect(await found({ area: square(9.17, 48.775, 9.19, 48.81) })).toMatchObject([
      { chunks: 4, km_h: 72, heading: 0 },
    ]);
    // One fix a second, and windows of a minute: 59 s and 60 s lie in two chunks.
    const between = 48.77 + (59.5 * 20) / 111_195;
    expect(await found({ area: areaNear({ lngDeg: 9.18, latDeg: between }, 4) })).toMatchObject([
      { km_h: 72, seconds: expect.closeTo(0.4, 2) as number },
    ]);
  });

  it('are several where a way comes back, and none where it goes round', async () => {
    const back = [
      ...way(9.18, 48.77, 0, 10, 30),
      ...way(9.18, 48.7727, 0, -10, 28).map((p) => ({ ...p, seconds: p.seconds + 31 })),
    ];
    await catalog.append(drive('back', back));
    const headings = (await found({ area: areaNear({ lngDeg: 9.18, latDeg: 48.771 }, 20) })).map(
      ({ heading }) => heading,
    );
    expect(headings).toEqual([0, 180]);
    expect(await found({ area: areaNear({ lngDeg: 9.1806, latDeg: 48.771 }, 20) })).toEqual([]);
  });

  it('are told by the most trusted topic alone', async () => {
    await catalog.append(drive('two', way(9.18, 48.77, 0, 10, 50), { sources: ['/fix', '/nmea/GPRMC'] }));
    expect(await found({ area: areaNear({ lngDeg: 9.18, latDeg: 48.772 }, 50) })).toMatchObject([{ topic: '/fix' }]);
  });

  it('are told of a time, whole where they begin before it', async () => {
    await catalog.append(drive('timed', way(9.18, 48.77, 0, 10, 300)));
    const area = square(9.17, 48.771, 9.19, 48.79);
    const [whole] = await findPasses(catalog, { area }, 10);
    const middleNs = ((whole?.enterNs ?? 0n) + (whole?.exitNs ?? 0n)) / 2n;
    expect(await findPasses(catalog, { area, startNs: middleNs, endNs: middleNs + 1n }, 10)).toEqual([whole]);
    expect(await findPasses(catalog, { area, startNs: (whole?.exitNs ?? 0n) + 1n }, 10)).toEqual([]);
  });

  it.each([
    ['over the antimeridian', 179.9985, 12, { bbox: '179.999,11.99,-179.999,12.01' }, [9.8, 10]],
    ['at a pole', 20, 89.9985, { near: '90,0,100' }, [18, 21]],
  ] as const)('are found %s', async (_, lng, lat, area, [atLeast, atMost]) => {
    const overPole = Array.from({ length: 40 }, (_step, i) => ({
      seconds: i,
      lngDeg: i < 17 ? lng : lng - 180,
      latDeg: 90 - Math.abs(lat + (i * 10) / 111_195 - 90),
    }));
    await catalog.append(drive('edge', lat > 80 ? overPole : way(lng, lat, 22, 0, 20)));
    const passes = await found({ area: areaFromText(area) as Area });
    expect(passes).toHaveLength(1);
    expect(passes[0]?.seconds).toBeGreaterThan(atLeast);
    expect(passes[0]?.seconds).toBeLessThan(atMost);
  });

  it('are those that a walk along every way finds, whatever the polygon', { timeout: 120_000 }, async () => {
    const random = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { seed: 7, numRuns: 4000 });
    const next = (): number => random.pop() ?? 0.5;
    const ways = Array.from({ length: 12 }, (_way, k) => {
      let [lng, lat, turn] = [9.18 + next() * 0.01, 48.77 + next() * 0.01, next() * 6];
      const points = Array.from({ length: 90 }, (_step, seconds) => {
        turn += next() - 0.5;
        lng += Math.cos(turn) * 0.00018;
        lat += Math.sin(turn) * 0.00012;
        return { seconds, lngDeg: lng, latDeg: lat };
      });
      return { name: `way-${k}`, points };
    });
    await catalog.append(ways.flatMap(({ name, points }) => drive(name, points)));
    await catalog.append([]);
    for (let round = 0; round < 25; round += 1) {
      const [lng, lat, size] = [9.18 + next() * 0.012, 48.77 + next() * 0.012, 0.0003 + next() * 0.004];
      const ring = Array.from({ length: 7 }, (_corner, i) => [
        lng + Math.cos((i * 2 * Math.PI) / 7) * size * (0.4 + next()),
        lat + Math.sin((i * 2 * Math.PI) / 7) * size * (0.4 + next()),
      ]);
      const area = areaFromGeoJson(JSON.stringify({ type: 'Polygon', coordinates: [[...ring, ring[0]]] }), 'polygon');
      const passes = await findPasses(catalog, { area }, 1000);
      for (const { name, points } of ways) {
        const own = passes.filter(({ driveId }) => driveId === name).reduce((sum, { lengthM }) => sum + lengthM, 0);
        expect(Math.abs(own - walkedInside(area, points)), `${name}, round ${round}`).toBeLessThan(12);
      }
    }
  });
});

/** By small steps, and so to a few metres. */
function walkedInside(area: Area, points: readonly WayPoint[]): number {
  let insideM = 0;
  for (let i = 1; i < points.length; i += 1) {
    const [a, b] = [points[i - 1] as WayPoint, points[i] as WayPoint];
    for (let k = 0; k < 20; k += 1)
      if (areaContains(area, placeAt(a, b, (k + 0.5) / 20))) insideM += distanceM(a, b) / 20;
  }
  return insideM;
}

describe('what is asked', () => {
  it.each([
    [{ bbox: '1,2,3' }, 'west,south,east,north'],
    [{ near: '48,11,0' }, 'radius'],
    [{ near: '91,11,5' }, 'latitude,longitude'],
    [{ bbox: '1,2,3,4', near: '1,2,3' }, 'do not go together'],
    [{ polygon: 'POLYGON((1 2))' }, 'no JSON'],
  ])('is refused in words: %o', (area, words) => expect(() => areaFromText(area)).toThrow(words));

  it('is a heading by name or by degrees', () => {
    expect(headingFromText('Northbound')).toEqual({ fromDeg: 315, toDeg: 45 });
    expect(headingFromText('350-20')).toEqual({ fromDeg: 350, toDeg: 20 });
    expect(() => headingFromText('up')).toThrow('no heading');
  });
});
