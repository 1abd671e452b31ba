/** Reads a bag to its end for tests, and checks on the way what every reading must keep. */
import { expect } from 'vitest';
import {
  type ByteSource,
  type Channel,
  type Decompressors,
  DEFAULT_READ_LIMITS,
  type Loss,
  type ReadLimits,
} from '../recording/index.ts';
import { rosbag1 } from './index.ts';

export interface ReadMessage {
  readonly topic: string;
  readonly channelIndex: number;
  readonly timeNs: bigint;
  readonly data: Uint8Array;
  readonly sourceOffset: number;
}

export interface ReadBack {
  readonly channels: Channel[];
  readonly messages: ReadMessage[];
  readonly losses: Loss[];
  readonly notes: string[];
}

export async function collectBag(
  source: ByteSource,
  decompressors: Decompressors,
  limits: Partial<ReadLimits> = {},
): Promise<ReadBack> {
  const back: ReadBack = { channels: [], messages: [], losses: [], notes: [] };
  const known = new Set<Channel>();
  const tools = { decompressors, limits: { ...DEFAULT_READ_LIMITS, ...limits } };
  for await (const batch of rosbag1.read(source, tools)) {
    for (const event of batch) {
      if (event.kind === 'channel') {
        expect(event.channel.index).toBe(known.size);
        known.add(event.channel);
        back.channels.push(event.channel);
      } else if (event.kind === 'message') {
        const { channel, logTimeNs: timeNs, data, sourceOffset } = event.message;
        if (!known.has(channel)) expect.unreachable('a message came before its channel');
        const { topic, index: channelIndex } = channel;
        back.messages.push({ topic, channelIndex, timeNs, data: data.slice(), sourceOffset });
      } else if (event.kind === 'loss') {
        const { offset, bytes: lostBytes } = event.loss;
        if (offset < 0 || lostBytes < 0 || offset + lostBytes > source.sizeBytes)
          expect.unreachable('loss out of file');
        back.losses.push(event.loss);
      } else if (event.kind === 'note') {
        back.notes.push(event.text);
      }
    }
  }
  return back;
}

/** One line per message, to compare readings as sets. */
export const lineOf = ({ topic, timeNs, data }: ReadMessage): string =>
  `${topic} ${timeNs} ${Buffer.from(data).toString('base64')}`;
