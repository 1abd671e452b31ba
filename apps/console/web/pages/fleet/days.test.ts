import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsFrom, scaleTop, stretchOf } from './days.ts';

const row = (day: string, garage: string | null, drives: number) => ({
  day,
  garage,
  drives,
  chunks: 1,
  bytesStored: 10,
});
const march = { first: '2026-02-27', last: '2026-03-02' };

describe('what landed by day', () => {
  it('has a bar for every day, over the end of a month, and sums of garages', () => {
    const rows = [row('2026-02-28', 'a', 2), row('2026-02-28', null, 3), row('2026-03-05', 'a', 9)];
    expect(barsFrom(rows, march).map(({ day, drives }) => [day, drives])).toEqual([
      ['2026-02-27', 0],
      ['2026-02-28', 5],
      ['2026-03-01', 0],
      ['2026-03-02', 0],
    ]);
    expect(barsFrom(rows, march, 'a')[1]?.drives).toBe(2);
    expect(barsFrom(rows, march, '')[1]?.drives).toBe(3);
  });

  it('ends with today', () => {
    const stretch = stretchOf(Date.UTC(2026, 2, 2, 23, 59), 4);
    expect(stretch).toEqual(march);
    expect(barsFrom([], stretch).length).toBe(4);
  });

  it('is drawn on a scale that no bar leaves, and that is not much higher than the highest', () => {
    expect([[], [0], [1], [7], [19], [20], [21], [3e12]].map((values) => scaleTop(values))).toEqual([
      1, 1, 1, 10, 20, 20, 50, 5e12,
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (most) => {
        const top = scaleTop([most]);
        expect(top).toBeGreaterThanOrEqual(most);
        expect(top).toBeLessThanOrEqual(most * 2.5000001);
      }),
    );
  });
});
