/**
 * Chunk objects made from messages that a test gives, and a compressor that works on the spot.
 * It stands below `landed-drive.ts`, which says which messages go together.
 * It never goes through the chunk stage.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { encodeZstd } from '@pitlane/compressor-zstd';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import { type FileSchema, InnerChunk, McapFileWriter } from '@pitlane/formats/mcap';
import type { ChunkCompressor } from '@pitlane/ports/compressor';

export interface GivenChannel {
  readonly topic: string;
  readonly messageEncoding?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly schema?: FileSchema;
  /** The topic group it travels in; the shared one unless told. */
  readonly group?: string;
}

export interface GivenMessage {
  readonly channel: number;
  readonly logTimeNs: bigint;
  readonly publishTimeNs?: bigint;
  readonly sequence: number;
  readonly data: Uint8Array;
  /** Where the message travels, if not in the group of its channel: topics may leave the shared group on the way. */
  readonly group?: string;
}

export interface Cuts {
  readonly chunkMessages: number;
  readonly innerMessages: number;
  readonly sliceBytes: number;
  readonly compression: '' | 'zstd';
}

export interface BookedChannel extends GivenChannel {
  readonly index: number;
  readonly twin: number;
}

export const fileChannel = (channel: GivenChannel, schemaId: number) => ({
  schemaId,
  topic: channel.topic,
  messageEncoding: channel.messageEncoding ?? '',
  metadata: new Map(Object.entries(channel.metadata ?? {})),
});

/** A chunk object with these messages in this order, and what it holds of each channel. */
export async function objectOf(
  messages: readonly GivenMessage[],
  booked: readonly BookedChannel[],
  cuts: Pick<Cuts, 'innerMessages' | 'compression'>,
  profile: string,
) {
  const parts: Uint8Array[] = [];
  const writer = new McapFileWriter(async (more) => void parts.push(...more.map((part) => part.slice())), crc32);
  await writer.start(profile, 'pitlane');
  const ids = new Map<number, number>();
  const inside = new Map<
    number,
    { channel: BookedChannel; hash: ReturnType<typeof createHash>; records: GivenMessage[] }
  >();
  for (let at = 0; at < messages.length; at += cuts.innerMessages) {
    const inner = new InnerChunk(256);
    for (const message of messages.slice(at, at + cuts.innerMessages)) {
      const channel = booked.at(message.channel);
      if (!channel) throw new Error(`the test gave no channel ${message.channel}`);
      let id = ids.get(channel.index);
      if (id === undefined) {
        id = ids.size;
        ids.set(channel.index, id);
        if (channel.schema) inner.declareSchema(id + 1, channel.schema);
        if (channel.schema) writer.registerSchema(id + 1, channel.schema);
        inner.declareChannel(id, fileChannel(channel, channel.schema ? id + 1 : 0));
        writer.registerChannel(id, fileChannel(channel, channel.schema ? id + 1 : 0));
        inside.set(id, { channel, hash: createHash('sha256'), records: [] });
      }
      inner.add({ ...message, publishTimeNs: message.publishTimeNs ?? message.logTimeNs }, id);
      inside.get(id)?.records.push(message);
    }
    const counts = inner.counts();
    for (const [id] of counts) inside.get(id)?.hash.update(inner.recordsOf(id));
    const raw = new Uint8Array(inner.content());
    const stored = cuts.compression === 'zstd' ? encodeZstd(raw, 3).slice() : raw;
    await writer.addInnerChunk({
      head: {
        startTimeNs: inner.startTimeNs,
        endTimeNs: inner.endTimeNs,
        uncompressedBytes: raw.byteLength,
        uncompressedCrc32: crc32(raw) >>> 0,
        compression: cuts.compression,
        storedBytes: stored.byteLength,
      },
      stored,
      messageIndexes: inner.messageIndexes(),
      counts,
    });
  }
  await writer.finish();
  const channels = [...inside.values()].map(({ hash, ...rest }) => ({
    ...rest,
    leaf: hash.digest('hex') as Sha256Hex,
  }));
  return { bytes: new Uint8Array(Buffer.concat(parts)), channels };
}

/** Compresses on the spot. */
export const plainCompressor: ChunkCompressor = {
  jobsMax: 2,
  async compress(raw, level) {
    return {
      compression: 'zstd',
      stored: encodeZstd(raw, level).slice(),
      crc32: crc32(raw) >>> 0,
      release: () => {},
    };
  },
  async close() {},
};
