import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsPath, rateText, silencesOf } from './bars.ts';
import { expectedRates } from './expected-rates.ts';

/** The heights that a path draws, bucket by bucket. */
function heightsIn(path: string, buckets: number): number[] {
  const heights = new Array<number>(buckets).fill(0);
  for (const [, from, y, to] of path.matchAll(/M(\d+) 1V([\d.]+)H(\d+)V1z/g))
    heights.fill(1 - Number(y), Number(from), Number(to));
  return heights;
}

describe('bars', () => {
  it('are as high as the messages of their bucket, and no bar stands for none', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 80 }), (messages) => {
        const heights = heightsIn(barsPath(messages, 5), messages.length);
        for (const [i, height] of heights.entries()) expect(height).toBeCloseTo((messages[i] as number) / 5, 3);
      }),
    );
  });

  it('that are alike side by side are one', () => {
    expect(barsPath([2, 2, 2, 0, 1], 2)).toBe('M0 1V0H3V1zM4 1V0.5H5V1z');
  });
});

describe('a silence', () => {
  it('is where messages should have come, between messages that came', () => {
    expect(silencesOf([0, 0, 9, 9, 0, 0, 9, 0, 9, 0], 9)).toEqual([
      [4, 6],
      [7, 8],
    ]);
  });

  it('is none of a topic that comes more seldom than buckets do, nor of one that never came', () => {
    expect(silencesOf([1, 0, 0, 1], 0.4)).toEqual([]);
    expect(silencesOf([0, 0, 0], 10)).toEqual([]);
    expect(silencesOf([], 10)).toEqual([]);
  });
});

describe('rates in words', () => {
  it('have three digits and a unit that one can count in', () => {
    expect([100, 9.984, 0.1, 1 / 30, 0.000_5, 0].map(rateText)).toEqual([
      '100 Hz',
      '9.98 Hz',
      '0.1 Hz',
      '2 a minute',
      '1.8 an hour',
      '0 Hz',
    ]);
  });
});

describe('what is expected', () => {
  it('is what the profile says where the verdict tells it, else the mean', () => {
    const topics = [
      { topic: '/imu', meanHz: 99.2 },
      { topic: '/front', meanHz: 7.1 },
      { topic: '/once', meanHz: null },
    ];
    const of = (topic: string, expected: number, unit: string) => ({
      topic,
      expected,
      unit,
      kind: 'rate',
      startTime: null,
      endTime: null,
      text: '',
    });
    const rates = expectedRates(topics, [of('/front', 10_000, 'mHz'), of('/imu', 250, 'ms')]);
    expect(Object.fromEntries(rates)).toEqual({
      '/imu': { hz: 99.2, by: 'mean' },
      '/front': { hz: 10, by: 'profile' },
    });
  });
});
