import { expect, it } from 'vitest';
import { RateWindow } from './rate-window.ts';

it('is the bytes of the last minute over their time, and steady when it has gone on for a while', () => {
  let nowMs = 0;
  const rate = new RateWindow({ monotonicMs: () => nowMs });
  expect([rate.bytesPerSecond(), rate.isSteady]).toEqual([0, false]);
  rate.did(100);
  expect([rate.bytesPerSecond(), rate.isSteady]).toEqual([100, false]);
  nowMs = 4000;
  rate.did(900);
  expect([rate.bytesPerSecond(), rate.isSteady]).toEqual([250, true]);
  nowMs = 62_000;
  expect(rate.bytesPerSecond()).toBeCloseTo(900 / 58, 5);
  nowMs = 70_000;
  expect([rate.bytesPerSecond(), rate.isSteady]).toEqual([0, false]);
});
