/**
 * Range reads of chunk objects with a plan: a small object whole, of a large one the summary first and then only the
 * inner chunks that are wanted, neighbours together. What was read stays in blocks under one budget, least recently
 * used first out, so that memory depends on the budget alone.
 */
import { MIB } from '@pitlane/base/bytes';
import { isPitlaneError, messageOf, PitlaneError } from '@pitlane/base/errors';
import type { ObjectStore } from '@pitlane/ports/object-store';
import {
  type InnerChunkPlace,
  type ObjectIndex,
  objectIndexFrom,
  summaryStartFrom,
  TAIL_BYTES,
} from './object-index.ts';

/** An object smaller than this is read in one request. */
export const WHOLE_OBJECT_BYTES = 2_000_000;
/**
 * Bytes that nobody wants are read through up to this, instead of a request more; and more of them as long as they are no
 * more than what is wanted, because the indexes of thin messages lie between inner chunks and are nearly as long.
 */
export const GAP_BYTES_MAX = 64 * 1024;
/** One request brings at most this, unless a single inner chunk is larger. */
export const READ_AHEAD_BYTES = 8 * MIB;
/** The first guess at a large object's end: most summaries fit. */
const TAIL_GUESS_BYTES = 128 * 1024;

interface Block {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** The next block of an object, on its way. */
interface Ahead {
  readonly start: number;
  readonly end: number;
  readonly bytes: Promise<Uint8Array>;
}

/** An object and its index, open for reading. */
export interface OpenObject {
  readonly name: string;
  readonly bytes: number;
  readonly summaryOffset: number;
  readonly index: ObjectIndex;
}

export class ObjectBytes {
  readonly #store: Pick<ObjectStore, 'read'>;
  readonly #budgetBytes: number;
  readonly #signal: AbortSignal | undefined;
  /** The newest block of each object, least recently used first. */
  readonly #blocks = new Map<string, Block>();
  readonly #ahead = new Map<string, Ahead>();
  /** By object: where the inner chunk begins that comes next if it is read in order. */
  readonly #nextWanted = new Map<string, number>();
  #heldBytes = 0;
  #open = 0;
  requests = 0;
  bytesRead = 0;

  constructor(store: Pick<ObjectStore, 'read'>, budgetBytes: number, signal?: AbortSignal) {
    this.#store = store;
    this.#budgetBytes = budgetBytes;
    this.#signal = signal;
  }

  /** The most that blocks have held together, for tests of the bound. */
  peakBytes = 0;

  /** @param readsWhole most of it is wanted: if it is small, all of it is read at once. */
  async open(name: string, bytes: number, readsWhole = true): Promise<OpenObject> {
    try {
      const indexed = await this.#indexOf(name, bytes, readsWhole);
      this.#open += 1;
      return { name, bytes, ...indexed };
    } catch (cause) {
      if (!isPitlaneError(cause, 'corrupt-input')) throw cause;
      throw damaged(name, messageOf(cause), cause);
    }
  }

  close(object: OpenObject): void {
    this.#open -= 1;
    this.#forgetAhead(object.name);
    this.#nextWanted.delete(object.name);
    this.#drop(object.name);
  }

  /** The Chunk record of `inner`; `wanted` are the inner chunks of the object that will be asked for, in file order. */
  async inner(object: OpenObject, inner: InnerChunkPlace, wanted: readonly InnerChunkPlace[]): Promise<Uint8Array> {
    const { name } = object;
    const held = this.#blocks.get(name);
    if (held && inner.offset >= held.start && inner.offset + inner.bytes <= held.start + held.bytes.byteLength) {
      this.#blocks.delete(name);
      this.#blocks.set(name, held);
      return held.bytes.subarray(inner.offset - held.start, inner.offset + inner.bytes - held.start);
    }
    const block = await this.#readBlock(name, inner, wanted);
    this.#keep(name, block);
    this.#readAhead(name, inner, block.start + block.bytes.byteLength, wanted);
    return block.bytes.subarray(inner.offset - block.start, inner.offset + inner.bytes - block.start);
  }

  /** The MessageIndex records of `inner`: when its messages were, without a byte of theirs. */
  async indexOf(object: OpenObject, { offset, bytes, indexBytes }: InnerChunkPlace): Promise<Uint8Array> {
    const [start, end] = [offset + bytes, offset + bytes + indexBytes];
    const held = this.#blocks.get(object.name);
    if (held && start >= held.start && end <= held.start + held.bytes.byteLength) {
      return held.bytes.subarray(start - held.start, end - held.start);
    }
    return this.range(object.name, start, end);
  }

  /** Waits for reads under way, so that nothing runs on behind a job that has ended. */
  async settle(): Promise<void> {
    await Promise.allSettled([...this.#ahead.values()].map(({ bytes }) => bytes));
  }

  /** Bytes [start, end) of an object, all of them. */
  async range(name: string, start: number, end: number): Promise<Uint8Array> {
    this.#signal?.throwIfAborted();
    this.requests += 1;
    const bytes = await this.#store.read(name, { start, end }).catch((cause: unknown) => {
      throw isPitlaneError(cause, 'not-found') ? missing(name, [], cause) : cause;
    });
    this.bytesRead += bytes.byteLength;
    if (bytes.byteLength !== end - start) throw damaged(name, `it ends before byte ${end}`);
    return bytes;
  }

  async #indexOf(
    name: string,
    bytes: number,
    readsWhole: boolean,
  ): Promise<Pick<OpenObject, 'summaryOffset' | 'index'>> {
    const start = readsWhole && bytes < WHOLE_OBJECT_BYTES ? 0 : Math.max(0, bytes - TAIL_GUESS_BYTES);
    let tail = await this.range(name, start, bytes);
    if (tail.byteLength < TAIL_BYTES) throw new PitlaneError('corrupt-input', 'it is too short to be a chunk');
    const summaryStart = summaryStartFrom(tail.subarray(tail.byteLength - TAIL_BYTES), bytes);
    if (summaryStart < start) tail = Buffer.concat([await this.range(name, summaryStart, start), tail]);
    // What lies before the summary may be wanted.
    else this.#keep(name, { start, bytes: tail });
    const from = Math.max(0, summaryStart - start);
    const index = objectIndexFrom(tail.subarray(from, tail.byteLength - TAIL_BYTES), bytes);
    return { summaryOffset: summaryStart, index };
  }

  async #readBlock(name: string, inner: InnerChunkPlace, wanted: readonly InnerChunkPlace[]): Promise<Block> {
    const ahead = this.#ahead.get(name);
    const covers = ahead !== undefined && inner.offset >= ahead.start && inner.offset + inner.bytes <= ahead.end;
    if (covers) {
      const bytes = await ahead.bytes;
      this.#forgetAhead(name);
      return { start: ahead.start, bytes };
    }
    this.#forgetAhead(name);
    this.#drop(name);
    return { start: inner.offset, bytes: await this.range(name, inner.offset, this.#readEnd(inner, wanted)) };
  }

  /** Asks for the next block while this one is used, if the object is read in order and the budget has room. */
  #readAhead(name: string, inner: InnerChunkPlace, blockEnd: number, wanted: readonly InnerChunkPlace[]): void {
    const expected = this.#nextWanted.get(name) ?? wanted[0]?.offset;
    const next = wanted[firstFrom(wanted, blockEnd)];
    this.#nextWanted.set(name, next?.offset ?? Number.POSITIVE_INFINITY);
    if (expected !== inner.offset || next === undefined) return;
    const [start, end] = [next.offset, this.#readEnd(next, wanted)];
    // Half of the budget stays for the blocks of objects that are still to be opened.
    if (this.#heldBytes + end - start > this.#budgetBytes / 2) return;
    this.#heldBytes += end - start;
    this.peakBytes = Math.max(this.peakBytes, this.#heldBytes);
    const bytes = this.range(name, start, end);
    bytes.catch(() => {}); // seen when its turn comes
    this.#ahead.set(name, { start, end, bytes });
  }

  #forgetAhead(name: string): void {
    const ahead = this.#ahead.get(name);
    if (ahead) this.#heldBytes -= ahead.end - ahead.start;
    this.#ahead.delete(name);
  }

  #readEnd(inner: InnerChunkPlace, wanted: readonly InnerChunkPlace[]): number {
    const share = Math.floor(this.#budgetBytes / Math.max(1, this.#open));
    const farthest = inner.offset + Math.min(READ_AHEAD_BYTES, share);
    let end = inner.offset + inner.bytes;
    let wantedBytes = inner.bytes;
    for (let low = firstFrom(wanted, inner.offset + 1); low < wanted.length; low += 1) {
      const next = wanted[low] as InnerChunkPlace;
      const nextEnd = next.offset + next.bytes;
      wantedBytes += next.bytes;
      const unwantedBytes = nextEnd - inner.offset - wantedBytes;
      const isNear = next.offset - end <= GAP_BYTES_MAX || unwantedBytes <= wantedBytes;
      if (!isNear || nextEnd > farthest) break;
      end = nextEnd;
    }
    return end;
  }

  #keep(name: string, block: Block): void {
    this.#drop(name);
    this.#blocks.set(name, block);
    this.#heldBytes += block.bytes.byteLength;
    for (const [oldest] of this.#blocks) {
      if (this.#heldBytes <= this.#budgetBytes || oldest === name) break;
      this.#drop(oldest);
    }
    this.peakBytes = Math.max(this.peakBytes, this.#heldBytes);
  }

  #drop(name: string): void {
    this.#heldBytes -= this.#blocks.get(name)?.bytes.byteLength ?? 0;
    this.#blocks.delete(name);
  }
}

/** The first of `wanted`, which are in file order, that begins at `offset` or later. */
function firstFrom(wanted: readonly InnerChunkPlace[], offset: number): number {
  let low = 0;
  for (let high = wanted.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if ((wanted[middle] as InnerChunkPlace).offset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Says so once: what is said of the object already is passed on as it is. */
export function damaged(object: string, fault: string, cause?: unknown): PitlaneError {
  if (isPitlaneError(cause) && cause.message.startsWith(`object ${object}: `)) return cause;
  const text = `object ${object}: ${fault}; "pitlane verify" tells what else is wrong`;
  return new PitlaneError('corrupt-input', text, { cause });
}

const TOPICS_NAMED = 5;

/** @param topics what it holds, as far as it is known. */
export function missing(object: string, topics: readonly string[], cause: unknown): PitlaneError {
  const more = topics.length > TOPICS_NAMED ? ` and ${topics.length - TOPICS_NAMED} more` : '';
  const inside = topics.length > 0 ? `, with ${topics.slice(0, TOPICS_NAMED).join(', ')}${more}` : '';
  const text = `object ${object}: it is missing from the store${inside}; "pitlane verify" tells what else is wrong`;
  return new PitlaneError('not-found', text, { cause });
}
