/** One inner chunk, decompressed and checked, and an index of its wanted messages, sorted or as they stand. */
import { GIB } from '@pitlane/base/bytes';
import { messageOf } from '@pitlane/base/errors';
import type { Crc32 } from '@pitlane/formats/mcap';
import type { Decompressors } from '@pitlane/formats/recording';
import { damaged } from './object-bytes.ts';
import type { InnerChunkPlace } from './object-index.ts';
import { chunkFrom, Fields, lengthAt, MESSAGE_HEAD_BYTES, Opcode, RECORD_HEAD_BYTES, viewOf } from './record-fields.ts';

/** An inner chunk holds 1 MiB or one message and its schema; nothing of ours comes near this. */
const INNER_BYTES_MAX = GIB;

export interface DecodeTools {
  readonly decompressors: Decompressors;
  readonly crc32: Crc32;
}

/** The raw bytes of an inner chunk, in memory of their own. @param record its Chunk record, head included. */
export function decodeInner(
  object: string,
  place: InnerChunkPlace,
  record: Uint8Array,
  tools: DecodeTools,
): Uint8Array {
  const whole = record[0] === Opcode.Chunk && lengthAt(viewOf(record), 1) === record.byteLength - RECORD_HEAD_BYTES;
  if (!whole) throw damaged(object, `there is no inner chunk at byte ${place.offset}, where its index says so`);
  const chunk = chunkFrom(new Fields(record, RECORD_HEAD_BYTES));
  if (chunk.uncompressedBytes !== place.uncompressedBytes || chunk.uncompressedBytes > INNER_BYTES_MAX) {
    throw damaged(object, `the inner chunk at byte ${place.offset} declares ${chunk.uncompressedBytes} bytes`);
  }
  const raw = rawBytes(object, place.offset, chunk, tools.decompressors);
  if (chunk.crc32 !== 0 && tools.crc32(raw) >>> 0 !== chunk.crc32) {
    throw damaged(object, `the inner chunk at byte ${place.offset} has another CRC than it says`);
  }
  return raw;
}

function rawBytes(
  object: string,
  offset: number,
  { compression, stored, uncompressedBytes }: ReturnType<typeof chunkFrom>,
  decompressors: Decompressors,
): Uint8Array {
  try {
    if (compression === 'zstd') return decompressors.zstd(stored, uncompressedBytes);
    if (compression === 'lz4') return decompressors.lz4(stored, uncompressedBytes);
  } catch (cause) {
    throw damaged(object, `the inner chunk at byte ${offset} does not decompress: ${messageOf(cause)}`, cause);
  }
  if (compression === '' && stored.byteLength === uncompressedBytes) return stored.slice();
  throw damaged(object, `the inner chunk at byte ${offset} is stored as ${JSON.stringify(compression)}, wrongly`);
}

/** Which messages of an object are wanted. */
export interface MessageFilter {
  /** By channel id of the object: the number of the output channel, or -1. */
  readonly outputOf: Int32Array;
  /** By number of the output channel: the place of its topic in the order of topics. */
  readonly topicRankOf: Int32Array;
  readonly startNs: bigint | undefined;
  readonly endNs: bigint | undefined;
}

/** Messages of one inner chunk, as columns. */
export class InnerMessages {
  readonly raw: Uint8Array;
  readonly view: DataView;
  count = 0;
  /** Where each message's content begins in `raw`. */
  offsets: Uint32Array;
  timesHigh: Uint32Array;
  timesLow: Uint32Array;
  sequences: Uint32Array;
  outputs: Uint16Array;

  constructor(raw: Uint8Array, messages: number) {
    this.raw = raw;
    this.view = viewOf(raw);
    this.offsets = new Uint32Array(messages);
    this.timesHigh = new Uint32Array(messages);
    this.timesLow = new Uint32Array(messages);
    this.sequences = new Uint32Array(messages);
    this.outputs = new Uint16Array(messages);
  }

  get bytes(): number {
    return this.raw.byteLength + this.offsets.length * 18;
  }

  dataOf(i: number): Uint8Array {
    const at = this.offsets[i] as number;
    const dataBytes = this.view.getUint32(at - 8, true) - MESSAGE_HEAD_BYTES;
    return new Uint8Array(this.raw.buffer, this.raw.byteOffset + at + MESSAGE_HEAD_BYTES, dataBytes);
  }

  logTimeNsOf(i: number): bigint {
    return this.view.getBigUint64((this.offsets[i] as number) + 6, true);
  }

  publishTimeNsOf(i: number): bigint {
    return this.view.getBigUint64((this.offsets[i] as number) + 14, true);
  }

  add(contentAt: number, output: number): void {
    const i = this.count;
    this.offsets[i] = contentAt;
    this.sequences[i] = this.view.getUint32(contentAt + 2, true);
    this.timesLow[i] = this.view.getUint32(contentAt + 6, true);
    this.timesHigh[i] = this.view.getUint32(contentAt + 10, true);
    this.outputs[i] = output;
    this.count = i + 1;
  }

  /** Drops all but the messages whose content begins at one of `contentsAt`; their order stays. */
  keepOnly(contentsAt: readonly number[]): void {
    const kept = new Set(contentsAt);
    let count = 0;
    for (let at = 0; at < this.count; at += 1) {
      if (!kept.has(this.offsets[at] as number)) continue;
      for (const column of [this.offsets, this.timesHigh, this.timesLow, this.sequences, this.outputs]) {
        column[count] = column[at] as number;
      }
      count += 1;
    }
    this.count = count;
  }

  /** Sorts by log time, topic, sequence, then offset. */
  sort(topicRankOf: Int32Array): void {
    const compare = (a: number, b: number): number =>
      (this.timesHigh[a] as number) - (this.timesHigh[b] as number) ||
      (this.timesLow[a] as number) - (this.timesLow[b] as number) ||
      (topicRankOf[this.outputs[a] as number] as number) - (topicRankOf[this.outputs[b] as number] as number) ||
      (this.sequences[a] as number) - (this.sequences[b] as number) ||
      (this.offsets[a] as number) - (this.offsets[b] as number);
    let sorted = true;
    for (let i = 1; i < this.count && sorted; i += 1) sorted = compare(i - 1, i) < 0;
    if (sorted) return;
    const order = Uint32Array.from({ length: this.count }, (_, i) => i).sort(compare);
    const { offsets, timesHigh, timesLow, sequences, outputs } = this;
    this.offsets = order.map((i) => offsets[i] as number);
    this.timesHigh = order.map((i) => timesHigh[i] as number);
    this.timesLow = order.map((i) => timesLow[i] as number);
    this.sequences = order.map((i) => sequences[i] as number);
    this.outputs = Uint16Array.from(order, (i) => outputs[i] as number);
  }
}

/** Calls `visit` for each record: its opcode, and where its content begins and ends. */
export function walkInner(raw: Uint8Array, visit: (opcode: number, contentAt: number, end: number) => void): void {
  const view = viewOf(raw);
  for (let at = 0; at < raw.byteLength; ) {
    const contentAt = at + RECORD_HEAD_BYTES;
    if (contentAt > raw.byteLength) throw new RangeError('the records end inside a head');
    const end = contentAt + lengthAt(view, at + 1);
    const opcode = raw[at] as number;
    if (!(end <= raw.byteLength)) throw new RangeError('a record is longer than the inner chunk');
    if (opcode === Opcode.Message && end - contentAt < MESSAGE_HEAD_BYTES)
      throw new RangeError('a message is too short');
    visit(opcode, contentAt, end);
    at = end;
  }
}

/** The wanted messages in the order of the inner chunk; `sort` them where another order is wanted. */
export function innerMessagesFrom(
  object: string,
  place: InnerChunkPlace,
  raw: Uint8Array,
  filter: MessageFilter,
): InnerMessages {
  const view = viewOf(raw);
  const { outputOf, startNs, endNs } = filter;
  let count = 0;
  const wanted = (contentAt: number): number => {
    const id = view.getUint16(contentAt, true);
    return id < outputOf.length ? (outputOf[id] as number) : -1;
  };
  try {
    walkInner(raw, (opcode, contentAt) => {
      if (opcode === Opcode.Message && wanted(contentAt) >= 0) count += 1;
    });
  } catch (cause) {
    throw damaged(object, `inner chunk at byte ${place.offset}: ${messageOf(cause)}`, cause);
  }
  const messages = new InnerMessages(raw, count);
  const whole =
    (startNs === undefined || place.startTimeNs >= startNs) && (endNs === undefined || place.endTimeNs < endNs);
  walkInner(raw, (opcode, contentAt) => {
    if (opcode !== Opcode.Message) return;
    const output = wanted(contentAt);
    if (output < 0) return;
    if (!whole) {
      const timeNs = view.getBigUint64(contentAt + 6, true);
      if ((startNs !== undefined && timeNs < startNs) || (endNs !== undefined && timeNs >= endNs)) return;
    }
    messages.add(contentAt, output);
  });
  return messages;
}
