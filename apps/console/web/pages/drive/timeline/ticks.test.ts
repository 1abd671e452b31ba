import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockOf, lengthText, momentText, stepFor, ticksOf } from './ticks.ts';

const START = 1_773_303_302_123_456_789n;

describe('ticks', () => {
  it('stand at round times, in order, within the span, and no more than fit', () => {
    fc.assert(
      fc.property(fc.bigInt(1_000_000n, 10n ** 18n), fc.integer({ min: 2, max: 30 }), (length, most) => {
        const span = { startNs: START, endNs: START + length };
        const step = stepFor(span, most);
        const ticks = ticksOf(span, most);
        expect(ticks.length).toBeLessThanOrEqual(most + 1);
        for (const { timeNs } of ticks) {
          expect(timeNs % step).toBe(0n);
          expect(timeNs >= span.startNs && timeNs < span.endNs).toBe(true);
        }
      }),
    );
  });

  it('have a text each, and no two the same within a minute', () => {
    for (const length of [1_000_000n, 50_000_000n, 3_000_000_000n, 59_000_000_000n]) {
      const texts = ticksOf({ startNs: START, endNs: START + length }, 10).map(({ text }) => text);
      expect(texts.length).toBeGreaterThan(2);
      expect(new Set(texts).size).toBe(texts.length);
    }
  });

  it('say hours and minutes over a drive, milliseconds over a second, microseconds over a millisecond', () => {
    const first = (length: bigint) => ticksOf({ startNs: START, endNs: START + length }, 8)[0]?.text;
    expect(first(7_200_000_000_000n)).toBe('08:30');
    expect(first(1_000_000_000n)).toBe('08:15:02.200');
    expect(first(1_000_000n)).toBe('08:15:02.123\u2009600');
    expect(first(864_000_000_000_000n)).toBe('2026-03-14');
  });
});

describe('texts of times', () => {
  it('have the nanoseconds that they are asked for, to the last', () => {
    expect(clockOf(START, 9)).toBe('08:15:02.123\u2009456\u2009789');
    expect(clockOf(START, 0)).toBe('08:15:02');
    expect(momentText(START, 500_000n)).toBe('08:15:02.123\u2009456');
    expect(momentText(START, 3_600_000_000_000n)).toBe('08:15:02');
  });

  it('know lengths from microseconds to days', () => {
    const texts = [1_500n, 4_120_000n, 38_000_000_000n, 59_960_000_000n, 125_000_000_000n, 7_500_000_000_000n].map(
      lengthText,
    );
    expect(texts).toEqual(['1.5 µs', '4.12 ms', '38.0 s', '1 min 00 s', '2 min 05 s', '2 h 05 min']);
  });

  it('hold for the last times that a log can have', () => {
    expect(clockOf((1n << 64n) - 1n, 3)).toMatch(/^23:34:33\.709$/);
  });
});
