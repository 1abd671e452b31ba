/**
 * A whole MCAP file in the order of writing: header, data section, summary with every index, footer. It decides where
 * records stand and keeps the indexes; it does not compress, and it hands bytes to `append` without copying chunks.
 */
import { MAGIC, Opcode } from './opcodes.ts';
import {
  attachmentIndexRecord,
  attachmentRecord,
  type AttachmentFields,
  type ChunkHead,
  channelRecord,
  chunkIndexRecord,
  chunkRecordHead,
  dataEndRecord,
  footerRecord,
  headerRecord,
  metadataIndexRecord,
  metadataRecord,
  schemaRecord,
  statisticsRecord,
  summaryOffsetRecord,
} from './write-records.ts';

export interface FileSchema {
  readonly name: string;
  readonly encoding: string;
  readonly data: Uint8Array;
}

export interface FileChannel {
  readonly schemaId: number;
  readonly topic: string;
  readonly messageEncoding: string;
  readonly metadata: ReadonlyMap<string, string>;
}

/** A finished inner chunk: its head, its stored bytes, and its MessageIndex records by channel id. */
export interface FinishedInnerChunk {
  readonly head: ChunkHead;
  readonly stored: Uint8Array;
  readonly messageIndexes: readonly (readonly [number, Uint8Array])[];
  /** Messages by channel id. */
  readonly counts: readonly (readonly [number, number])[];
}

export type Append = (parts: readonly Uint8Array[]) => Promise<void>;
/** Continues a CRC-32 (IEEE) over more bytes. */
export type Crc32 = (bytes: Uint8Array, previous?: number) => number;

export class McapFileWriter {
  readonly #append: Append;
  readonly #crc32: Crc32;
  #offset = 0;
  readonly #schemas = new Map<number, FileSchema>();
  readonly #channels = new Map<number, FileChannel>();
  readonly #counts = new Map<number, bigint>();
  readonly #chunkIndexes: Uint8Array[] = [];
  readonly #attachmentIndexes: Uint8Array[] = [];
  readonly #metadataIndexes: Uint8Array[] = [];
  #messages = 0n;
  #startTimeNs = 0n;
  #endTimeNs = 0n;
  /** Bytes of the file besides stored inner chunks: headers and indexes. */
  indexBytes = 0;

  constructor(append: Append, crc32: Crc32) {
    this.#append = append;
    this.#crc32 = crc32;
  }

  async start(profile: string, library: string): Promise<void> {
    await this.#write([MAGIC, headerRecord(profile, library)]);
  }

  /** Names a schema for the summary; the caller declares it in an inner chunk, or with `declareSchema`. */
  registerSchema(id: number, schema: FileSchema): void {
    this.#schemas.set(id, schema);
  }

  registerChannel(id: number, channel: FileChannel): void {
    this.#channels.set(id, channel);
    this.#counts.set(id, this.#counts.get(id) ?? 0n);
  }

  async addInnerChunk({ head, stored, messageIndexes, counts }: FinishedInnerChunk): Promise<void> {
    const chunkStartOffset = this.#offset;
    const chunkHead = chunkRecordHead(head);
    const chunkRecordBytes = chunkHead.byteLength + stored.byteLength;
    let indexAt = chunkStartOffset + chunkRecordBytes;
    const messageIndexOffsets: [number, number][] = [];
    for (const [channelId, record] of messageIndexes) {
      messageIndexOffsets.push([channelId, indexAt]);
      indexAt += record.byteLength;
    }
    const messageIndexBytes = indexAt - chunkStartOffset - chunkRecordBytes;
    const index = { ...head, chunkStartOffset, chunkRecordBytes, messageIndexBytes, messageIndexOffsets };
    this.#chunkIndexes.push(chunkIndexRecord(index));
    if (counts.length > 0) this.#widen(head.startTimeNs, head.endTimeNs);
    for (const [channelId, messages] of counts) {
      this.#counts.set(channelId, (this.#counts.get(channelId) ?? 0n) + BigInt(messages));
      this.#messages += BigInt(messages);
    }
    this.indexBytes -= stored.byteLength;
    await this.#write([chunkHead, stored, ...messageIndexes.map(([, record]) => record)]);
  }

  /** Writes schema and channel records at top level, for channels that have no message in any inner chunk. */
  async declare(
    schemas: readonly (readonly [number, FileSchema])[],
    channels: readonly (readonly [number, FileChannel])[],
  ): Promise<void> {
    await this.#write([
      ...schemas.map(([id, schema]) => schemaRecord(id, schema)),
      ...channels.map(([id, channel]) => channelRecord(id, channel)),
    ]);
  }

  async addMetadata(name: string, entries: ReadonlyMap<string, string>): Promise<Uint8Array> {
    const record = metadataRecord(name, entries);
    this.#metadataIndexes.push(metadataIndexRecord(this.#offset, record.byteLength, name));
    await this.#write([record]);
    return record;
  }

  async addAttachment(attachment: AttachmentFields): Promise<Uint8Array> {
    const record = attachmentRecord(attachment, (bytes) => this.#crc32(bytes));
    this.#attachmentIndexes.push(attachmentIndexRecord(this.#offset, record.byteLength, attachment));
    await this.#write([record]);
    return record;
  }

  /** Writes everything behind the data section. */
  async finish(): Promise<void> {
    await this.#write([dataEndRecord(0)]);
    const summaryStart = this.#offset;
    const groups: [number, Uint8Array[]][] = [
      [Opcode.Schema, [...this.#schemas].map(([id, schema]) => schemaRecord(id, schema))],
      [Opcode.Channel, [...this.#channels].map(([id, channel]) => channelRecord(id, channel))],
      [Opcode.Statistics, [this.#statistics()]],
      [Opcode.ChunkIndex, this.#chunkIndexes],
      [Opcode.AttachmentIndex, this.#attachmentIndexes],
      [Opcode.MetadataIndex, this.#metadataIndexes],
    ];
    const offsets: Uint8Array[] = [];
    const summary: Uint8Array[] = [];
    let at = summaryStart;
    for (const [opcode, records] of groups) {
      if (records.length === 0) continue;
      const bytes = records.reduce((sum, record) => sum + record.byteLength, 0);
      offsets.push(summaryOffsetRecord(opcode, at, bytes));
      for (const record of records) summary.push(record);
      at += bytes;
    }
    let crc = 0;
    for (const part of [...summary, ...offsets]) crc = this.#crc32(part, crc);
    const footer = footerRecord(summaryStart, at, (soFar) => this.#crc32(soFar, crc));
    await this.#write([...summary, ...offsets, footer, MAGIC]);
  }

  #statistics(): Uint8Array {
    return statisticsRecord({
      messages: this.#messages,
      schemas: this.#schemas.size,
      channels: this.#channels.size,
      attachments: this.#attachmentIndexes.length,
      metadata: this.#metadataIndexes.length,
      chunks: this.#chunkIndexes.length,
      startTimeNs: this.#startTimeNs,
      endTimeNs: this.#endTimeNs,
      // Other people's checkers take a count of none for a channel that they should have met in the data.
      channelMessages: [...this.#counts].filter(([, messages]) => messages > 0n),
    });
  }

  #widen(startTimeNs: bigint, endTimeNs: bigint): void {
    const first = this.#messages === 0n;
    if (first || startTimeNs < this.#startTimeNs) this.#startTimeNs = startTimeNs;
    if (first || endTimeNs > this.#endTimeNs) this.#endTimeNs = endTimeNs;
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    for (const part of parts) {
      this.#offset += part.byteLength;
      this.indexBytes += part.byteLength;
    }
    await this.#append(parts);
  }
}
