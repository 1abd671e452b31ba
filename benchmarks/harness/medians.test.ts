import { describe, expect, it } from 'vitest';
import { interleaved } from './interleaved.ts';
import { ratioOf, spreadOf } from './medians.ts';

describe('medians', () => {
  it('are the middle of an odd number, and between the two middles of an even one', () => {
    expect(spreadOf([5, 1, 9])).toEqual({ median: 5, min: 1, max: 9 });
    expect(spreadOf([4, 1, 2, 9]).median).toBe(3);
    expect(() => spreadOf([])).toThrow(RangeError);
  });

  it('of ratios are taken pair by pair, so that a slow spell that hits a pair changes nothing', () => {
    expect(ratioOf([1, 10, 1], [2, 20, 2])).toEqual({ median: 0.5, min: 0.5, max: 0.5 });
    expect(() => ratioOf([1], [])).toThrow(RangeError);
  });
});

describe('interleaved runs', () => {
  it('take turns, and leave the warm-up out', async () => {
    const order: string[] = [];
    const run = (side: string) => (round: number) => {
      order.push(`${side}${round}`);
      return Promise.resolve(round);
    };
    expect(await interleaved(2, run('a'), run('b'))).toEqual({ ours: [1, 2], theirs: [1, 2] });
    expect(order).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
  });
});
