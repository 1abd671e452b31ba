import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodedTrack, encodedTrack, wktFromTrack } from './index.ts';

describe('an encoded track', () => {
  it('is what the example of the algorithm gives, for its first number', () => {
    // -179.9832104 degrees at 10^-5 is `~oia@` in the description of the algorithm.
    expect(encodedTrack([{ latDeg: -1.7998321, lngDeg: 0, timeMs: 0 }]).slice(0, -2)).toBe(
      encodedNumberOf(-17_998_321),
    );
    expect(encodedNumberOf(-17_998_321)).toBe('`~oia@');
  });

  it('comes back as it was, to 10^-7 degree and 1 ms', () => {
    const point = fc.record({
      latDeg: fc.integer({ min: -900_000_000, max: 900_000_000 }).map((units) => units / 1e7),
      lngDeg: fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }).map((units) => units / 1e7),
      timeMs: fc.integer({ min: 0, max: 100_000_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(point), (points) => {
        expect(decodedTrack(encodedTrack(points))).toEqual(points);
      }),
    );
  });

  it('is refused where it is none', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          decodedTrack(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'corrupt-input' });
        }
      }),
    );
    expect(() => decodedTrack('_')).toThrow('no encoded track');
  });

  it('is text that engines of geography read', () => {
    const [a, b] = [
      { latDeg: 48.14, lngDeg: 11.56, timeMs: 0 },
      { latDeg: 48.16, lngDeg: 11.58, timeMs: 9 },
    ];
    expect(wktFromTrack([a, b])).toBe('LINESTRING(11.56 48.14, 11.58 48.16)');
    expect(wktFromTrack([a, { ...a, timeMs: 5 }])).toBe('POINT(11.56 48.14)');
    expect(wktFromTrack([])).toBeNull();
  });
});

const encodedNumberOf = (value: number): string =>
  encodedTrack([{ latDeg: value / 1e7, lngDeg: 0, timeMs: 0 }]).slice(0, -2);
