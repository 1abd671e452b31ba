import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketsOf, ratesSql, spread } from './rates.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

describe('message rates', () => {
  it('hold the first and the last message, in buckets of whole nanoseconds', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 1n << 62n),
        fc.bigInt(0n, 1n << 50n),
        fc.integer({ min: 1, max: 2000 }),
        (start, length, count) => {
          const { bucketNs } = bucketsOf(start, start + length, count);
          expect(bucketNs * BigInt(count)).toBeGreaterThan(length);
          expect((bucketNs - 1n) * BigInt(count)).toBeLessThanOrEqual(length);
        },
      ),
    );
  });

  it('lose no message and make none, wherever a chunk begins and ends', () => {
    const buckets = bucketsOf(0n, 7_999_999n, 10);
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({ min: 0, max: 79 }), fc.integer({ min: 0, max: 79 }), fc.integer({ min: 0, max: 9999 })),
        ),
        (chunks) => {
          const counted = chunks.map(([a, b, messages]) => {
            return { topic: '/a', first: Math.min(a, b), last: Math.max(a, b), messages };
          });
          const [rates] = spread(counted, ['/a', '/b'], buckets);
          expect(sum(rates?.messages ?? [])).toBeCloseTo(sum(counted.map(({ messages }) => messages)), 0);
        },
      ),
    );
  });

  it('leave out what lies outside, and put a chunk where it is', () => {
    const buckets = bucketsOf(0n, 7_999_999n, 10);
    const chunk = { topic: '/a', first: 8, last: 23, messages: 32 };
    const before = { topic: '/a', first: -16, last: 15, messages: 32 };
    expect(spread([chunk], ['/a'], buckets)[0]?.messages).toEqual([0, 16, 16, 0, 0, 0, 0, 0, 0, 0]);
    expect(spread([before], ['/a'], buckets)[0]?.messages).toEqual([8, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(spread([{ ...chunk, topic: '/other' }], ['/a'], buckets)[0]?.messages).toEqual(Array(10).fill(0));
  });

  it('are asked with topics as parameters, never as SQL', () => {
    expect(ratesSql(['/a', "/b' OR 1=1"], bucketsOf(0n, 9n, 2))).toContain('topic IN (?, ?)');
  });
});
