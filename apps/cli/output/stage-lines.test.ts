import { describe, expect, it } from 'vitest';
import { StageLines, type Stages } from './stage-lines.ts';

const MB = 1_000_000;
const stages = (bytes: Record<string, readonly [done: number, total: number, known: boolean]>): Stages =>
  Object.fromEntries(
    Object.entries(bytes).map(([stage, [done, total, totalKnown]]) => [
      stage,
      { doneBytes: done * MB, totalBytes: total * MB, totalKnown },
    ]),
  );
const lineOf = (lines: ReturnType<StageLines['of']>, stage: string): string => {
  const line = lines.find((other) => other.stage === stage);
  return [line?.shareText, ...(line?.facts ?? [])].join(' | ');
};

describe('the lines of a docking', () => {
  it('say of each stage how much, how fast and how long still', () => {
    const lines = new StageLines();
    lines.of(stages({ stage: [100, 1000, true], chunk: [10, 1000, true], ship: [5, 5, false] }), 0);
    const later = lines.of(stages({ stage: [300, 1000, true], chunk: [100, 1000, true], ship: [40, 50, false] }), 2000);
    expect(lineOf(later, 'stage')).toBe('30 % | 300 MB | 150 MB/s | 4.7 s left');
    expect(lineOf(later, 'chunk')).toBe('10 % | 100 MB | 50.0 MB/s | 18 s left');
    expect(lineOf(later, 'ship')).toBe('8 % | 40.0 MB | 20.0 MB/s | about 23 s left');
    const behind = lines.of(stages({ chunk: [200, 1000, true], ship: [90, 100, false] }), 4000);
    expect(lineOf(behind, 'chunk')).toContain('| 16 s left');
    expect(lineOf(behind, 'ship')).toContain('| about 18 s left');
  });

  it('never count down a stage faster than the one before it', () => {
    const lines = new StageLines();
    lines.of(stages({ chunk: [10, 1000, true], ship: [1, 5, false] }), 0);
    lines.of(stages({ chunk: [100, 1000, true], ship: [50, 50, false] }), 1000);
    const later = lines.of(stages({ chunk: [200, 1000, true], ship: [50, 50, false] }), 8000);
    expect(lineOf(later, 'chunk')).toContain('| 32 s left');
    expect(lineOf(later, 'ship')).toContain('| about 32 s left');
  });

  it('call a stage that waits for its last few bytes done, at the rate that it had', () => {
    const lines = new StageLines();
    const end = { ...stages({ stage: [0, 811, true] }).stage, doneBytes: 811 * MB - 175 };
    lines.of(stages({ stage: [1, 811, true] }), 0);
    lines.of({ stage: end } as Stages, 4000);
    expect(lineOf(lines.of({ stage: end } as Stages, 60_000), 'stage')).toBe('100 % | 811 MB | 203 MB/s');
  });

  it('never call a stage done of which more may come', () => {
    const [line] = new StageLines().of(stages({ ship: [5, 5, false] }), 0);
    expect(line?.shareText).toBe('99 %');
  });

  it('say of the index how much it looks at and since when', () => {
    const lines = new StageLines();
    const waiting = stages({ land: [50, 50, true], index: [0, 1, false] });
    lines.of(waiting, 0);
    expect(lineOf(lines.of(waiting, 3000), 'index')).toBe('0 % | 50.0 MB | every object is looked at | 3.0 s so far');
    expect(lineOf(lines.of(stages({ land: [50, 50, true], index: [1, 1, true] }), 4000), 'index')).toBe(
      '100 % | 50.0 MB',
    );
  });

  it('say nothing of a stage that has nothing to do', () => {
    expect(lineOf(new StageLines().of(stages({ ship: [0, 0, true] }), 0), 'ship')).toBe('100 %');
    expect(lineOf(new StageLines().of(stages({ ship: [0, 0, false] }), 0), 'ship')).toBe('–');
  });
});
