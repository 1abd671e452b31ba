/** Fields of MCAP records in chunk objects, read strictly: whatever goes over the end of its record is an error. */
import { utf8FromBytes } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';
import { MAGIC, Opcode, RECORD_HEAD_BYTES } from '@pitlane/formats/mcap';

export { MAGIC, Opcode, RECORD_HEAD_BYTES };

/** Channel, sequence and two times, before a message's data. */
export const MESSAGE_HEAD_BYTES = 22;

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** An unsigned 64-bit length; Infinity beyond 2^53, so that every comparison with a cap holds. */
export function lengthAt(view: DataView, at: number): number {
  const high = view.getUint32(at + 4, true);
  return high > 0x1f_ffff ? Number.POSITIVE_INFINITY : high * 0x1_0000_0000 + view.getUint32(at, true);
}

export class Fields {
  at: number;
  readonly end: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  /** Reads the record content `[at, end)` of `bytes`. */
  constructor(bytes: Uint8Array, at = 0, end = bytes.byteLength) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.at = at;
    this.end = end;
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  length(): number {
    return lengthAt(this.#view, this.#take(8));
  }

  slice(bytes: number): Uint8Array {
    const at = this.#take(bytes);
    return this.#bytes.subarray(at, at + bytes);
  }

  text(): string {
    return utf8FromBytes(this.slice(this.u32()));
  }

  map(): Map<string, string> {
    const entries = new Map<string, string>();
    const end = this.u32() + this.at;
    while (this.at < end) entries.set(this.text(), this.text());
    if (this.at !== end) throw overrun();
    return entries;
  }

  #take(bytes: number): number {
    const at = this.at;
    if (!(bytes <= this.end - at)) throw overrun();
    this.at = at + bytes;
    return at;
  }
}

const overrun = (): PitlaneError => new PitlaneError('corrupt-input', 'a record ends before its fields do');

export interface SchemaFields {
  readonly name: string;
  readonly encoding: string;
  readonly data: Uint8Array;
}

export interface ChannelFields {
  readonly schemaId: number;
  readonly topic: string;
  readonly messageEncoding: string;
  readonly metadata: ReadonlyMap<string, string>;
}

export function schemaFrom(fields: Fields): { id: number; schema: SchemaFields } {
  const id = fields.u16();
  const name = fields.text();
  const encoding = fields.text();
  return { id, schema: { name, encoding, data: fields.slice(fields.u32()).slice() } };
}

export function channelFrom(fields: Fields): { id: number; channel: ChannelFields } {
  const id = fields.u16();
  const schemaId = fields.u16();
  const topic = fields.text();
  const messageEncoding = fields.text();
  return { id, channel: { schemaId, topic, messageEncoding, metadata: fields.map() } };
}

export interface ChunkFields {
  readonly startTimeNs: bigint;
  readonly endTimeNs: bigint;
  readonly uncompressedBytes: number;
  readonly crc32: number;
  readonly compression: string;
  readonly stored: Uint8Array;
}

/** The content of a Chunk record, whose body must fill it. */
export function chunkFrom(fields: Fields): ChunkFields {
  const startTimeNs = fields.u64();
  const endTimeNs = fields.u64();
  const uncompressedBytes = fields.length();
  const crc32 = fields.u32();
  const compression = fields.text();
  const stored = fields.slice(fields.length());
  if (fields.at !== fields.end) throw new PitlaneError('corrupt-input', 'a chunk record has bytes behind its body');
  return { startTimeNs, endTimeNs, uncompressedBytes, crc32, compression, stored };
}

export interface AttachmentView {
  readonly logTimeNs: bigint;
  readonly createTimeNs: bigint;
  readonly name: string;
  readonly mediaType: string;
  readonly data: Uint8Array;
}

export function attachmentFrom(fields: Fields): AttachmentView {
  const logTimeNs = fields.u64();
  const createTimeNs = fields.u64();
  const name = fields.text();
  const mediaType = fields.text();
  return { logTimeNs, createTimeNs, name, mediaType, data: fields.slice(fields.length()) };
}
