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
/** Bytes that nobody wants are read through up to this, instead of a request more. */
export const GAP_BYTES_MAX = 64 * 1024;
/** One request brings at most this, unless a single inner chunk is larger. */
export const READ_AHEAD_BYTES = 8 * MIB;
/** The first guess at a large object's end: most summaries fit. */
const TAIL_GUESS_BYTES = 128 * 1024;

interface Block {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** An object and its index, open for reading. */
export interface OpenObject {
  readonly name: string;
  readonly bytes: number;
  readonly index: ObjectIndex;
}

export class ObjectBytes {
  readonly #store: ObjectStore;
  readonly #budgetBytes: number;
  readonly #signal: AbortSignal | undefined;
  /** The newest block of each object, least recently used first. */
  readonly #blocks = new Map<string, Block>();
  #heldBytes = 0;
  #open = 0;
  requests = 0;
  bytesRead = 0;

  constructor(store: ObjectStore, budgetBytes: number, signal?: AbortSignal) {
    this.#store = store;
    this.#budgetBytes = budgetBytes;
    this.#signal = signal;
  }

  /** The most that blocks have held together, for tests of the bound. */
  peakBytes = 0;

  async open(name: string, bytes: number): Promise<OpenObject> {
    try {
      const index = await this.#indexOf(name, bytes);
      this.#open += 1;
      return { name, bytes, index };
    } catch (cause) {
      if (!isPitlaneError(cause, 'corrupt-input')) throw cause;
      throw damaged(name, messageOf(cause), cause);
    }
  }

  close(object: OpenObject): void {
    this.#open -= 1;
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
    const end = this.#readEnd(inner, wanted);
    this.#drop(name);
    const bytes = await this.range(name, inner.offset, end);
    this.#keep(name, { start: inner.offset, bytes });
    return bytes.subarray(0, inner.bytes);
  }

  /** Bytes [start, end) of an object, all of them. */
  async range(name: string, start: number, end: number): Promise<Uint8Array> {
    this.#signal?.throwIfAborted();
    this.requests += 1;
    const bytes = await this.#store.read(name, { start, end });
    this.bytesRead += bytes.byteLength;
    if (bytes.byteLength !== end - start) throw damaged(name, `it ends before byte ${end}`);
    return bytes;
  }

  async #indexOf(name: string, bytes: number): Promise<ObjectIndex> {
    const small = bytes < WHOLE_OBJECT_BYTES;
    const start = small ? 0 : bytes - TAIL_GUESS_BYTES;
    let tail = await this.range(name, start, bytes);
    if (tail.byteLength < TAIL_BYTES) throw new PitlaneError('corrupt-input', 'it is too short to be a chunk');
    const summaryStart = summaryStartFrom(tail.subarray(tail.byteLength - TAIL_BYTES), bytes);
    if (summaryStart < start) tail = Buffer.concat([await this.range(name, summaryStart, start), tail]);
    else if (small) this.#keep(name, { start: 0, bytes: tail });
    const from = Math.max(0, summaryStart - start);
    return objectIndexFrom(tail.subarray(from, tail.byteLength - TAIL_BYTES), bytes);
  }

  #readEnd(inner: InnerChunkPlace, wanted: readonly InnerChunkPlace[]): number {
    const share = Math.floor(this.#budgetBytes / Math.max(1, this.#open));
    const farthest = inner.offset + Math.min(READ_AHEAD_BYTES, share);
    let end = inner.offset + inner.bytes;
    let low = 0;
    for (let high = wanted.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((wanted[middle] as InnerChunkPlace).offset <= inner.offset) low = middle + 1;
      else high = middle;
    }
    for (; low < wanted.length; low += 1) {
      const next = wanted[low] as InnerChunkPlace;
      if (next.offset - end > GAP_BYTES_MAX || next.offset + next.bytes > farthest) break;
      end = next.offset + next.bytes;
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

export const damaged = (object: string, fault: string, cause?: unknown): PitlaneError =>
  new PitlaneError('corrupt-input', `object ${object}: ${fault}; "pitlane verify" tells what else is wrong`, { cause });
