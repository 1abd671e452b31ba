import { describe, expect, it } from 'vitest';
import { segmentsOf, type Track } from './thin-track.ts';

const START_NS = 1_532_402_880_000_000_000n;

/** North-east at 10 m/s for a minute, a point a second, winding as roads do. */
function track(minute: number, { reachM = 30, points = 60 } = {}): Track {
  return {
    startNs: START_NS + BigInt(minute) * 60_000_000_000n,
    reachM,
    points: Array.from({ length: points }, (_, second) => {
      const metres = (minute * 60 + second) * 10;
      const latDeg = 48 + metres / 111_195 + Math.sin(metres / 200) * 2e-4;
      return { lngDeg: 11 + metres / 74_000, latDeg, timeMs: second * 1000 };
    }),
  };
}
const tracks = (minutes: number): Track[] => Array.from({ length: minutes }, (_, minute) => track(minute));
const countOf = (segments: readonly { points: readonly unknown[] }[]): number =>
  segments.reduce((sum, { points }) => sum + points.length, 0);

describe('the way of a drive', () => {
  it('is one segment where one chunk follows another, with every point if there are few', async () => {
    const segments = await segmentsOf(tracks(3), 2000);
    expect([segments.length, countOf(segments)]).toEqual([1, 180]);
    expect(segments[0]?.startTime).toBe(String(START_NS));
    const speeds = segments[0]?.points.slice(1).map(([, , , speedMps]) => speedMps) ?? [];
    expect(Math.min(...(speeds as number[]))).toBeGreaterThan(9);
    expect(segments[0]?.points[0]?.[3]).toBeNull();
  });

  it('is parted by a silence and by a jump', async () => {
    const [first, , third] = tracks(3) as [Track, Track, Track];
    expect(await segmentsOf([first, { ...third, startNs: third.startNs + 60_000_000_000n }], 2000)).toHaveLength(2);
    const far = { ...track(1), points: track(9).points };
    expect(await segmentsOf([first, far], 2000)).toHaveLength(2);
  });

  it('keeps to the number of points that is asked for, from its first to its last', async () => {
    for (const [minutes, pointsMax] of [
      [60, 2000],
      [60, 200],
      [60, 50],
      [10, 2],
    ] as const) {
      const segments = await segmentsOf(tracks(minutes), pointsMax);
      expect(countOf(segments)).toBeLessThanOrEqual(pointsMax);
      expect(countOf(segments)).toBeGreaterThanOrEqual(2);
      expect(segments[0]?.startTime).toBe(String(START_NS));
      expect(segments.at(-1)?.endTime).toBe(String(START_NS + BigInt(minutes * 60 - 1) * 1_000_000_000n));
    }
  });

  it('leaves the shortest segments out where there are more than points', async () => {
    const apart = tracks(10).map((one, i) => ({ ...one, reachM: 0, points: one.points.slice(0, 2 + i) }));
    const segments = await segmentsOf(apart, 8);
    expect([segments.length, countOf(segments)]).toEqual([4, 8]);
    expect(segments[0]?.startTime).toBe(String(apart[6]?.startNs));
  });

  it('is nothing where there is no track', async () => {
    expect(await segmentsOf([], 100)).toEqual([]);
    expect(await segmentsOf([{ ...track(0), points: [] }], 100)).toEqual([]);
  });
});
