import { concatCopy } from '@pitlane/base/bytes';
import { describe, expect, it } from 'vitest';
import zstd from 'zstd-napi';
import { memorySource } from '../../../test/support/byte-source.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { writeBz2 } from '../compressed/bz2/write-bz2.fixture.ts';
import { DEFAULT_READ_LIMITS, LandOpaque, type ReadLimits } from '../recording/index.ts';
import { openpilot } from './index.ts';
import { someEvents } from '../../../test/support/write-openpilot.ts';

const MIB = 1024 * 1024;
const EVENTS = someEvents(20);
const compress = (bytes: Uint8Array): Uint8Array => new Uint8Array(zstd.compress(bytes));

/** How a reading ends, with nothing kept of it. */
async function endOf(file: Uint8Array, limits: Partial<ReadLimits> = {}) {
  const tools = { decompressors: await testDecompressors(), limits: { ...DEFAULT_READ_LIMITS, ...limits } };
  const seen = { messages: 0, losses: [] as string[], opaque: '' };
  try {
    for await (const batch of openpilot.read(memorySource(file), tools)) {
      for (const event of batch) {
        if (event.kind === 'message') seen.messages += 1;
        else if (event.kind === 'loss') seen.losses.push(event.loss.reason);
      }
    }
  } catch (error) {
    if (!(error instanceof LandOpaque)) throw error;
    seen.opaque = error.reason;
  }
  return seen;
}

describe('a compressed log', () => {
  it('that blows up into nothing is opaque soon', async () => {
    const frames = Array.from({ length: 90 }, () => compress(new Uint8Array(MIB)));
    const file = concatCopy([compress(concatCopy(EVENTS)), ...frames]);
    expect((await endOf(file, { ratioMax: 1_000_000 })).opaque).toContain('no events');
    expect((await endOf(file)).losses).toContain('chunk-bomb');
    const zeros = writeBz2([new Uint8Array(60_000)]);
    const streams = concatCopy([writeBz2(EVENTS), ...Array.from({ length: 1200 }, () => zeros)]);
    expect((await endOf(streams)).opaque).toContain('no events');
  });

  it('that blows up into events is stopped at the ratio that is believable', async () => {
    const bomb = compress(Buffer.alloc(80 * MIB, EVENTS[0]));
    const { messages, losses, opaque } = await endOf(bomb, { ratioMax: 500 });
    expect(messages).toBeGreaterThan(1_000_000);
    expect([losses, opaque]).toEqual([['chunk-bomb'], '']);
  });
});
