import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BURST_GAP_MS, KeyReader, type Read } from './key-reader.ts';

/** Presses each key so long after the one before, and lets a moment pass at the end. */
function read(keys: readonly string[], gapMs: number, reader = new KeyReader()): Read[] {
  const reads = keys.flatMap((key, at) => reader.press(key, 1000 + at * gapMs));
  return [...reads, ...reader.flush(1000 + keys.length * gapMs + 1000)];
}
const key = (one: string): Read => ({ type: 'key', key: one });

describe('a key reader', () => {
  it('takes keys of fingers one by one', () => {
    expect(read(['3', 'h', 'Enter'], 200)).toEqual([key('3'), key('h'), key('Enter')]);
  });

  it('takes what a scanner types as one code', () => {
    expect(read(['1', '2', 'H', 'Enter'], 4)).toEqual([{ type: 'code', text: '12H' }]);
  });

  it('lets no letter of a scanned serial number act by itself, whatever it is and however it ends', () => {
    const text = fc.string({ minLength: 4, maxLength: 60, unit: fc.constantFrom(...Array.from('VIPHRU0123456789')) });
    const gap = fc.integer({ min: 0, max: BURST_GAP_MS });
    fc.assert(
      fc.property(text, gap, fc.boolean(), (code, gapMs, hasEnter) => {
        const reads = read([...Array.from(code), ...(hasEnter ? ['Enter'] : [])], gapMs);
        expect(reads).toEqual(hasEnter ? [{ type: 'code', text: code }] : []);
      }),
    );
  });

  it('gives two keys of fingers that roll over', () => {
    expect(read(['1', '2'], 20)).toEqual([key('1'), key('2')]);
  });

  it('holds a key back only for a moment', () => {
    const reader = new KeyReader();
    expect(reader.press('3', 1000)).toEqual([]);
    expect(reader.isHolding).toBe(true);
    expect(reader.flush(1000 + BURST_GAP_MS)).toEqual([]);
    expect(reader.flush(1001 + BURST_GAP_MS)).toEqual([key('3')]);
    expect(reader.isHolding).toBe(false);
  });

  it('forgets what lies on the keyboard without end', () => {
    expect(
      read(
        Array.from({ length: 5000 }, () => 'r'),
        5,
      ),
    ).toEqual([]);
  });
});
