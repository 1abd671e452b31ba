/**
 * One inner chunk as it fills: message records one behind another in a buffer that the caller lends, with the index
 * entries and the time range that the Chunk, MessageIndex and ChunkIndex records need. It holds one buffer and no more.
 */
import {
  channelRecord,
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

/** Where one message record lies in the raw bytes. */
export interface IndexEntry {
  readonly logTimeNs: bigint;
  readonly offset: number;
  readonly bytes: number;
}

export class InnerChunk {
  #buffer: Buffer;
  #at = 0;
  readonly #lend: (bytes: number) => ArrayBuffer;
  /** Entries by channel id, in order of writing. */
  readonly entries = new Map<number, IndexEntry[]>();
  startTimeNs = 0n;
  endTimeNs = 0n;
  messages = 0;

  /** @param lend gives a buffer of at least so many bytes; a larger one is asked for when a message wants it. */
  constructor(lend: (bytes: number) => ArrayBuffer, firstBytes: number) {
    this.#lend = lend;
    this.#buffer = Buffer.from(lend(firstBytes));
  }

  get bytes(): number {
    return this.#at;
  }

  /** Hands the buffer out; this chunk must not be used afterwards. */
  take(): ArrayBuffer {
    return this.#buffer.buffer as ArrayBuffer;
  }

  view(start: number, end: number): Uint8Array {
    return this.#buffer.subarray(start, end);
  }

  declareSchema(id: number, schema: { name: string; encoding: string; data: Uint8Array }): void {
    this.#append(schemaRecord(id, schema));
  }

  declareChannel(id: number, channel: Parameters<typeof channelRecord>[1]): void {
    this.#append(channelRecord(id, channel));
  }

  add(message: InnerChunkMessage, channelId: number): void {
    const bytes = MESSAGE_OVERHEAD_BYTES + message.data.byteLength;
    this.#room(bytes);
    let list = this.entries.get(channelId);
    if (!list) this.entries.set(channelId, (list = []));
    list.push({ logTimeNs: message.logTimeNs, offset: this.#at, bytes });
    this.#at = writeMessage(this.#buffer, this.#at, message, channelId);
    if (this.messages === 0 || message.logTimeNs < this.startTimeNs) this.startTimeNs = message.logTimeNs;
    if (this.messages === 0 || message.logTimeNs > this.endTimeNs) this.endTimeNs = message.logTimeNs;
    this.messages += 1;
  }

  /** MessageIndex records, channels in order of id, entries by time. */
  messageIndexes(): [number, Uint8Array][] {
    return [...this.entries]
      .sort(([a], [b]) => a - b)
      .map(([channelId, list]) => [channelId, messageIndexRecord(channelId, sortedByTime(list))]);
  }

  #append(record: Uint8Array): void {
    this.#room(record.byteLength);
    this.#buffer.set(record, this.#at);
    this.#at += record.byteLength;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.byteLength) return;
    const larger = Buffer.from(this.#lend(Math.max(this.#at + bytes, this.#buffer.byteLength * 2)));
    larger.set(this.#buffer.subarray(0, this.#at));
    this.#buffer = larger;
  }
}

function sortedByTime(list: readonly IndexEntry[]): readonly IndexEntry[] {
  for (let i = 1; i < list.length; i += 1) {
    if ((list[i] as IndexEntry).logTimeNs < (list[i - 1] as IndexEntry).logTimeNs) {
      return [...list].sort((a, b) =>
        a.logTimeNs < b.logTimeNs ? -1 : a.logTimeNs > b.logTimeNs ? 1 : a.offset - b.offset,
      );
    }
  }
  return list;
}
