/**
 * One open chunk: messages go in, inner chunks go off to the compressor one after another, and what comes back is
 * appended to a spool file in the order of filling. Memory holds the inner chunk that fills and those under way; the
 * chunk gets its name only when it closes, from what is inside.
 */
import { LeafHash, type Sha256Hex } from '@pitlane/contracts/identity';
import { INNER_CHUNK_BYTES } from '@pitlane/contracts/plan';
import { type Crc32, InnerChunk, McapFileWriter, MESSAGE_OVERHEAD_BYTES } from '@pitlane/formats/mcap';
import type { Message } from '@pitlane/formats/recording';
import type { SealedFile, SpoolFile } from '@pitlane/ports/spool';
import type { BookedChannel } from './channel-book.ts';
import type { Pace } from './pace.ts';

/** A first buffer is small, so that many thin chunks may be open at once. */
const FIRST_BUFFER_BYTES = 64 * 1024;

export interface ChunkChannel {
  readonly booked: BookedChannel;
  readonly id: number;
  readonly leaf: LeafHash;
  messages: number;
  bytes: number;
  startTimeNs: bigint;
  endTimeNs: bigint;
}

export interface ClosedChunk {
  readonly file: SealedFile;
  readonly messages: number;
  readonly bytesRaw: number;
  readonly indexBytes: number;
  readonly channels: readonly (ChunkChannel & { readonly leafHex: Sha256Hex })[];
}

export class GrowingChunk {
  readonly #pace: Pace;
  readonly #level: number;
  readonly #channels = new Map<number, ChunkChannel>();
  readonly #schemaIds = new Map<string, number>();
  readonly #writer: McapFileWriter;
  readonly #file: Promise<SpoolFile>;
  readonly #inner = new InnerChunk(FIRST_BUFFER_BYTES);
  #appended: Promise<void>;
  messages = 0;
  bytesRaw = 0;

  constructor(file: Promise<SpoolFile>, options: { pace: Pace; level: number; profile: string; crc32: Crc32 }) {
    this.#pace = options.pace;
    this.#level = options.level;
    this.#file = file;
    this.#writer = new McapFileWriter(async (parts) => (await file).append(parts), options.crc32);
    this.#appended = this.#writer.start(options.profile, 'pitlane');
    this.#appended.catch(() => {}); // seen by close()
  }

  add(message: Message, booked: BookedChannel): void {
    const recordBytes = MESSAGE_OVERHEAD_BYTES + message.data.byteLength;
    if (this.#inner.messages > 0 && this.#inner.bytes + recordBytes > INNER_CHUNK_BYTES) this.#submit();
    const channel = this.#channelOf(booked, this.#inner);
    this.#inner.add(message, channel.id);
    if (channel.messages === 0 || message.logTimeNs < channel.startTimeNs) channel.startTimeNs = message.logTimeNs;
    if (channel.messages === 0 || message.logTimeNs > channel.endTimeNs) channel.endTimeNs = message.logTimeNs;
    channel.messages += 1;
    channel.bytes += message.data.byteLength;
    this.messages += 1;
    this.bytesRaw += recordBytes;
  }

  /** Writes out what is left and gives the finished file with its leaves. */
  async close(): Promise<ClosedChunk> {
    if (this.#inner.bytes > 0) this.#submit();
    await this.#appended;
    await this.#writer.finish();
    const file = await (await this.#file).seal();
    const channels = [...this.#channels.values()].map((channel) => ({ ...channel, leafHex: channel.leaf.digest() }));
    return { file, messages: this.messages, bytesRaw: this.bytesRaw, indexBytes: this.#writer.indexBytes, channels };
  }

  /** Gives the spool file up, after whatever is under way has settled. */
  async discard(): Promise<void> {
    await this.#appended.catch(() => {});
    await (await this.#file).discard();
  }

  #channelOf(booked: BookedChannel, inner: InnerChunk): ChunkChannel {
    const known = this.#channels.get(booked.channel.index);
    if (known) return known;
    const id = this.#channels.size;
    const { topic, messageEncoding, metadata } = booked.channel;
    const described = { schemaId: this.#schemaIdOf(booked, inner), topic, messageEncoding, metadata };
    inner.declareChannel(id, described);
    this.#writer.registerChannel(id, described);
    const fresh = { booked, id, leaf: new LeafHash(), messages: 0, bytes: 0, startTimeNs: 0n, endTimeNs: 0n };
    this.#channels.set(booked.channel.index, fresh);
    return fresh;
  }

  #schemaIdOf({ channel: { schema }, schemaKey }: BookedChannel, inner: InnerChunk): number {
    if (!schema) return 0;
    const known = this.#schemaIds.get(schemaKey);
    if (known !== undefined) return known;
    const id = this.#schemaIds.size + 1;
    this.#schemaIds.set(schemaKey, id);
    inner.declareSchema(id, schema);
    this.#writer.registerSchema(id, schema);
    return id;
  }

  /** Sends the inner chunk off; its bytes are hashed here, where the order is certain. */
  #submit(): void {
    const inner = this.#inner;
    this.#hash(inner);
    const { startTimeNs, endTimeNs, bytes: rawBytes } = inner;
    const counts = inner.counts();
    const messageIndexes = inner.messageIndexes();
    const compressed = this.#pace.compress(inner.content(), this.#level);
    inner.clear();
    const before = this.#appended;
    this.#appended = (async () => {
      const done = await compressed;
      try {
        await before;
        const head = {
          startTimeNs,
          endTimeNs,
          uncompressedBytes: rawBytes,
          uncompressedCrc32: done.crc32,
          compression: done.compression,
          storedBytes: done.stored.byteLength,
        };
        await this.#writer.addInnerChunk({ head, stored: done.stored, messageIndexes, counts });
      } finally {
        done.release();
      }
    })();
    this.#appended.catch(() => {}); // seen by close(), or by the next submit
  }

  #hash(inner: InnerChunk): void {
    const byId = [...this.#channels.values()];
    for (const [id] of inner.counts()) byId[id]?.leaf.update(inner.recordsOf(id));
  }
}
