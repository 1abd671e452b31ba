/**
 * Takes a chunk object apart, record by record, and says what is in it: each channel's leaf and count, and everything
 * that contradicts itself on the way. It believes no index: chunk indexes, message indexes and statistics are compared
 * with what was read.
 */
import { createHash, type Hash } from 'node:crypto';
import { messageOf } from '@pitlane/base/errors';
import { counted } from '@pitlane/base/units';
import { type Sha256Hex, sha256Of } from '@pitlane/contracts/identity';
import { type DecodeTools, decodeInner, walkInner } from '../objects/inner-messages.ts';
import {
  type ChannelDescriptor,
  descriptorOf,
  innerPlaceFrom,
  readCounts,
  type SchemaOf,
} from '../objects/object-index.ts';
import {
  attachmentFrom,
  type ChannelFields,
  channelFrom,
  chunkFrom,
  Fields,
  MESSAGE_HEAD_BYTES,
  Opcode,
  RECORD_HEAD_BYTES,
  schemaFrom,
} from '../objects/record-fields.ts';
import type { ObjectRecord } from '../objects/walk-records.ts';

export interface FoundChannel {
  readonly descriptor: ChannelDescriptor;
  readonly messages: number;
  readonly leaf: Sha256Hex;
}

interface Counted {
  readonly hash: Hash;
  messages: number;
}

interface InnerChunk {
  readonly offset: number;
  readonly bytes: number;
  readonly startTimeNs: bigint;
  readonly endTimeNs: bigint;
  readonly raw: Buffer;
  /** Messages by channel id, less those that a message index has named. */
  readonly unnamed: Map<number, number>;
}

const FAULTS_MAX = 20;

export class ObjectFindings {
  readonly faults: string[] = [];
  readonly #object: string;
  readonly #tools: DecodeTools;
  readonly #schemas = new Map<number, NonNullable<SchemaOf>>();
  readonly #channels = new Map<number, ChannelFields>();
  readonly #counted = new Map<number, Counted>();
  readonly #extras = new Map<string, Counted>();
  readonly #innerPlaces = new Map<number, string>();
  #inner: InnerChunk | undefined;
  #dataEnded = false;
  #summaryStart = 0;
  #summaryCrc = 0;

  constructor(object: string, tools: DecodeTools) {
    this.#object = object;
    this.#tools = tools;
  }

  fault(text: string): void {
    if (this.faults.length < FAULTS_MAX) this.faults.push(text);
  }

  take({ opcode, offset, record }: ObjectRecord): void {
    if (this.#inner && opcode !== Opcode.MessageIndex) this.#endInner();
    const fields = new Fields(record, RECORD_HEAD_BYTES);
    if (this.#dataEnded) return this.#takeSummary(opcode, offset, record, fields);
    if (opcode === Opcode.Chunk) this.#takeInner(offset, record, fields);
    else if (opcode === Opcode.MessageIndex) this.#takeMessageIndex(offset, fields);
    else if (opcode === Opcode.Schema || opcode === Opcode.Channel) {
      this.#define(opcode, fields);
      this.#countExtra('pitlane/channels', record, opcode === Opcode.Channel ? 1 : 0);
    } else if (opcode === Opcode.Metadata) {
      this.#countExtra('pitlane/metadata', record, 1);
      fields.text();
      fields.map();
    } else if (opcode === Opcode.Attachment) this.#takeAttachment(offset, record, fields);
    else if (opcode === Opcode.DataEnd) {
      this.#dataEnded = true;
      this.#summaryStart = offset + record.byteLength;
    } else if (opcode !== Opcode.Header)
      this.fault(`the record at byte ${offset} (opcode ${opcode}) does not belong there`);
  }

  /** What was found, after the last record. */
  channels(): FoundChannel[] {
    const found = [...this.#counted].flatMap(([id, { hash, messages }]): FoundChannel[] => {
      const channel = this.#channels.get(id);
      if (!channel) {
        this.fault(`it has ${counted(messages, 'message')} of channel ${id}, which it does not declare`);
        return [];
      }
      const descriptor = descriptorOf({ ...channel, schema: this.#schemas.get(channel.schemaId) });
      return [{ descriptor, messages, leaf: hash.digest('hex') as Sha256Hex }];
    });
    const none = { messageEncoding: '', metadata: {}, schemaName: null, schemaEncoding: null, schemaSha256: null };
    for (const [topic, { hash, messages }] of this.#extras) {
      found.push({ descriptor: { topic, ...none }, messages, leaf: hash.digest('hex') as Sha256Hex });
    }
    return found;
  }

  #define(opcode: number, fields: Fields): void {
    if (opcode === Opcode.Schema) {
      const { id, schema } = schemaFrom(fields);
      this.#schemas.set(id, { ...schema, sha256: sha256Of(schema.data) });
    } else {
      const { id, channel } = channelFrom(fields);
      this.#channels.set(id, channel);
    }
  }

  #countExtra(topic: string, record: Uint8Array, count: number): void {
    const extra = this.#extras.get(topic) ?? { hash: createHash('sha256'), messages: 0 };
    this.#extras.set(topic, extra);
    extra.hash.update(record);
    extra.messages += count;
  }

  #takeAttachment(offset: number, record: Uint8Array, fields: Fields): void {
    this.#countExtra('pitlane/attachments', record, 1);
    const { name } = attachmentFrom(fields);
    const crc32 = this.#tools.crc32(record.subarray(RECORD_HEAD_BYTES, fields.at)) >>> 0;
    const declared = fields.u32();
    if (declared !== 0 && declared !== crc32) {
      this.fault(`the attachment ${JSON.stringify(name)} at byte ${offset} has another CRC than it says`);
    }
  }

  #takeInner(offset: number, record: Uint8Array, fields: Fields): void {
    const head = chunkFrom(fields);
    const { startTimeNs, endTimeNs, uncompressedBytes } = head;
    const place = {
      ordinal: 0,
      offset,
      bytes: record.byteLength,
      startTimeNs,
      endTimeNs,
      uncompressedBytes,
      indexBytes: 0,
      channelIds: [],
    };
    let decoded: Uint8Array;
    try {
      decoded = decodeInner(this.#object, place, record, this.#tools);
    } catch (error) {
      return this.fault(
        messageOf(error)
          .replace(`object ${this.#object}: `, '')
          .replace(/; "pitlane verify".*/, ''),
      );
    }
    const raw = Buffer.from(decoded.buffer, decoded.byteOffset, decoded.byteLength);
    const records = new Map<number, number[]>();
    walkInner(raw, (opcode, contentAt, end) => {
      if (opcode === Opcode.Schema || opcode === Opcode.Channel) this.#define(opcode, new Fields(raw, contentAt, end));
      else if (opcode !== Opcode.Message)
        this.fault(`the inner chunk at byte ${offset} holds a record of opcode ${opcode}`);
      else {
        const id = raw.readUInt16LE(contentAt);
        const timeNs = raw.readBigUInt64LE(contentAt + 6);
        if (timeNs < startTimeNs || timeNs > endTimeNs) {
          this.fault(`the inner chunk at byte ${offset} holds a message of ${timeNs} ns, outside of its own times`);
        }
        let list = records.get(id);
        if (!list) records.set(id, (list = []));
        list.push(contentAt - RECORD_HEAD_BYTES, end);
      }
    });
    for (const [id, list] of records) this.#hash(id, raw, list);
    const unnamed = new Map([...records].map(([id, list]) => [id, list.length / 2]));
    this.#inner = { offset, bytes: record.byteLength, startTimeNs, endTimeNs, raw, unnamed };
    this.#innerPlaces.set(offset, placeText(place, records.keys()));
  }

  /** @param records starts and ends of the channel's messages in `raw`, one behind another. */
  #hash(id: number, raw: Buffer, records: readonly number[]): void {
    const channel = this.#counted.get(id) ?? { hash: createHash('sha256'), messages: 0 };
    this.#counted.set(id, channel);
    channel.messages += records.length / 2;
    let bytes = 0;
    for (let i = 0; i < records.length; i += 2) bytes += (records[i + 1] as number) - (records[i] as number);
    const copy = Buffer.allocUnsafe(bytes);
    for (let i = 0, at = 0; i < records.length; i += 2) {
      const start = records[i] as number;
      raw.copy(copy, at, start, records[i + 1]);
      copy.writeUInt16LE(0, at + RECORD_HEAD_BYTES);
      at += (records[i + 1] as number) - start;
    }
    channel.hash.update(copy);
  }

  #takeMessageIndex(offset: number, fields: Fields): void {
    const inner = this.#inner;
    if (!inner) return;
    const id = fields.u16();
    const entries = new Fields(fields.slice(fields.u32()));
    const { raw, unnamed } = inner;
    let last = -1n;
    let count = 0;
    while (entries.at < entries.end) {
      const timeNs = entries.u64();
      const recordAt = entries.length();
      const contentAt = recordAt + RECORD_HEAD_BYTES;
      const right =
        contentAt + MESSAGE_HEAD_BYTES <= raw.byteLength &&
        raw[recordAt] === Opcode.Message &&
        raw.readUInt16LE(contentAt) === id &&
        raw.readBigUInt64LE(contentAt + 6) === timeNs &&
        timeNs >= last;
      if (!right) return this.fault(`the message index at byte ${offset} leads to no message of channel ${id}`);
      last = timeNs;
      count += 1;
    }
    unnamed.set(id, (unnamed.get(id) ?? 0) - count);
  }

  #endInner(): void {
    const inner = this.#inner as InnerChunk;
    this.#inner = undefined;
    for (const [id, left] of inner.unnamed) {
      if (left !== 0) this.fault(`the inner chunk at byte ${inner.offset} has a wrong message index for channel ${id}`);
    }
  }

  #takeSummary(opcode: number, offset: number, record: Uint8Array, fields: Fields): void {
    const { crc32 } = this.#tools;
    if (opcode !== Opcode.Footer) this.#summaryCrc = crc32(record, this.#summaryCrc) >>> 0;
    if (opcode === Opcode.ChunkIndex) this.#takeChunkIndex(fields);
    else if (opcode === Opcode.Statistics) this.#takeStatistics(fields);
    else if (opcode === Opcode.Schema || opcode === Opcode.Channel) this.#takeRepeated(opcode, fields);
    else if (opcode === Opcode.Footer) {
      const crc = crc32(record.subarray(0, RECORD_HEAD_BYTES + 16), this.#summaryCrc) >>> 0;
      if (fields.length() !== this.#summaryStart)
        this.fault(`its footer does not lead to its summary at byte ${this.#summaryStart}`);
      fields.u64();
      const declared = fields.u32();
      if (declared !== 0 && declared !== crc) this.fault('its summary has another CRC than it says');
      if (this.#innerPlaces.size > 0) this.fault(`${this.#innerPlaces.size} inner chunks are missing from its index`);
    } else if (opcode < Opcode.AttachmentIndex || opcode > Opcode.SummaryOffset) {
      this.fault(`the record at byte ${offset} (opcode ${opcode}) does not belong there`);
    }
  }

  #takeChunkIndex(fields: Fields): void {
    const place = innerPlaceFrom(fields, Number.MAX_SAFE_INTEGER);
    if (this.#innerPlaces.get(place.offset) !== placeText(place, place.channelIds)) {
      this.fault(`its index says something else of the inner chunk at byte ${place.offset} than stands there`);
    }
    this.#innerPlaces.delete(place.offset);
  }

  #takeStatistics(fields: Fields): void {
    const declared = new Map<number, number>();
    readCounts(fields, declared);
    for (const id of new Set([...declared.keys(), ...this.#counted.keys()])) {
      const [says, has] = [declared.get(id) ?? 0, this.#counted.get(id)?.messages ?? 0];
      if (says !== has)
        this.fault(`its statistics say ${counted(says, 'message')} for channel ${id}, and it has ${has}`);
    }
  }

  #takeRepeated(opcode: number, fields: Fields): void {
    const repeated =
      opcode === Opcode.Schema
        ? sameSchema(schemaFrom(fields), this.#schemas)
        : sameChannel(channelFrom(fields), this.#channels);
    if (!repeated)
      this.fault(`its summary has a ${opcode === Opcode.Schema ? 'schema' : 'channel'} that its data does not`);
  }
}

const placeText = (
  place: { offset: number; bytes: number; startTimeNs: bigint; endTimeNs: bigint; uncompressedBytes: number },
  ids: Iterable<number>,
): string =>
  [
    place.offset,
    place.bytes,
    place.startTimeNs,
    place.endTimeNs,
    place.uncompressedBytes,
    [...ids].sort((a, b) => a - b),
  ].join(' ');

function sameSchema(
  { id, schema }: ReturnType<typeof schemaFrom>,
  known: ReadonlyMap<number, NonNullable<SchemaOf>>,
): boolean {
  const other = known.get(id);
  return other?.name === schema.name && other.encoding === schema.encoding && other.sha256 === sha256Of(schema.data);
}

function sameChannel(
  { id, channel }: ReturnType<typeof channelFrom>,
  known: ReadonlyMap<number, ChannelFields>,
): boolean {
  const other = known.get(id);
  const text = (one: ChannelFields): string =>
    JSON.stringify([one.schemaId, one.topic, one.messageEncoding, [...one.metadata]]);
  return other !== undefined && text(other) === text(channel);
}
