/**
 * One inner chunk as it fills: message records one behind another, with the index entries and the time range that the
 * Chunk, MessageIndex and ChunkIndex records need. It holds one buffer, which the next inner chunk fills after `clear`.
 */
import { RECORD_HEAD_BYTES } from './opcodes.ts';
import {
  CHANNEL_ID_AT,
  channelRecord,
  LOG_TIME_AT,
  MESSAGE_OVERHEAD_BYTES,
  messageIndexRecord,
  schemaRecord,
  writeMessage,
} from './write-records.ts';

export interface InnerChunkMessage {
  readonly sequence: number;
  readonly logTimeNs: bigint;
  readonly publishTimeNs: bigint;
  readonly data: Uint8Array;
}

/** A buffer that a large message has made larger than this is not kept. */
const KEPT_BYTES_MAX = 2 * 1024 * 1024;

/** The messages of one channel: where their records lie, in order of writing. */
interface Written {
  readonly offsets: number[];
  lastTimeNs: bigint;
  inTimeOrder: boolean;
}

export class InnerChunk {
  #buffer: Buffer;
  #view: DataView;
  #at = 0;
  readonly #channels = new Map<number, Written>();
  startTimeNs = 0n;
  endTimeNs = 0n;
  messages = 0;

  /** @param firstBytes how large its buffer is at first; it grows as messages want it */
  constructor(firstBytes: number) {
    [this.#buffer, this.#view] = bufferOf(firstBytes);
  }

  get bytes(): number {
    return this.#at;
  }

  /** What it holds; valid until something is added, or it is cleared. */
  content(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }

  /** Begins anew, in the same buffer unless a large message has made it large. */
  clear(): void {
    if (this.#buffer.byteLength > KEPT_BYTES_MAX) [this.#buffer, this.#view] = bufferOf(KEPT_BYTES_MAX);
    this.#at = 0;
    this.#channels.clear();
    this.startTimeNs = 0n;
    this.endTimeNs = 0n;
    this.messages = 0;
  }

  declareSchema(id: number, schema: { name: string; encoding: string; data: Uint8Array }): void {
    this.#append(schemaRecord(id, schema));
  }

  declareChannel(id: number, channel: Parameters<typeof channelRecord>[1]): void {
    this.#append(channelRecord(id, channel));
  }

  add(message: InnerChunkMessage, channelId: number): void {
    const { logTimeNs } = message;
    this.#room(MESSAGE_OVERHEAD_BYTES + message.data.byteLength);
    const written = this.#channels.get(channelId);
    if (!written) {
      this.#channels.set(channelId, { offsets: [this.#at], lastTimeNs: logTimeNs, inTimeOrder: true });
    } else {
      written.offsets.push(this.#at);
      if (logTimeNs < written.lastTimeNs) written.inTimeOrder = false;
      written.lastTimeNs = logTimeNs;
    }
    this.#at = writeMessage(this.#buffer, this.#view, this.#at, message, channelId);
    if (this.messages === 0 || logTimeNs < this.startTimeNs) this.startTimeNs = logTimeNs;
    if (this.messages === 0 || logTimeNs > this.endTimeNs) this.endTimeNs = logTimeNs;
    this.messages += 1;
  }

  /** Messages by channel id. */
  counts(): [number, number][] {
    return [...this.#channels].map(([channelId, { offsets }]) => [channelId, offsets.length]);
  }

  /** MessageIndex records, channels in order of id, entries by time. */
  messageIndexes(): [number, Uint8Array][] {
    return [...this.#channels]
      .sort(([a], [b]) => a - b)
      .map(([channelId, written]) => [channelId, messageIndexRecord(channelId, this.#buffer, this.#byTime(written))]);
  }

  /**
   * The Message records of one channel, one behind another in order of writing, with channel id 0: a slice of this
   * chunk where they lie so already, a copy otherwise. Valid as `content` is.
   */
  recordsOf(channelId: number): Uint8Array {
    const offsets = this.#channels.get(channelId)?.offsets ?? [];
    if (channelId === 0 && this.#channels.size === 1) return this.#buffer.subarray(offsets[0], this.#at);
    let bytes = 0;
    for (const offset of offsets) bytes += this.#recordBytes(offset);
    const records = Buffer.allocUnsafe(bytes);
    let at = 0;
    for (const offset of offsets) {
      const end = offset + this.#recordBytes(offset);
      this.#buffer.copy(records, at, offset, end);
      records[at + CHANNEL_ID_AT] = 0;
      records[at + CHANNEL_ID_AT + 1] = 0;
      at += end - offset;
    }
    return records;
  }

  #recordBytes(offset: number): number {
    return RECORD_HEAD_BYTES + this.#view.getUint32(offset + 1, true);
  }

  #byTime({ offsets, inTimeOrder }: Written): readonly number[] {
    if (inTimeOrder) return offsets;
    const timeAt = (offset: number): bigint => this.#view.getBigUint64(offset + LOG_TIME_AT, true);
    return [...offsets].sort((a, b) => {
      const [timeA, timeB] = [timeAt(a), timeAt(b)];
      return timeA < timeB ? -1 : timeA > timeB ? 1 : a - b;
    });
  }

  #append(record: Uint8Array): void {
    this.#room(record.byteLength);
    this.#buffer.set(record, this.#at);
    this.#at += record.byteLength;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.byteLength) return;
    const full = this.content();
    [this.#buffer, this.#view] = bufferOf(Math.max(this.#at + bytes, this.#buffer.byteLength * 2));
    this.#buffer.set(full);
  }
}

function bufferOf(bytes: number): [Buffer, DataView] {
  const buffer = Buffer.from(new ArrayBuffer(bytes));
  return [buffer, new DataView(buffer.buffer)];
}
