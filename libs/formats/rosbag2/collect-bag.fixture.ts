/** Reads a bag to its end for tests, and checks on the way what every reading must keep. */
import { expect } from 'vitest';
import {
  type ByteSource,
  type Channel,
  DEFAULT_READ_LIMITS,
  type Loss,
  type MetadataRecord,
  type ReadLimits,
  type ReadTools,
} from '../recording/index.ts';
import { rosbag2 } from './index.ts';

const never = (): never => {
  throw new Error('not asked for here');
};

export const toolsWith = (limits: Partial<ReadLimits> = {}): ReadTools => ({
  decompressors: { zstd: never, lz4: never, bz2: never, bz2UpTo: never, zstdStream: never },
  limits: { ...DEFAULT_READ_LIMITS, ...limits },
});

export interface ReadMessage {
  readonly topic: string;
  readonly sequence: number;
  readonly timeNs: bigint;
  readonly data: Uint8Array;
  readonly sourceOffset: number;
}

export interface ReadBack {
  readonly channels: Channel[];
  readonly messages: ReadMessage[];
  readonly metadata: MetadataRecord[];
  readonly losses: Loss[];
  readonly notes: string[];
}

export async function collectBag(source: ByteSource, limits: Partial<ReadLimits> = {}): Promise<ReadBack> {
  const back: ReadBack = { channels: [], messages: [], metadata: [], losses: [], notes: [] };
  const known = new Set<Channel>();
  for await (const batch of rosbag2.read(source, toolsWith(limits))) {
    expect(batch.length).toBeGreaterThan(0);
    // Data is valid until the next batch is pulled: a copy is made of all of it first, and looked at later.
    for (const event of batch) {
      if (event.kind === 'channel') {
        expect(event.channel.index).toBe(known.size);
        known.add(event.channel);
        back.channels.push(event.channel);
      } else if (event.kind === 'message') {
        const { channel, sequence, logTimeNs: timeNs, data, sourceOffset } = event.message;
        if (!known.has(channel)) expect.unreachable('a message came before its channel');
        back.messages.push({ topic: channel.topic, sequence, timeNs, data: data.slice(), sourceOffset });
      } else if (event.kind === 'loss') {
        const { offset, bytes } = event.loss;
        if (offset < 0 || bytes < 0 || offset + bytes > source.sizeBytes) expect.unreachable('loss out of file');
        back.losses.push(event.loss);
      } else if (event.kind === 'metadata') {
        back.metadata.push(event.metadata);
      } else if (event.kind === 'note') {
        back.notes.push(event.text);
      }
    }
  }
  return back;
}

/** One line per message, to compare readings. */
export const lineOf = ({ topic, timeNs, data }: Pick<ReadMessage, 'topic' | 'timeNs' | 'data'>): string =>
  `${topic} ${timeNs} ${Buffer.from(data).toString('base64')}`;
