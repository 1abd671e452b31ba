/** An MCAP file as it is written: inner chunks of 1 MiB go off to the compressor, several at a time, and come back in order. */
import { KIB } from '@pitlane/base/bytes';
import { INNER_CHUNK_BYTES } from '@pitlane/contracts/plan';
import { type Append, type Crc32, InnerChunk, McapFileWriter, MESSAGE_OVERHEAD_BYTES } from '@pitlane/formats/mcap';
import type { ChunkCompressor } from '@pitlane/ports/compressor';
import type { MergedChannel, MergedMessage } from './merged-messages.ts';

const LEVEL = 3;
const FIRST_BUFFER_BYTES = 64 * KIB;

/** What a channel needs to stand in an output file. */
export type WritableChannel = Pick<MergedChannel, 'topic' | 'messageEncoding' | 'metadata' | 'schema'>;

export class OutputFile {
  readonly writer: McapFileWriter;
  readonly #compressor: ChunkCompressor;
  readonly #channelIds = new Map<object, number>();
  readonly #schemaIds = new Map<string, number>();
  readonly #inner = new InnerChunk(FIRST_BUFFER_BYTES);
  #appended: Promise<void> = Promise.resolve();
  #underWay = 0;
  #failure: { error: unknown } | undefined;
  readonly #progress = new Wake();
  messages = 0;
  bytes = 0;

  constructor(append: Append, crc32: Crc32, compressor: ChunkCompressor) {
    this.#compressor = compressor;
    this.writer = new McapFileWriter(async (parts) => {
      for (const part of parts) this.bytes += part.byteLength;
      await append(parts);
    }, crc32);
  }

  start(profile: string): Promise<void> {
    return this.writer.start(profile, 'pitlane');
  }

  /** Takes a copy of the message; true says that the caller must wait for `room` before the next. */
  add(message: Omit<MergedMessage, 'channel'> & { readonly channel: WritableChannel }): boolean {
    const recordBytes = MESSAGE_OVERHEAD_BYTES + message.data.byteLength;
    if (this.#inner.messages > 0 && this.#inner.bytes + recordBytes > INNER_CHUNK_BYTES) this.#submit();
    this.#inner.add(message, this.#channelIds.get(message.channel) ?? this.#declare(message.channel, this.#inner));
    this.messages += 1;
    return this.#underWay > this.#compressor.jobsMax || this.#failure !== undefined;
  }

  /** Waits until the compressor has a free place; throws once a write has failed. */
  async room(): Promise<void> {
    while (this.#underWay > this.#compressor.jobsMax && !this.#failure) await this.#progress.next();
    if (this.#failure) throw this.#failure.error;
  }

  /** Writes out all messages so far. */
  async drain(): Promise<void> {
    if (this.#inner.bytes > 0) this.#submit();
    await this.#appended;
  }

  /** Names a channel at the top level that has no messages. */
  async declareSilent(channel: WritableChannel): Promise<void> {
    const fresh = channel.schema && !this.#schemaIds.has(schemaKey(channel.schema));
    const described = this.#describe(channel);
    const schemas = fresh && channel.schema ? [[described.schemaId, channel.schema] as const] : [];
    await this.writer.declare(schemas, [[this.#register(channel, described), described]]);
  }

  async finish(): Promise<void> {
    await this.drain();
    await this.writer.finish();
  }

  /** Waits for whatever is under way, after a failure too. */
  async settle(): Promise<void> {
    await this.#appended.catch(() => {});
  }

  #declare(channel: WritableChannel, inner: InnerChunk): number {
    const fresh = channel.schema && !this.#schemaIds.has(schemaKey(channel.schema));
    const described = this.#describe(channel);
    if (fresh && channel.schema) inner.declareSchema(described.schemaId, channel.schema);
    const id = this.#register(channel, described);
    inner.declareChannel(id, described);
    return id;
  }

  #describe({ schema, topic, messageEncoding, metadata }: WritableChannel) {
    let schemaId = 0;
    if (schema) {
      const key = schemaKey(schema);
      schemaId = this.#schemaIds.get(key) ?? this.#schemaIds.size + 1;
      this.#schemaIds.set(key, schemaId);
      this.writer.registerSchema(schemaId, schema);
    }
    return { schemaId, topic, messageEncoding, metadata: new Map(Object.entries(metadata)) };
  }

  #register(channel: WritableChannel, described: Parameters<McapFileWriter['registerChannel']>[1]): number {
    const id = this.#channelIds.size;
    this.#channelIds.set(channel, id);
    this.writer.registerChannel(id, described);
    return id;
  }

  #submit(): void {
    const inner = this.#inner;
    const counts = inner.counts();
    const messageIndexes = inner.messageIndexes();
    const { startTimeNs, endTimeNs, bytes: rawBytes } = inner;
    const compressed = this.#compressor.compress(inner.content(), LEVEL);
    inner.clear();
    const before = this.#appended;
    this.#underWay += 1;
    this.#appended = (async () => {
      try {
        const done = await compressed;
        try {
          await before;
          const { compression, stored, crc32: uncompressedCrc32 } = done;
          const sizes = { uncompressedBytes: rawBytes, uncompressedCrc32, compression, storedBytes: stored.byteLength };
          await this.writer.addInnerChunk({
            head: { startTimeNs, endTimeNs, ...sizes },
            stored,
            messageIndexes,
            counts,
          });
        } finally {
          done.release();
        }
      } finally {
        this.#underWay -= 1;
        this.#progress.wake();
      }
    })();
    this.#appended.catch((error: unknown) => {
      this.#failure ??= { error }; // seen by room() and drain()
      this.#progress.wake();
    });
  }
}

const schemaKey = (schema: NonNullable<WritableChannel['schema']>): string =>
  `${schema.encoding}\n${schema.sha256}\n${schema.name}`;

/** Wakes whoever waits for the next step. */
class Wake {
  #waiting: (() => void)[] = [];

  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
