import { RateCap } from '@pitlane/base/rate';
import { describe, expect, it } from 'vitest';
import { MemoryFrameLog } from '../../test/support/memory-frame-log.ts';
import { crc32cText, MemoryObjectStore } from '../../test/support/memory-object-store.ts';
import { frameLogContract } from './frame-log/contract.ts';
import { cappedFrames } from './frame-log/capped.ts';
import { objectStoreContract } from './object-store/contract.ts';
import { cappedStore } from './object-store/capped.ts';

/** A cap of 1000 bytes a second over a clock that only waiting moves. */
function capped() {
  const time = { nowMs: 1_000_000 };
  const wait = async (waitMs: number): Promise<void> => void (time.nowMs += waitMs);
  return { time, cap: new RateCap(1000, { clock: { monotonicMs: () => time.nowMs }, wait }) };
}

describe('under a cap', () => {
  it('frames wait until those before them have gone', async () => {
    const { time, cap } = capped();
    const log = cappedFrames(new MemoryFrameLog(), cap);
    const frame = { key: 'k', head: '', body: new Uint8Array(500) };
    await log.publish('bulk', [frame, frame]);
    await log.publish('bulk', [frame]);
    expect(time.nowMs).toBe(1_000_750);
    expect(await log.lag('bulk', 'g')).toBe(3);
  });

  it('objects wait likewise', async () => {
    const { time, cap } = capped();
    const store = cappedStore(new MemoryObjectStore(), cap);
    const bytes = new Uint8Array(2000);
    await store.put('a', { bytes }, { crc32c: crc32cText(bytes) });
    await store.put('b', { blocks: [bytes] }, { crc32c: crc32cText(bytes) });
    expect(time.nowMs).toBe(1_001_750);
  });

  it.each(frameLogContract)('the frame log still keeps its contract: $name', async (example) => {
    const log = new MemoryFrameLog();
    await example.run({ log: cappedFrames(log, capped().cap), another: async () => cappedFrames(log, capped().cap) });
  });

  it.each(objectStoreContract)('the object store still keeps its contract: $name', async (example) => {
    await example.run(cappedStore(new MemoryObjectStore(), capped().cap));
  });
});
