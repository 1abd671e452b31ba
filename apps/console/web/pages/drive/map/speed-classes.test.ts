import { describe, expect, it } from 'vitest';
import { SPEED_CLASSES, SPEED_UNKNOWN, speedClassOf, speedText } from './speed-classes.ts';

const KMH = 1 / 3.6;

describe('classes of speed', () => {
  it('have each a word, a colour, and a width or pattern of their own', () => {
    const all = [...SPEED_CLASSES, SPEED_UNKNOWN];
    for (const look of [
      all.map(({ words }) => words),
      all.map(({ colour }) => colour),
      all.map(({ widthPx, dashPx }) => `${widthPx} ${dashPx.join(' ')}`),
    ])
      expect(new Set(look).size).toBe(all.length);
  });

  it('hold every speed once, backwards too', () => {
    const words = [0, 0.9, 1, 14.9, 15, 49, 50, 89, 90, 250, -30, Number.NaN].map(
      (kmh) => speedClassOf(kmh * KMH).words,
    );
    expect(words).toEqual([
      'standing',
      'standing',
      'to 15 km/h',
      'to 15 km/h',
      '15 to 50 km/h',
      '15 to 50 km/h',
      '50 to 90 km/h',
      '50 to 90 km/h',
      'over 90 km/h',
      'over 90 km/h',
      '15 to 50 km/h',
      'speed not known',
    ]);
  });

  it('stand beside a figure with its unit', () => {
    expect([7.94, 43.4, -12].map((kmh) => speedText(kmh * KMH))).toEqual(['7.9 km/h', '43 km/h', '12 km/h']);
    expect(speedText(Number.NaN)).toBe('speed not known');
  });
});
