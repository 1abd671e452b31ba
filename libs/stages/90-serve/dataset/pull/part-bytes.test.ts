import { describe, expect, it } from 'vitest';
import { PART_BYTES, PartBytes } from './part-bytes.ts';

describe('bytes in parts', () => {
  const whole = Buffer.alloc(2 * PART_BYTES + 5000, 1);
  for (let at = 0; at < whole.byteLength; at += 997) whole[at] = at % 251;
  const parts = [0, 1, 2].map((number) => whole.subarray(number * PART_BYTES, (number + 1) * PART_BYTES));
  const bytes = new PartBytes(parts);

  it('are given out in pieces that are the whole together, also over the edges of parts', () => {
    for (const [start, end] of [
      [0, 10],
      [PART_BYTES - 3, PART_BYTES + 4],
      [5, whole.byteLength],
      [PART_BYTES, PART_BYTES],
      [PART_BYTES - 1, PART_BYTES],
    ] as const)
      expect(Buffer.compare(Buffer.concat(bytes.slices(start, end)), whole.subarray(start, end))).toBe(0);
    expect(bytes.slices(PART_BYTES - 3, PART_BYTES + 4)).toHaveLength(2);
    expect(bytes.byteLength).toBe(whole.byteLength);
  });

  it('give a block of any part', () => {
    for (const at of [0, PART_BYTES - 512, PART_BYTES, 2 * PART_BYTES + 512])
      expect(Buffer.compare(bytes.block(at, 512), whole.subarray(at, at + 512))).toBe(0);
  });
});
