/**
 * The pages of the file through a few sliding windows. A window that is read on from its end grows up to 1 MiB, so a bag
 * in order is read in large pieces; a page out of order costs a small read of its own. Slices are valid until the next
 * `load`.
 */
import { KIB, MIB } from '@pitlane/base/bytes';
import type { ByteSource } from '../recording/index.ts';

const WINDOWS = 8;
const FIRST_BYTES = 16 * KIB;
const WINDOW_BYTES_MAX = MIB;
/** SQLite numbers pages with 32 bits. */
const PAGES_MAX = 0xffff_fffe;

interface Window {
  bytes: Uint8Array;
  base: number;
  filled: number;
  usedAt: number;
}

export class PageFile {
  readonly pageBytes: number;
  /** Shrinks if the file turns out to be shorter than it was said to be. */
  sizeBytes: number;
  readonly #source: ByteSource;
  readonly #windows: Window[] = [];
  #latest: Window = { bytes: new Uint8Array(0), base: 0, filled: 0, usedAt: 0 };
  #clock = 0;
  #bytesLeft: number;

  /** @param bytesMax more than this is not read: further pages are as if they were not there. */
  constructor(source: ByteSource, pageBytes: number, bytesMax = Number.POSITIVE_INFINITY) {
    this.#source = source;
    this.pageBytes = pageBytes;
    this.sizeBytes = source.sizeBytes;
    this.#bytesLeft = bytesMax;
  }

  /** Number of the last page that is whole; pages are numbered from 1. */
  get pages(): number {
    return Math.min(Math.floor(this.sizeBytes / this.pageBytes), PAGES_MAX);
  }

  offsetOf(page: number): number {
    return (page - 1) * this.pageBytes;
  }

  /** The page if it is in view. */
  peek(page: number): Uint8Array | undefined {
    const offset = (page - 1) * this.pageBytes;
    const latest = this.#latest;
    if (offset >= latest.base && offset + this.pageBytes <= latest.base + latest.filled) {
      return latest.bytes.subarray(offset - latest.base, offset - latest.base + this.pageBytes);
    }
    const window = this.#windows.find(({ base, filled }) => offset >= base && offset + this.pageBytes <= base + filled);
    if (window === undefined) return undefined;
    this.#use(window);
    return window.bytes.subarray(offset - window.base, offset - window.base + this.pageBytes);
  }

  /** The page, or undefined where the file has none of that number. */
  async load(page: number): Promise<Uint8Array | undefined> {
    if (page < 1 || page > this.pages) return undefined;
    const seen = this.peek(page);
    if (seen !== undefined) return seen;
    const offset = this.offsetOf(page);
    const window = this.#windowFor(offset);
    const bytes = Math.min(window.bytes.byteLength, this.sizeBytes - offset);
    window.base = offset;
    window.filled = 0;
    this.#use(window);
    if (bytes > this.#bytesLeft) return undefined;
    this.#bytesLeft -= bytes;
    window.filled = await this.#source.read(offset, window.bytes.subarray(0, bytes));
    if (window.filled < bytes) this.sizeBytes = offset + window.filled;
    return this.peek(page);
  }

  /** The window that is to hold `offset`: the one that ends a little before, grown, or the one not used for longest. */
  #windowFor(offset: number): Window {
    const smallest = Math.max(FIRST_BYTES, this.pageBytes);
    const before = this.#windows.find(({ bytes, base, filled }) => {
      const end = base + filled;
      return filled > 0 && offset >= end && offset < end + bytes.byteLength;
    });
    if (before !== undefined) {
      const grown = Math.min(4 * before.bytes.byteLength, WINDOW_BYTES_MAX);
      if (grown > before.bytes.byteLength) before.bytes = new Uint8Array(grown);
      return before;
    }
    if (this.#windows.length < WINDOWS) {
      const window = { bytes: new Uint8Array(smallest), base: 0, filled: 0, usedAt: 0 };
      this.#windows.push(window);
      return window;
    }
    const oldest = this.#windows.reduce((one, other) => (other.usedAt < one.usedAt ? other : one));
    if (oldest.bytes.byteLength > smallest) oldest.bytes = new Uint8Array(smallest);
    return oldest;
  }

  #use(window: Window): void {
    this.#clock += 1;
    window.usedAt = this.#clock;
    this.#latest = window;
  }
}
