/**
 * The summary at the end of a file, read only when something needs it: an unknown channel, damage, an inspection. Nothing
 * in it is believed beyond what it can be checked for; a summary that is too large, cut or false counts as none.
 */
import { crc32 } from 'node:zlib';
import { LandOpaque, type ReadLimits } from '../recording/index.ts';
import { Cursor, lengthAt } from './cursor.ts';
import { Definitions } from './definitions.ts';
import { Diary } from './diary.ts';
import { MAGIC, Opcode, RECORD_HEAD_BYTES } from './opcodes.ts';
import {
  type ChunkIndex,
  parseChunkIndex,
  parseFooter,
  parseIndexedOffset,
  parseStatistics,
  type Statistics,
} from './records.ts';

export const SUMMARY_BYTES_MAX = 64 * 1024 * 1024;
const FOOTER_CONTENT_BYTES = 20;
export const TAIL_BYTES = RECORD_HEAD_BYTES + FOOTER_CONTENT_BYTES + MAGIC.byteLength;
const DATA_END_BYTES = RECORD_HEAD_BYTES + 4;

/** Reads a few bytes from anywhere; fewer at the end of the file. */
export type Peek = (offset: number, bytes: number) => Promise<Uint8Array>;

export interface Damaged {
  readonly topics: ReadonlySet<string>;
  readonly startTimeNs: bigint | undefined;
  readonly endTimeNs: bigint | undefined;
}

export class Summary {
  readonly definitions: Definitions;
  statistics: Statistics | undefined;
  /** Offsets in the file where a record of the data section begins, ascending. */
  anchors: number[] = [];
  chunks = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Where the chunks begin, and where the index of each stands in the summary; ascending once all is read. */
  readonly #indexed: { readonly chunkOffset: number; readonly indexAt: number }[] = [];

  constructor(bytes: Uint8Array, summaryStart: number, limits: ReadLimits) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const silent = (): void => {};
    this.definitions = new Definitions(limits, new Diary(silent), silent);
    this.#walk(summaryStart);
    this.anchors.push(summaryStart - DATA_END_BYTES);
    this.anchors.sort((a, b) => a - b);
    this.#indexed.sort((a, b) => a.chunkOffset - b.chunkOffset);
  }

  /** The first record after `offset` that an index knows of. */
  anchorsAfter(offset: number): number[] {
    const first = firstIndex(this.anchors.length, (i) => (this.anchors[i] as number) > offset);
    return this.anchors.slice(first, first + 4);
  }

  /** What the chunk indexes say of chunks that begin in `[from, to)` of the file. */
  damageIn(from: number, to: number): Damaged {
    const topics = new Set<string>();
    let startTimeNs: bigint | undefined;
    let endTimeNs: bigint | undefined;
    const indexed = this.#indexed;
    for (
      let i = firstIndex(indexed.length, (k) => (indexed[k]?.chunkOffset ?? 0) >= from);
      i < indexed.length;
      i += 1
    ) {
      const { chunkOffset, indexAt } = indexed[i] as { chunkOffset: number; indexAt: number };
      if (chunkOffset >= to) break;
      const index = this.#chunkIndex(indexAt);
      if (!index) continue;
      if (startTimeNs === undefined || index.startTimeNs < startTimeNs) startTimeNs = index.startTimeNs;
      if (endTimeNs === undefined || index.endTimeNs > endTimeNs) endTimeNs = index.endTimeNs;
      for (const id of index.channelIds) {
        const topic = this.definitions.channels[id]?.topic;
        if (topic !== undefined) topics.add(topic);
      }
    }
    return { topics, startTimeNs, endTimeNs };
  }

  /** What the index says of each chunk, in the order of the file. */
  *chunkIndexes(): Generator<ChunkIndex> {
    for (const { indexAt } of this.#indexed) {
      const index = this.#chunkIndex(indexAt);
      if (index) yield index;
    }
  }

  /** Its Schema and Channel records as they stand, slices of it. */
  *definingRecords(): Generator<Uint8Array> {
    for (const { opcode, at, end } of this.#records()) {
      if (opcode === Opcode.Schema || opcode === Opcode.Channel) yield this.#bytes.subarray(at, end);
    }
  }

  #walk(summaryStart: number): void {
    for (const { opcode, at, end } of this.#records())
      this.#take(opcode, at, at + RECORD_HEAD_BYTES, end, summaryStart);
  }

  *#records(): Generator<{ readonly opcode: number; readonly at: number; readonly end: number }> {
    let at = 0;
    while (at + RECORD_HEAD_BYTES <= this.#bytes.byteLength) {
      const length = lengthAt(this.#view, at + 1);
      const contentAt = at + RECORD_HEAD_BYTES;
      if (length > this.#bytes.byteLength - contentAt) return;
      yield { opcode: this.#bytes[at] as number, at, end: contentAt + length };
      at = contentAt + length;
    }
  }

  #take(opcode: number, at: number, contentAt: number, end: number, summaryStart: number): void {
    const cursor = new Cursor(this.#bytes, this.#view, contentAt, end);
    if (opcode === Opcode.Schema) this.definitions.takeSchema(this.#bytes, this.#view, contentAt, end);
    else if (opcode === Opcode.Channel) this.definitions.takeChannel(this.#bytes, this.#view, contentAt, end);
    else if (opcode === Opcode.Statistics) this.statistics = parseStatistics(cursor);
    else if (opcode === Opcode.AttachmentIndex || opcode === Opcode.MetadataIndex) {
      const offset = parseIndexedOffset(cursor);
      if (offset !== undefined && offset < summaryStart) this.anchors.push(offset);
    } else if (opcode === Opcode.ChunkIndex) {
      const index = parseChunkIndex(cursor);
      if (!index || !(index.chunkOffset >= MAGIC.byteLength)) return;
      if (!(index.chunkOffset + index.chunkBytes <= summaryStart)) return;
      this.chunks += 1;
      this.anchors.push(index.chunkOffset, index.chunkOffset + index.chunkBytes);
      this.#indexed.push({ chunkOffset: index.chunkOffset, indexAt: at });
    }
  }

  #chunkIndex(at: number): ChunkIndex | undefined {
    const contentAt = at + RECORD_HEAD_BYTES;
    return parseChunkIndex(new Cursor(this.#bytes, this.#view, contentAt, contentAt + lengthAt(this.#view, at + 1)));
  }
}

/** The summary, if the file ends in a sound footer that leads to one of at most `bytesMax` whose CRC fits. */
export async function readSummary(
  peek: Peek,
  fileEnd: number,
  limits: ReadLimits,
  bytesMax: number = SUMMARY_BYTES_MAX,
): Promise<Summary | undefined> {
  const tailAt = fileEnd - TAIL_BYTES;
  if (tailAt < MAGIC.byteLength) return undefined;
  const footer = footerOf(await peek(tailAt, TAIL_BYTES));
  if (!footer || footer.summaryStart < MAGIC.byteLength || footer.summaryStart >= tailAt) return undefined;
  const summaryBytes = tailAt - footer.summaryStart;
  if (summaryBytes > bytesMax) return undefined;
  const checked = (await peek(footer.summaryStart, summaryBytes + TAIL_BYTES)).slice();
  if (checked.byteLength < summaryBytes + TAIL_BYTES) return undefined;
  const crcEnd = checked.byteLength - MAGIC.byteLength - 4;
  if (footer.summaryCrc !== 0 && crc32(checked.subarray(0, crcEnd)) !== footer.summaryCrc) return undefined;
  try {
    return new Summary(checked.subarray(0, summaryBytes), footer.summaryStart, limits);
  } catch (error) {
    if (error instanceof LandOpaque) return undefined;
    throw error;
  }
}

function footerOf(tail: Uint8Array): { summaryStart: number; summaryCrc: number } | undefined {
  if (tail.byteLength !== TAIL_BYTES || tail[0] !== Opcode.Footer) return undefined;
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  if (lengthAt(view, 1) !== FOOTER_CONTENT_BYTES) return undefined;
  if (Buffer.compare(tail.subarray(TAIL_BYTES - MAGIC.byteLength), MAGIC) !== 0) return undefined;
  return parseFooter(new Cursor(tail, view, RECORD_HEAD_BYTES, TAIL_BYTES - MAGIC.byteLength));
}

/** The first index below `length` for which `holds`; all behind it hold as well. */
function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
