/** A view of the file in one buffer of fixed size, moved forward by whoever reads. */
import type { ByteSource } from '../recording/index.ts';

export class FileWindow {
  /** Shrinks if the file turns out to be shorter than it was said to be. */
  fileEnd: number;
  readonly bytes: Uint8Array;
  /** Offset in the file of `bytes[0]`. */
  base = 0;
  filled = 0;
  readonly #source: ByteSource;

  constructor(source: ByteSource, roomBytes: number) {
    this.#source = source;
    this.fileEnd = source.sizeBytes;
    this.bytes = new Uint8Array(Math.min(roomBytes, source.sizeBytes));
  }

  /** End in the file of what is in view. */
  get end(): number {
    return this.base + this.filled;
  }

  /** Moves the view to start at `offset`, if it does not hold `[offset, offset + bytes)` as far as the file goes. */
  async hold(offset: number, bytes: number): Promise<void> {
    if (offset >= this.base && Math.min(offset + bytes, this.fileEnd) <= this.end) return;
    const kept = offset >= this.base ? Math.max(0, this.end - offset) : 0;
    if (kept > 0) this.bytes.copyWithin(0, offset - this.base, this.filled);
    this.base = offset;
    this.filled = kept;
    const wanted = Math.min(this.bytes.byteLength, this.fileEnd - offset);
    if (wanted <= kept) return;
    this.filled += await this.#source.read(this.end, this.bytes.subarray(kept, wanted));
    if (this.filled < wanted) this.fileEnd = this.end;
  }

  /** `[from, end)` of the file, which is in view, without a copy. */
  slice(from: number, end: number): Uint8Array {
    return this.bytes.subarray(from - this.base, end - this.base);
  }
}
