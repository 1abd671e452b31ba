import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filmStrip, type Frame, merged, nearestFrame, reachNs } from './film.ts';

const SECOND_NS = 1_000_000_000n;
const framesAt = (...seconds: readonly number[]): Frame[] =>
  seconds.map((second) => ({ timeNs: BigInt(Math.round(second * 1e9)), url: `blob:${second}` }));
const film = fc
  .uniqueArray(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 80 })
  .map((times) => framesAt(...times.toSorted((a, b) => a - b).map((time) => time / 100)));

describe('the nearest frame', () => {
  it('is the one that looking at all of them finds', () => {
    fc.assert(
      fc.property(film, fc.bigInt({ min: 0n, max: 1001n * SECOND_NS }), (frames, timeNs) => {
        const off = ({ timeNs: other }: Frame): bigint => (other < timeNs ? timeNs - other : other - timeNs);
        const least = frames.map(off).reduce((a, b) => (a < b ? a : b));
        const found = nearestFrame(frames, timeNs);
        expect(found && off(found)).toBe(least);
      }),
    );
    expect(nearestFrame([], 5n)).toBeUndefined();
  });

  it('is shown for a moment half as far again as frames are apart, and a second at least', () => {
    expect(reachNs(framesAt(0, 4, 8, 100))).toBe(6n * SECOND_NS);
    expect(reachNs(framesAt(0, 0.1, 0.2))).toBe(SECOND_NS);
    expect(reachNs(framesAt(7))).toBe(SECOND_NS);
  });
});

describe('frames of several recordings', () => {
  it('stand in order of time, however they came', () => {
    fc.assert(
      fc.property(film, film, (known, more) => {
        const times = merged(known, more).map(({ timeNs }) => timeNs);
        expect(times).toEqual(
          [...known, ...more].map(({ timeNs }) => timeNs).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
        );
      }),
    );
  });
});

describe('the strip', () => {
  const drive = { startNs: 0n, endNs: 1001n * SECOND_NS };

  it('shows frames of the visible time alone, in order, one a slot', () => {
    const visible = fc
      .tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 100 }))
      .map(([start, length]) => ({ startNs: BigInt(start) * SECOND_NS, endNs: BigInt(start + length) * SECOND_NS }));
    fc.assert(
      fc.property(film, visible, fc.integer({ min: 1, max: 20 }), (frames, span, slots) => {
        const strip = filmStrip(frames, drive, span, slots);
        expect(strip.length).toBeLessThanOrEqual(slots + 1);
        for (const [i, { frame, left, at }] of strip.entries()) {
          expect(frame.timeNs >= span.startNs && frame.timeNs < span.endNs).toBe(true);
          expect(at).toBeGreaterThanOrEqual(left - 1e-6);
          expect(at).toBeLessThanOrEqual(left + 1 / slots + 1e-6);
          const before = strip[i - 1];
          if (before) expect(left - before.left).toBeGreaterThanOrEqual(1 / slots - 1e-6);
        }
        const isAny = frames.some(({ timeNs }) => timeNs >= span.startNs && timeNs < span.endNs);
        expect(strip.length > 0).toBe(isAny);
      }),
    );
  });

  it('keeps its frames where they are while it moves', () => {
    const frames = framesAt(...Array.from({ length: 200 }, (_, i) => i));
    const shown = (startS: number) =>
      filmStrip(frames, drive, { startNs: BigInt(startS) * SECOND_NS, endNs: BigInt(startS + 60) * SECOND_NS }, 6)
        .slice(1, -1)
        .map(({ frame }) => frame.url);
    const [first, moved] = [shown(0), shown(7)];
    expect(first.length).toBeGreaterThan(3);
    expect(moved.slice(0, 3)).toEqual(first.slice(0, 3));
  });
});
