import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { timeScale, zoomed, moved, spanBetween } from './time-scale.ts';
import { SHORTEST_NS } from '../span.ts';

const START = 1_773_303_302_123_456_789n;
const drive = { startNs: START, endNs: START + 7_200_000_000_000n };
const spans = fc
  .tuple(fc.bigInt(0n, 7_000_000_000_000n), fc.bigInt(1_000_000n, 7_200_000_000_000n))
  .map(([from, length]) => ({ startNs: START + from, endNs: START + from + length }));

describe('a time scale', () => {
  it('gives the nanosecond back that a pixel stands for, at a millisecond over the width', () => {
    const scale = timeScale({ startNs: START, endNs: START + SHORTEST_NS }, 1000);
    for (const x of [0, 1, 499, 1000]) expect(scale.xOf(scale.timeAt(x))).toBeCloseTo(x, 6);
    expect(scale.timeAt(1) - scale.timeAt(0)).toBe(1000n);
  });

  it('never changes the order of times', () => {
    fc.assert(
      fc.property(spans, fc.bigInt(0n, 10n ** 15n), fc.bigInt(0n, 10n ** 15n), (span, a, b) => {
        const scale = timeScale(span, 1280);
        const [first, second] = a < b ? [a, b] : [b, a];
        expect(scale.xOf(START + first)).toBeLessThanOrEqual(scale.xOf(START + second));
      }),
    );
  });
});

describe('zooming', () => {
  it('stays within the drive and at a millisecond or more, wherever the pointer is', () => {
    fc.assert(
      fc.property(
        spans,
        fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (span, factor, share) => {
          const about = timeScale(span, 1).timeAt(share);
          const { startNs, endNs } = zoomed(span, factor, about, drive);
          expect(startNs).toBeGreaterThanOrEqual(drive.startNs);
          expect(endNs).toBeLessThanOrEqual(drive.endNs);
          expect(endNs - startNs).toBeGreaterThanOrEqual(SHORTEST_NS);
        },
      ),
    );
  });

  it('keeps the moment under the pointer where it is', () => {
    const about = START + 1_800_000_000_000n;
    const closer = zoomed(drive, 0.1, about, drive);
    expect(timeScale(closer, 1000).xOf(about)).toBeCloseTo(timeScale(drive, 1000).xOf(about), 3);
  });

  it('comes down to the millisecond from the whole drive, and back to the very whole', () => {
    let span = drive;
    for (let step = 0; step < 40; step += 1) span = zoomed(span, 0.5, START + 3_600_000_000_000n, drive);
    expect(span.endNs - span.startNs).toBe(SHORTEST_NS);
    for (let step = 0; step < 40; step += 1) span = zoomed(span, 2, span.startNs, drive);
    expect(span).toBe(drive);
  });
});

describe('moving on', () => {
  it('stops at the ends of the drive with its length kept', () => {
    const span = { startNs: START + 10n ** 9n, endNs: START + 11n * 10n ** 9n };
    expect(moved(span, -5, drive)).toEqual({ startNs: START, endNs: START + 10n ** 10n });
    expect(moved(span, 1e6, drive)).toEqual({ startNs: drive.endNs - 10n ** 10n, endNs: drive.endNs });
  });
});

describe('a stretch between two moments', () => {
  it('is the same in either direction, cut by the drive, and nothing where nothing is between', () => {
    const [one, other] = [START + 5n, START + 9n];
    expect(spanBetween(other, one, drive)).toEqual({ startNs: one, endNs: other });
    expect(spanBetween(0n, one, drive)).toEqual({ startNs: START, endNs: one });
    expect(spanBetween(one, one, drive)).toBeUndefined();
  });
});
