import { expect, it } from 'vitest';
import { type ClockSegment, clockWarnings, utcNsFromLogTime } from './index.ts';

const segment: ClockSegment = {
  startTime: '5000000000',
  endTime: '65000000000',
  sourceStart: 0,
  sourceEnd: 10,
  stepNs: null,
  offsetNs: '1782937278000000000',
  driftPpb: -50_000,
  residualNs: '0',
  pairs: 60,
  source: 'gnss',
  quality: 'good',
  applied: true,
  text: 'started in 1970',
};

it('gives UTC by offset and drift to the nanosecond, and none where the offset is unknown', () => {
  expect(utcNsFromLogTime(segment, 5_000_000_000n)).toBe(1_782_937_283_000_000_000n);
  expect(utcNsFromLogTime(segment, 25_000_000_000n)).toBe(1_782_937_302_999_000_000n);
  expect(utcNsFromLogTime({ ...segment, offsetNs: null }, 5_000_000_000n)).toBeUndefined();
});

it('warns of what is added, of steps, of drift and of sensors, and of no clock that is right', () => {
  const quiet = { ...segment, applied: false, driftPpb: 0, text: 'quiet' };
  const clock = { version: 1, segments: [quiet], skews: [] };
  expect(clockWarnings(undefined)).toEqual([]);
  expect(clockWarnings(clock)).toEqual([]);
  const skews = [{ topic: '/radar', offsetNs: '1', spreadNs: '1', pairs: 9, text: 'radar' }];
  const odd = ['applied', 'step', 'drift', 'unknown'].map((text) => ({
    ...quiet,
    text,
    applied: text === 'applied',
    stepNs: text === 'step' ? '-1' : null,
    driftPpb: text === 'drift' ? -100_000 : 0,
    quality: text === 'unknown' ? ('unknown' as const) : ('good' as const),
  }));
  const told = clockWarnings({ ...clock, segments: [quiet, ...odd], skews });
  expect(told).toEqual(['applied', 'step', 'drift', 'unknown', 'radar']);
});
