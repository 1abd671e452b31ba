import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OffsetTracker } from './offset-tracker.ts';

describe('the offset of a partition', () => {
  it('follows what was seen while nothing is begun, and says each move once', () => {
    const tracker = new OffsetTracker();
    expect(tracker.advance()).toBeUndefined();
    tracker.saw(7n);
    expect(tracker.advance()).toBe(8n);
    expect(tracker.advance()).toBeUndefined();
  });

  it('waits for the oldest attempt, whichever ends first', () => {
    const tracker = new OffsetTracker();
    for (const [key, offset] of [
      ['a', 0n],
      ['b', 1n],
      ['c', 2n],
    ] as const) {
      tracker.begin(key, offset);
      tracker.saw(offset);
    }
    tracker.end('b');
    expect(tracker.advance()).toBeUndefined();
    tracker.end('a');
    expect(tracker.advance()).toBe(2n);
    tracker.end('c');
    expect(tracker.advance()).toBe(3n);
  });

  it('never moves back, never beyond what was seen, never past an attempt that has not ended', () => {
    const step = fc.record({ key: fc.nat(5), ends: fc.boolean(), skips: fc.nat(3), asks: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const tracker = new OffsetTracker();
        const open = new Map<string, bigint>();
        let offset = 0n;
        let settled = 0n;
        for (const { key, ends, skips, asks } of steps) {
          const name = String(key);
          if (ends) {
            tracker.end(name);
            open.delete(name);
          } else {
            offset += BigInt(skips);
            tracker.begin(name, offset);
            if (!open.has(name)) open.set(name, offset);
            tracker.saw(offset);
            offset += 1n;
          }
          const next = asks ? tracker.advance() : undefined;
          if (next === undefined) continue;
          expect(next > settled && next <= offset).toBe(true);
          for (const first of open.values()) expect(next <= first).toBe(true);
          settled = next;
        }
        for (const name of open.keys()) tracker.end(name);
        expect(tracker.advance() ?? settled).toBe(offset);
      }),
    );
  });
});
