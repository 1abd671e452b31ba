/**
 * MCAP records to bytes, as the specification lays them out (https://mcap.dev/spec). Each function returns one whole
 * record, head included. The hot one, the message, is written in place into a buffer that the caller owns.
 */
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { Opcode, RECORD_HEAD_BYTES } from './opcodes.ts';

/** A message record's bytes besides its data: head, channel id, sequence, log time, publish time. */
export const MESSAGE_OVERHEAD_BYTES = RECORD_HEAD_BYTES + 22;

/** Where fields of a Message record lie from its first byte. */
export const CHANNEL_ID_AT = RECORD_HEAD_BYTES;
export const LOG_TIME_AT = RECORD_HEAD_BYTES + 6;

/** Writes a Message record at `at` and returns where it ends; `into` must have room for it, and `view` shows the same. */
export function writeMessage(
  into: Uint8Array,
  view: DataView,
  at: number,
  message: { sequence: number; logTimeNs: bigint; publishTimeNs: bigint; data: Uint8Array },
  channelId: number,
): number {
  const dataBytes = message.data.byteLength;
  into[at] = Opcode.Message;
  view.setUint32(at + 1, dataBytes + 22, true);
  view.setUint32(at + 5, 0, true);
  view.setUint16(at + CHANNEL_ID_AT, channelId, true);
  view.setUint32(at + 11, message.sequence, true);
  view.setBigUint64(at + LOG_TIME_AT, message.logTimeNs, true);
  view.setBigUint64(at + 23, message.publishTimeNs, true);
  into.set(message.data, at + MESSAGE_OVERHEAD_BYTES);
  return at + MESSAGE_OVERHEAD_BYTES + dataBytes;
}

/** Collects the fields of one record, then gives it its head. */
class RecordBytes {
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#bytes += bytes.byteLength;
    return this;
  }

  u16(value: number): this {
    const bytes = Buffer.allocUnsafe(2);
    bytes.writeUInt16LE(value);
    return this.raw(bytes);
  }

  u32(value: number): this {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32LE(value);
    return this.raw(bytes);
  }

  u64(value: bigint): this {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigUInt64LE(value);
    return this.raw(bytes);
  }

  text(value: string): this {
    const bytes = bytesFromUtf8(value);
    return this.u32(bytes.byteLength).raw(bytes);
  }

  blob32(value: Uint8Array): this {
    return this.u32(value.byteLength).raw(value);
  }

  map(entries: Iterable<readonly [string, string]>): this {
    const inner = new RecordBytes();
    for (const [key, value] of entries) inner.text(key).text(value);
    return this.u32(inner.#bytes).raw(inner.content());
  }

  content(): Uint8Array {
    return Buffer.concat(this.#parts, this.#bytes);
  }

  record(opcode: number): Uint8Array {
    const head = Buffer.allocUnsafe(RECORD_HEAD_BYTES);
    head[0] = opcode;
    head.writeBigUInt64LE(BigInt(this.#bytes), 1);
    return Buffer.concat([head, ...this.#parts], RECORD_HEAD_BYTES + this.#bytes);
  }
}

export const headerRecord = (profile: string, library: string): Uint8Array =>
  new RecordBytes().text(profile).text(library).record(Opcode.Header);

export const schemaRecord = (id: number, schema: { name: string; encoding: string; data: Uint8Array }): Uint8Array =>
  new RecordBytes().u16(id).text(schema.name).text(schema.encoding).blob32(schema.data).record(Opcode.Schema);

/** Metadata entries are sorted by key, so that equal channels give equal bytes. */
export const channelRecord = (
  id: number,
  channel: { schemaId: number; topic: string; messageEncoding: string; metadata: ReadonlyMap<string, string> },
): Uint8Array =>
  new RecordBytes()
    .u16(id)
    .u16(channel.schemaId)
    .text(channel.topic)
    .text(channel.messageEncoding)
    .map([...channel.metadata].sort(([a], [b]) => (a < b ? -1 : 1)))
    .record(Opcode.Channel);

export interface ChunkHead {
  readonly startTimeNs: bigint;
  readonly endTimeNs: bigint;
  readonly uncompressedBytes: number;
  readonly uncompressedCrc32: number;
  readonly compression: '' | 'zstd' | 'lz4';
  readonly storedBytes: number;
}

/** All of a Chunk record before its compressed bytes, which the caller writes behind it without copying them. */
export function chunkRecordHead(head: ChunkHead): Uint8Array {
  const fields = new RecordBytes()
    .u64(head.startTimeNs)
    .u64(head.endTimeNs)
    .u64(BigInt(head.uncompressedBytes))
    .u32(head.uncompressedCrc32)
    .text(head.compression)
    .u64(BigInt(head.storedBytes))
    .content();
  const record = Buffer.allocUnsafe(RECORD_HEAD_BYTES + fields.byteLength);
  record[0] = Opcode.Chunk;
  record.writeBigUInt64LE(BigInt(fields.byteLength + head.storedBytes), 1);
  record.set(fields, RECORD_HEAD_BYTES);
  return record;
}

/**
 * @param raw the uncompressed inner chunk: each entry's time is copied from its Message record there
 * @param offsets of the channel's Message records in `raw`, by time
 */
export function messageIndexRecord(channelId: number, raw: Buffer, offsets: readonly number[]): Uint8Array {
  const content = 6 + offsets.length * 16;
  const record = Buffer.allocUnsafe(RECORD_HEAD_BYTES + content);
  record[0] = Opcode.MessageIndex;
  record.writeBigUInt64LE(BigInt(content), 1);
  record.writeUInt16LE(channelId, 9);
  record.writeUInt32LE(offsets.length * 16, 11);
  let at = 15;
  for (const offset of offsets) {
    raw.copy(record, at, offset + LOG_TIME_AT, offset + LOG_TIME_AT + 8);
    record.writeUInt32LE(offset, at + 8);
    record.writeUInt32LE(0, at + 12);
    at += 16;
  }
  return record;
}

export interface ChunkIndexFields extends ChunkHead {
  readonly chunkStartOffset: number;
  readonly chunkRecordBytes: number;
  readonly messageIndexBytes: number;
  /** Channel id to the offset of its MessageIndex record in the file. */
  readonly messageIndexOffsets: readonly (readonly [number, number])[];
}

export function chunkIndexRecord(index: ChunkIndexFields): Uint8Array {
  const offsets = Buffer.allocUnsafe(index.messageIndexOffsets.length * 10);
  index.messageIndexOffsets.forEach(([channelId, offset], i) => {
    offsets.writeUInt16LE(channelId, i * 10);
    offsets.writeBigUInt64LE(BigInt(offset), i * 10 + 2);
  });
  return new RecordBytes()
    .u64(index.startTimeNs)
    .u64(index.endTimeNs)
    .u64(BigInt(index.chunkStartOffset))
    .u64(BigInt(index.chunkRecordBytes))
    .blob32(offsets)
    .u64(BigInt(index.messageIndexBytes))
    .text(index.compression)
    .u64(BigInt(index.storedBytes))
    .u64(BigInt(index.uncompressedBytes))
    .record(Opcode.ChunkIndex);
}

export const metadataRecord = (name: string, entries: ReadonlyMap<string, string>): Uint8Array =>
  new RecordBytes().text(name).map(entries).record(Opcode.Metadata);

export const metadataIndexRecord = (offset: number, bytes: number, name: string): Uint8Array =>
  new RecordBytes().u64(BigInt(offset)).u64(BigInt(bytes)).text(name).record(Opcode.MetadataIndex);

export interface AttachmentFields {
  readonly logTimeNs: bigint;
  readonly createTimeNs: bigint;
  readonly name: string;
  readonly mediaType: string;
  readonly data: Uint8Array;
}

/** @param crc32 computes the CRC-32 of the content before the CRC field, as the specification asks. */
export function attachmentRecord(attachment: AttachmentFields, crc32: (bytes: Uint8Array) => number): Uint8Array {
  const fields = new RecordBytes()
    .u64(attachment.logTimeNs)
    .u64(attachment.createTimeNs)
    .text(attachment.name)
    .text(attachment.mediaType)
    .u64(BigInt(attachment.data.byteLength))
    .raw(attachment.data)
    .content();
  return new RecordBytes().raw(fields).u32(crc32(fields)).record(Opcode.Attachment);
}

export const attachmentIndexRecord = (offset: number, bytes: number, attachment: AttachmentFields): Uint8Array =>
  new RecordBytes()
    .u64(BigInt(offset))
    .u64(BigInt(bytes))
    .u64(attachment.logTimeNs)
    .u64(attachment.createTimeNs)
    .u64(BigInt(attachment.data.byteLength))
    .text(attachment.name)
    .text(attachment.mediaType)
    .record(Opcode.AttachmentIndex);

/** @param dataCrc32 of everything before the DataEnd record; 0 says that it was not computed. */
export const dataEndRecord = (dataCrc32: number): Uint8Array => new RecordBytes().u32(dataCrc32).record(Opcode.DataEnd);

export interface StatisticsFields {
  readonly messages: bigint;
  readonly schemas: number;
  readonly channels: number;
  readonly attachments: number;
  readonly metadata: number;
  readonly chunks: number;
  readonly startTimeNs: bigint;
  readonly endTimeNs: bigint;
  readonly channelMessages: readonly (readonly [number, bigint])[];
}

export function statisticsRecord(statistics: StatisticsFields): Uint8Array {
  const counts = Buffer.allocUnsafe(statistics.channelMessages.length * 10);
  statistics.channelMessages.forEach(([channelId, messages], i) => {
    counts.writeUInt16LE(channelId, i * 10);
    counts.writeBigUInt64LE(messages, i * 10 + 2);
  });
  return new RecordBytes()
    .u64(statistics.messages)
    .u16(statistics.schemas)
    .u32(statistics.channels)
    .u32(statistics.attachments)
    .u32(statistics.metadata)
    .u32(statistics.chunks)
    .u64(statistics.startTimeNs)
    .u64(statistics.endTimeNs)
    .blob32(counts)
    .record(Opcode.Statistics);
}

export const summaryOffsetRecord = (opcode: number, start: number, bytes: number): Uint8Array =>
  new RecordBytes().raw(Uint8Array.of(opcode)).u64(BigInt(start)).u64(BigInt(bytes)).record(Opcode.SummaryOffset);

/** The Footer without its CRC field: what the summary's CRC is computed over goes up to here. */
export function footerRecord(
  summaryStart: number,
  summaryOffsetStart: number,
  summaryCrc32: (footerSoFar: Uint8Array) => number,
): Uint8Array {
  const record = Buffer.alloc(RECORD_HEAD_BYTES + 20);
  record[0] = Opcode.Footer;
  record.writeBigUInt64LE(20n, 1);
  record.writeBigUInt64LE(BigInt(summaryStart), 9);
  record.writeBigUInt64LE(BigInt(summaryOffsetStart), 17);
  record.writeUInt32LE(summaryCrc32(record.subarray(0, 25)), 25);
  return record;
}
