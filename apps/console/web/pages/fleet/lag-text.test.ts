import { describe, expect, it } from 'vitest';
import { lagText } from './lag-text.ts';

describe('a lag', () => {
  it('is said in time, in days from two on, and not where nobody knows', () => {
    expect([null, 0, 640, 172_799, 172_800, 10_000_000].map(lagText)).toEqual([
      '–',
      '0.0 s',
      '10 min 40 s',
      '47 h 59 min',
      '2 days',
      '115 days',
    ]);
  });
});
