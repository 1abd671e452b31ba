import { expect, it } from 'vitest';
import { bytesASecond, Pace, stepsASecond } from './pace.ts';

it('tells share, rate and time left, each as soon as it is known', () => {
  let nowMs = 0;
  const pace = new Pace(stepsASecond('object'), () => nowMs);
  expect(pace.facts(0, 100)).toEqual(['0 %']);
  nowMs = 400;
  expect(pace.facts(4, 100)).toEqual(['4 %']);
  nowMs = 2000;
  expect(pace.facts(40, 100)).toEqual(['40 %', '20 objects/s', '3.0 s left']);
  expect(pace.facts(100, 100).slice(0, 1)).toEqual(['100 %']);
});

it('says no time left where nobody knows how much there is', () => {
  let nowMs = 0;
  const pace = new Pace(bytesASecond, () => nowMs);
  pace.facts(0);
  nowMs = 1000;
  expect(pace.facts(2_000_000)).toEqual(['2.00 MB/s']);
});

it('counts what was done before it looked into no rate, and begins anew with what goes back', () => {
  let nowMs = 0;
  const pace = new Pace(stepsASecond('slice'), () => nowMs);
  pace.facts(50, 100);
  nowMs = 1000;
  expect(pace.facts(51, 100)).toEqual(['51 %', '1.0 slices/s', '49 s left']);
  expect(pace.facts(0, 30)).toEqual(['0 %']);
});
