import { describe, expect, it } from 'vitest';
import { progressFrom } from './progress.ts';

const of = (doneBytes: number, totalBytes: number, totalKnown = true) =>
  progressFrom({ doneBytes, totalBytes, totalKnown });

describe('what a bar says', () => {
  it('says 100 % only of all bytes there will be', () => {
    expect(of(999_999, 1_000_000)).toMatchObject({ percent: '99 %', isWhole: false });
    expect(of(1_000_000, 1_000_000)).toMatchObject({ percent: '100 %', isWhole: true });
    expect(of(3e8, 3e8, false)).toMatchObject({ percent: '≤ 100 %', bytes: '300 MB of 300 MB so far', isWhole: false });
  });

  it('waits for what has no bytes yet, and is through with what will have none', () => {
    expect(of(0, 0, false).percent).toBe('waiting');
    expect(of(0, 0)).toMatchObject({ percent: '100 %', bytes: 'nothing to do' });
    expect(progressFrom(undefined).bytes).toBe('no word yet');
  });
});
