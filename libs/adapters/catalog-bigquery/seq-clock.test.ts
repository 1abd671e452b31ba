import { describe, expect, it } from 'vitest';
import { HandTimers } from './hand-timers.fixture.ts';
import { batchAt, SeqClock } from './seq-clock.ts';

describe('the seq of events', () => {
  it('grows within a millisecond, and when the clock is set back', () => {
    const timers = new HandTimers();
    const clock = new SeqClock(timers, 5);
    const seqs = Array.from({ length: 3000 }, () => clock.next());
    clock.observe(timers.nowMs() - 60_000, 0, 0);
    seqs.push(clock.next());
    expect(seqs.every((seq, i) => i === 0 || seq > (seqs[i - 1] ?? seq))).toBe(true);
  });

  it('goes by the clock of BigQuery, so that a machine with a wrong clock follows one with a right one', () => {
    const right = new SeqClock(new HandTimers(Date.UTC(2026, 2, 18)), 1);
    const first = right.next();
    const late = new HandTimers(Date.UTC(2026, 0, 1));
    const wrong = new SeqClock(late, 2);
    wrong.observe(Date.UTC(2026, 2, 18) + 10, 0, 0);
    expect(wrong.next() > first).toBe(true);
  });

  it('does not follow the machine, whose clock is set back and forth by years', () => {
    const timers = new HandTimers(1_000_000_000_000);
    const clock = new SeqClock(timers, 0);
    for (const setTo of [0, 2_000_000_000_000]) {
      timers.set(setTo);
      expect(clock.nowMs()).toBe(1_000_000_000_000);
    }
  });

  it('believes no more of a slow answer than it says', () => {
    const timers = new HandTimers(1_000_000);
    const clock = new SeqClock(timers, 0);
    // Noted by BigQuery somewhere within 30 s of this clock: it may well be right.
    clock.observe(1_010_000, 0, 30_000);
    expect(clock.nowMs()).toBe(1_000_000);
    clock.observe(1_050_000, 0, 30_000);
    expect(clock.nowMs()).toBe(1_020_000);
  });

  it('differs between two programs in the same microsecond, and fits INT64 until 2112', () => {
    const timers = new HandTimers();
    expect(new SeqClock(timers, 0).next()).not.toBe(new SeqClock(timers, 2047).next());
    expect(batchAt(Date.UTC(2112, 0, 1)) < 2n ** 63n).toBe(true);
    expect(new SeqClock(timers, 0).next() >= batchAt(timers.nowMs())).toBe(true);
  });
});
