/**
 * A sliding view of the recording: one buffer of about 1 MiB that follows the reader. Slices of it are valid until the
 * next `load`.
 */
import { MIB } from '@pitlane/base/bytes';
import type { ByteSource } from '../recording/index.ts';

const BLOCK_BYTES = MIB;

export class ByteWindow {
  /** Shrinks if the file turns out to be shorter than it was said to be. */
  sizeBytes: number;
  readonly bytes: Uint8Array;
  /** Offset in the file of `bytes[0]`. */
  base = 0;
  filled = 0;
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
    this.sizeBytes = source.sizeBytes;
    this.bytes = new Uint8Array(Math.min(BLOCK_BYTES, source.sizeBytes));
  }

  /** End in the file of what is in view. */
  get end(): number {
    return this.base + this.filled;
  }

  /** Whether `[offset, offset + bytes)` is in view, as far as the file goes. */
  holds(offset: number, bytes: number): boolean {
    return offset >= this.base && Math.min(offset + bytes, this.sizeBytes) <= this.end;
  }

  /** Moves the view forward to start at `offset`, which is in view or at its end. */
  async load(offset: number): Promise<void> {
    const kept = this.end - offset;
    this.bytes.copyWithin(0, offset - this.base, this.filled);
    this.base = offset;
    this.filled = kept;
    const wanted = Math.min(this.bytes.byteLength, this.sizeBytes - offset);
    this.filled += await this.#source.read(this.end, this.bytes.subarray(kept, wanted));
    if (this.filled < wanted) this.sizeBytes = this.end;
  }
}
