import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointFrom } from './projection.ts';
import {
  fixAt,
  gapsOf,
  msOf,
  nearestFix,
  nsOf,
  steppedFrom,
  stretchesWithin,
  type Track,
  type TrackAnswer,
  trackFrom,
} from './track.ts';

const START_NS = 1_772_524_830_000_000_000n;
type Given = readonly [lngDeg: number, latDeg: number, seconds: number, speedMps?: number | null];

const trackOf = (...lines: readonly (readonly Given[])[]): Track => {
  const segments = lines.map((points) => ({
    points: points.map(
      ([lngDeg, latDeg, seconds, speedMps = 10]) =>
        [lngDeg, latDeg, String(START_NS + BigInt(Math.round(seconds * 1e9))), speedMps] as const,
    ),
  }));
  const track = trackFrom({ segments });
  if (!track) throw new Error('there is no position in it');
  return track;
};

const way = fc
  .array(
    fc.record({
      lngDeg: fc.double({ min: 11.4, max: 11.7, noNaN: true }),
      latDeg: fc.double({ min: 48, max: 48.3, noNaN: true }),
      seconds: fc.integer({ min: 1, max: 60 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((steps) => {
    let now = 0;
    return steps.map(({ lngDeg, latDeg, seconds }): Given => [lngDeg, latDeg, (now += seconds)]);
  });

describe('a track', () => {
  it('is none where no position is known, and passes over what is none', () => {
    expect(trackFrom({ segments: [] })).toBeUndefined();
    expect(trackFrom({ segments: [{ points: [] }] })).toBeUndefined();
    const odd = [
      [11, 48, '5000000', null],
      [Number.NaN, 48, '6000000', 1],
      [11, 91, '7000000', 1],
      [11.1, 48, 'soon', 1],
      [11.1, 48, '4000000', 1],
      [11.2, 48, '9000000', 1],
    ] as unknown as TrackAnswer['segments'][number]['points'];
    const [line] = trackFrom({ segments: [{ points: odd }] })?.lines ?? [];
    expect([...(line?.timesMs ?? [])]).toEqual([0, 4]);
  });

  it('goes on over the antimeridian by the shorter way', () => {
    const { bounds, lengthM } = trackOf([
      [179.99, 0, 0],
      [-179.99, 0, 10],
    ]);
    expect((bounds.east - bounds.west) * 360).toBeCloseTo(0.02, 9);
    expect(lengthM).toBeCloseTo(2223.9, 0);
  });

  it('keeps nanoseconds of the log to a microsecond', () => {
    const track = trackOf([
      [11, 48, 0],
      [11.1, 48, 86_400],
    ]);
    for (const timeNs of [START_NS, START_NS + 86_399_999_999_000n])
      expect(Number(nsOf(track, msOf(track, timeNs)) - timeNs)).toBeLessThan(1000);
  });

  it('says where the drive was, between positions too, and nothing of a gap', () => {
    const track = trackOf(
      [
        [11, 48, 0, null],
        [11.2, 48, 10, 7],
      ],
      [[11.4, 48, 30]],
    );
    expect(fixAt(track, 5000)).toMatchObject({ x: expect.closeTo(11.1 / 360 + 0.5, 12) as number, speedMps: 7 });
    expect([fixAt(track, -1), fixAt(track, 20_000), fixAt(track, 30_001)]).toEqual([undefined, undefined, undefined]);
    expect(fixAt(track, 30_000)?.x).toBeCloseTo(11.4 / 360 + 0.5, 12);
    expect(gapsOf(track)).toEqual([{ startMs: 10_000, endMs: 30_000, lengthM: expect.closeTo(14_880, -1) as number }]);
  });

  it('finds the moment whose place is nearest, as looking at many moments does', () => {
    fc.assert(
      fc.property(way, fc.double({ min: 11.4, max: 11.7, noNaN: true }), (points, lngDeg) => {
        const track = trackOf(points);
        const point = pointFrom({ lngDeg, latDeg: 48.15 });
        const found = nearestFix(track, point, 1);
        const last = track.lines[0]?.timesMs.at(-1) ?? 0;
        const offs = Array.from({ length: 200 }, (_, i) => fixAt(track, (last * i) / 199)).map((fix) =>
          Math.hypot((fix?.x ?? 9) - point.x, (fix?.y ?? 9) - point.y),
        );
        const off = Math.hypot((found?.x ?? 9) - point.x, (found?.y ?? 9) - point.y);
        expect(off).toBeLessThanOrEqual(Math.min(...offs) + 1e-12);
        const there = fixAt(track, found?.timeMs ?? Number.NaN);
        expect(there?.x).toBeCloseTo(found?.x ?? Number.NaN, 9);
      }),
    );
    const far = trackOf([[11, 48, 0]]);
    expect(nearestFix(far, pointFrom({ lngDeg: 12, latDeg: 48 }), 1e-4)).toBeUndefined();
  });

  it('was within a box exactly as long as looking at many moments says', () => {
    const [a, b] = [pointFrom({ lngDeg: 11.5, latDeg: 48.2 }), pointFrom({ lngDeg: 11.6, latDeg: 48.1 })];
    const box = { west: a.x, east: b.x, north: a.y, south: b.y };
    fc.assert(
      fc.property(way, (points) => {
        const track = trackOf(points);
        const stretches = stretchesWithin(track, box);
        for (const [i, { startMs, endMs }] of stretches.entries()) {
          expect(endMs).toBeGreaterThanOrEqual(startMs);
          expect(startMs).toBeGreaterThan(stretches[i - 1]?.endMs ?? -1);
        }
        const last = track.lines[0]?.timesMs.at(-1) ?? 0;
        for (let i = 0; i < 300; i += 1) {
          const timeMs = (last * i) / 299;
          const fix = fixAt(track, timeMs);
          if (!fix) continue;
          // At the very edge either is right.
          const edge = Math.min(
            ...[fix.x - box.west, fix.x - box.east, fix.y - box.north, fix.y - box.south].map(Math.abs),
          );
          if (edge < 1e-10) continue;
          const inside = fix.x > box.west && fix.x < box.east && fix.y > box.north && fix.y < box.south;
          expect(stretches.some(({ startMs, endMs }) => timeMs >= startMs && timeMs <= endMs)).toBe(inside);
        }
      }),
    );
  });

  it('tells passes apart, and joins those that time does not part', () => {
    const there: Given[] = [
      [11.45, 48.15, 0],
      [11.65, 48.15, 100],
      [11.45, 48.15, 200],
    ];
    const box = {
      west: 11.54 / 360 + 0.5,
      east: 11.56 / 360 + 0.5,
      north: pointFrom({ lngDeg: 0, latDeg: 48.2 }).y,
      south: pointFrom({ lngDeg: 0, latDeg: 48.1 }).y,
    };
    const times = (track: Track) =>
      stretchesWithin(track, box).map(({ startMs, endMs }) => [startMs, endMs].map(Math.round));
    expect(times(trackOf(there))).toEqual([
      [45_000, 55_000],
      [145_000, 155_000],
    ]);
    expect(times(trackOf([[11.55, 48.15, 3]]))).toEqual([[0, 0]]);
    expect(times(trackOf([[11.5, 48.15, 3]]))).toEqual([]);
  });

  it('is stepped along from position to position, and stops at its ends', () => {
    const track = trackOf(
      [
        [11, 48, 0],
        [11.1, 48, 1],
      ],
      [[11.2, 48, 5]],
    );
    const walk = (by: 1 | -1): number[] => {
      const seen: number[] = [];
      let at: number | undefined;
      for (let i = 0; i < 4; i += 1) seen.push((at = steppedFrom(track, at, by)));
      return seen;
    };
    expect(walk(1)).toEqual([0, 1000, 5000, 5000]);
    expect(walk(-1)).toEqual([5000, 1000, 0, 0]);
    expect([steppedFrom(track, 2000, 1), steppedFrom(track, 2000, -1)]).toEqual([5000, 1000]);
  });
});
