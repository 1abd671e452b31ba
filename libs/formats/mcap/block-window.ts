/** A moving window over a file: read in blocks, each byte once, grown only for a record that does not fit. */
import type { ByteSource } from '../recording/index.ts';

export const BLOCK_BYTES = 4 * 1024 * 1024;

/** A window that a huge record has grown is given back once it is larger than this. */
const KEEP_BYTES_MAX = 8 * BLOCK_BYTES;

export class BlockWindow {
  /** The bytes from file offset `start` to `end`; whatever lies behind them in the array means nothing. */
  bytes: Uint8Array;
  view: DataView;
  start = 0;
  end = 0;
  /** Where the file ends: what it was said to hold, or less when reading met the end before. */
  fileEnd: number;
  readonly #source: ByteSource;
  readonly #blockBytes: number;

  constructor(source: ByteSource, blockBytes: number = BLOCK_BYTES) {
    this.#source = source;
    this.fileEnd = source.sizeBytes;
    this.#blockBytes = blockBytes;
    const firstBytes = Math.max(64, Math.min(blockBytes, source.sizeBytes));
    this.bytes = new Uint8Array(firstBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  holds(offset: number, bytes: number): boolean {
    return offset >= this.start && offset + bytes <= this.end;
  }

  /**
   * Moves the window so that it begins at `offset` and holds at least `bytes` from there, or all up to the end of the
   * file. Slices given out before are overwritten: the caller has passed them on and was asked for more.
   */
  async moveTo(offset: number, bytes: number): Promise<void> {
    if (this.holds(offset, Math.min(bytes, this.fileEnd - offset))) return;
    const kept =
      offset >= this.start && offset < this.end
        ? this.bytes.subarray(offset - this.start, this.end - this.start)
        : undefined;
    const keptBytes = kept?.byteLength ?? 0;
    const capacity = this.#capacityFor(Math.min(bytes, this.fileEnd - offset));
    if (capacity === this.bytes.byteLength) {
      if (kept) this.bytes.copyWithin(0, kept.byteOffset, kept.byteOffset + keptBytes);
    } else {
      const grown = new Uint8Array(capacity);
      if (kept) grown.set(kept);
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    this.start = offset;
    this.end = offset + keptBytes;
    const wanted = Math.min(capacity - keptBytes, this.fileEnd - this.end);
    if (wanted <= 0) return;
    const got = await this.#source.read(this.end, this.bytes.subarray(keptBytes, keptBytes + wanted));
    this.end += got;
    if (got < wanted) this.fileEnd = this.end;
  }

  /** A few bytes from anywhere, without moving the window; fewer at the end of the file. */
  async peek(offset: number, bytes: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(bytes, this.fileEnd - offset));
    if (this.holds(offset, wanted)) return this.bytes.subarray(offset - this.start, offset - this.start + wanted);
    const apart = new Uint8Array(wanted);
    const got = await this.#source.read(offset, apart);
    return apart.subarray(0, got);
  }

  #capacityFor(bytes: number): number {
    const now = this.bytes.byteLength;
    if (bytes <= now && now <= KEEP_BYTES_MAX) return now;
    return Math.ceil(Math.max(bytes, 1) / this.#blockBytes) * this.#blockBytes;
  }
}
