import { expect, it } from 'vitest';
import { slopePerSecond } from './slope.ts';

it('finds the growth of a line in spite of what swings around it', () => {
  const samples = Array.from({ length: 101 }, (_, atS) => ({
    atS,
    bytes: 1000 + 7 * atS + (atS % 2 === 0 ? 50 : -50),
  }));
  expect(slopePerSecond(samples)).toBeCloseTo(7, 1);
  expect(slopePerSecond(samples.map((one) => ({ ...one, bytes: 5 })))).toBe(0);
});

it('refuses to say anything of a single look', () => {
  expect(() => slopePerSecond([{ atS: 1, bytes: 1 }])).toThrow('let it run longer');
});
