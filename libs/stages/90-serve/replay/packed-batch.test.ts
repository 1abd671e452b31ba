import { describe, expect, it } from 'vitest';
import type { MergedMessage } from '../export/merged-messages.ts';
import { depsOf, landed, messagesOf } from './replayed-drive.fixture.ts';
import { BatchPacker, BatchUnpacker, buffersOf } from './packed-batch.ts';
import { planReplay } from './plan-replay.ts';
import { replaySource } from './replay-source.ts';

describe('a packed batch', () => {
  it('comes out on the other side as it went in, with its channels told once', async () => {
    const drive = await landed(messagesOf(500), { chunkMessages: 30 });
    const plan = await planReplay(drive.catalog, drive.key);
    const [packer, unpacker] = [new BatchPacker(), new BatchUnpacker()];
    let messages = 0;
    let told = 0;
    for await (const batch of replaySource(plan.messages, depsOf(drive))(undefined)) {
      for (let at = 0; at < batch.length; at += 77) {
        const part = batch.slice(at, at + 77);
        const packed = packer.pack(part);
        told += packed.channels.length;
        const moved = structuredClone(packed, { transfer: buffersOf(packed) });
        expect(packed.data.byteLength).toBe(0);
        const plain = (many: readonly MergedMessage[]) =>
          many.map((message) => ({ ...message, data: Buffer.from(message.data) }));
        expect(plain(unpacker.unpack(moved))).toEqual(plain(part));
        messages += part.length;
      }
    }
    expect({ messages, told }).toEqual({ messages: 600, told: 3 });
  });

  it('may be empty', () => {
    expect(new BatchUnpacker().unpack(new BatchPacker().pack([]))).toEqual([]);
  });
});
