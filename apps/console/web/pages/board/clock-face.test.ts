import { describe, expect, it } from 'vitest';
import { faceFrom, msFrom, secondsFaceFrom, utcFaceFrom } from './clock-face.ts';

const NOW_MS = Date.UTC(2026, 2, 12, 4, 41, 7);
const HOUR_MS = 3_600_000;

describe('a clock face', () => {
  it('shows the time of the garage, whichever that is', () => {
    expect(
      ['UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Asia/Kolkata'].map((zone) => faceFrom(NOW_MS, NOW_MS, zone)),
    ).toEqual(['04:41', '05:41', '21:41', '10:11']);
    expect(secondsFaceFrom(NOW_MS, 'Europe/Berlin')).toBe('05:41:07');
  });

  it('names the day where it is another, there', () => {
    expect(faceFrom(NOW_MS + 20 * HOUR_MS, NOW_MS, 'UTC')).toBe('Fri 00:41');
    expect(faceFrom(NOW_MS - 5 * HOUR_MS, NOW_MS, 'UTC')).toBe('Wed 23:41');
    expect(faceFrom(NOW_MS + 20 * 24 * HOUR_MS, NOW_MS, 'UTC')).toBe('1 Apr 04:41');
    expect(faceFrom(Date.UTC(2026, 2, 12), NOW_MS, 'UTC')).toBe('00:00');
  });

  it('says UTC where it is UTC', () => {
    expect(utcFaceFrom(NOW_MS)).toBe('Thu 12 Mar, 04:41 UTC');
  });

  it('reads nanoseconds, and nothing else', () => {
    expect(msFrom(`${NOW_MS}123456`)).toBe(NOW_MS);
    for (const wrong of [null, undefined, 7, '-1', '1.5', '']) expect(msFrom(wrong)).toBeUndefined();
  });
});
