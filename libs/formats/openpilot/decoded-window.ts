/**
 * The part of the decompressed stream that is not read yet, in one buffer, and where in the file it came from. Slices of it are
 * valid until the next `append`.
 */
import type { Stretch } from '../compressed/index.ts';

/** How much larger the buffer is made when an event does not fit. */
const GROWTH = 1.5;

interface Origin {
  /** End of the stretch in the stream. */
  readonly end: number;
  readonly fileFrom: number;
  readonly fileEnd: number;
}

export class DecodedWindow {
  bytes = new Uint8Array(0);
  filled = 0;
  /** Offset in the stream of `bytes[0]`. */
  base = 0;
  /** In a file that is not compressed, an offset in the stream is the offset in the file. */
  readonly isPlain: boolean;
  #origins: Origin[] = [];

  constructor(isPlain: boolean) {
    this.isPlain = isPlain;
  }

  /** End in the stream of what is in view. */
  get end(): number {
    return this.base + this.filled;
  }

  /** Takes what comes next, and lets go of what lies before `keepFrom`. */
  append({ bytes, fileFrom, fileEnd }: Stretch, keepFrom: number): void {
    const kept = this.bytes.subarray(keepFrom - this.base, this.filled);
    const needed = kept.byteLength + bytes.byteLength;
    const room = needed > this.bytes.byteLength ? new Uint8Array(Math.ceil(needed * GROWTH)) : this.bytes;
    room.set(kept);
    room.set(bytes, kept.byteLength);
    this.bytes = room;
    this.filled = needed;
    this.base = keepFrom;
    this.#origins = this.#origins.filter(({ end }) => end > keepFrom);
    this.#origins.push({ end: this.end, fileFrom, fileEnd });
  }

  /** `[from, end)` of the stream, which is in view, without a copy. */
  slice(from: number, end: number): Uint8Array {
    return this.bytes.subarray(from - this.base, end - this.base);
  }

  /** Where in the file the byte at `offset` comes from: its own place, or the beginning of the block that holds it. */
  fileFrom(offset: number): number {
    return this.isPlain ? offset : (this.#originOf(offset)?.fileFrom ?? 0);
  }

  /** Behind the byte before `offset`, or behind the block that holds it. */
  fileEnd(offset: number): number {
    return this.isPlain ? offset : (this.#originOf(offset - 1)?.fileEnd ?? 0);
  }

  #originOf(offset: number): Origin | undefined {
    return this.#origins.find(({ end }) => offset < end);
  }
}
