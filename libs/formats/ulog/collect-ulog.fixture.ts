/** Reads a ULog to its end for tests, and checks on the way what every reading must keep. */
import { expect } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import type { ReadRecording } from '../../../test/support/read-recording.ts';
import { type Channel, DEFAULT_READ_LIMITS, LandOpaque, type ReadLimits } from '../recording/index.ts';
import { ulog } from './index.ts';

export async function collectUlog(bytes: Uint8Array, limits: Partial<ReadLimits> = {}): Promise<ReadRecording> {
  const back: ReadRecording = {
    channels: [],
    messages: [],
    metadata: [],
    attachments: [],
    losses: [],
    notes: [],
    opaque: undefined,
  };
  const known = new Set<Channel>();
  const tools = { decompressors: {} as never, limits: { ...DEFAULT_READ_LIMITS, ...limits } };
  try {
    for await (const batch of ulog.read(memorySource(bytes), tools)) {
      for (const event of batch) {
        if (event.kind === 'channel') {
          expect(event.channel.index).toBe(known.size);
          known.add(event.channel);
          back.channels.push(event.channel);
        } else if (event.kind === 'message') {
          const { message } = event;
          if (!known.has(message.channel)) expect.unreachable('a message came before its channel');
          back.messages.push({ ...message, data: message.data.slice() });
        } else if (event.kind === 'metadata') back.metadata.push(event.metadata);
        else if (event.kind === 'loss') {
          const { offset, bytes: lostBytes } = event.loss;
          if (offset < 0 || lostBytes < 0 || offset + lostBytes > bytes.byteLength)
            expect.unreachable('a loss outside of the file');
          back.losses.push(event.loss);
        } else if (event.kind === 'note') back.notes.push(event.text);
      }
    }
  } catch (error) {
    if (!(error instanceof LandOpaque)) throw error;
    back.opaque = error.reason;
  }
  return back;
}
