import { PitlaneError } from '@pitlane/base/errors';
import { expect, it } from 'vitest';
import { Exit, exitCodeOf, worstOf } from './exit-codes.ts';

it('tells a refusal, wrong usage, an interruption and a failure apart', () => {
  const codes = (
    ['refused', 'bad-usage', 'bad-settings', 'interrupted', 'disk-full', 'checksum-mismatch'] as const
  ).map((code) => exitCodeOf(new PitlaneError(code, 'x')));
  expect(codes).toEqual([5, 2, 2, 4, 4, 1]);
});

it('calls anything that is no error of ours failed', () => {
  expect([exitCodeOf(new Error('x')), exitCodeOf('x'), exitCodeOf(undefined)]).toEqual([1, 1, 1]);
});

it('lets the outcome that needs a person most stand for all', () => {
  expect(worstOf([])).toBe(Exit.done);
  expect(worstOf([0, 3, 4])).toBe(Exit.unfinished);
  expect(worstOf([3, 0])).toBe(Exit.loss);
  expect(worstOf([4, 1, 5])).toBe(Exit.failed);
});
