/**
 * A sliding view of the recording: one buffer of about 4 MiB that follows the reader, and grows only while one record
 * needs more. Slices of it are valid until the next `load`.
 */
import { MIB } from '@pitlane/base/bytes';
import type { ByteSource } from '../recording/index.ts';

const BLOCK_BYTES = 4 * MIB;

export class ByteWindow {
  /** Shrinks if the file turns out to be shorter than it was said to be. */
  sizeBytes: number;
  bytes = new Uint8Array(0);
  /** Offset in the file of `bytes[0]`. */
  base = 0;
  filled = 0;
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
    this.sizeBytes = source.sizeBytes;
  }

  /** End in the file of what is in view. */
  get end(): number {
    return this.base + this.filled;
  }

  /** Whether `[offset, offset + bytes)` is in view, as far as the file goes. */
  holds(offset: number, bytes: number): boolean {
    return offset >= this.base && Math.min(offset + bytes, this.sizeBytes) <= this.end;
  }

  /** Moves the view to start at `offset` and to hold at least `needBytes`, as far as the file goes. */
  async load(offset: number, needBytes: number): Promise<void> {
    const wanted = Math.min(Math.max(needBytes, BLOCK_BYTES), this.sizeBytes - offset);
    const keptFrom = offset - this.base;
    const kept = keptFrom >= 0 && keptFrom < this.filled ? this.filled - keptFrom : 0;
    if (this.bytes.byteLength < wanted || this.bytes.byteLength > 4 * Math.max(wanted, BLOCK_BYTES)) {
      const larger = new Uint8Array(wanted);
      larger.set(this.bytes.subarray(keptFrom, keptFrom + Math.min(kept, wanted)));
      this.bytes = larger;
    } else if (kept > 0) {
      this.bytes.copyWithin(0, keptFrom, keptFrom + kept);
    }
    this.base = offset;
    this.filled = Math.min(kept, wanted);
    if (this.filled >= wanted) return;
    this.filled += await this.#source.read(this.end, this.bytes.subarray(this.filled, wanted));
    if (this.filled < wanted) this.sizeBytes = this.end;
  }

  /** A copy of up to `bytes` bytes from `offset` on, leaving the view where it is. */
  async peekCopy(offset: number, bytes: number): Promise<Uint8Array> {
    const copy = new Uint8Array(Math.max(0, Math.min(bytes, this.sizeBytes - offset)));
    return copy.subarray(0, await this.#source.read(offset, copy));
  }
}
