/**
 * Room for the texts of one batch as UTF-8. It is used again for the next batch, so slices end with their batch. What is
 * given out are no Buffers, for a Buffer's `slice` does not copy.
 */
import { bytesFromUtf8, KIB } from '@pitlane/base/bytes';

const SLAB_BYTES = 256 * KIB;
/** A UTF-16 unit takes at most three bytes. */
const BYTES_PER_UNIT_MAX = 3;

export class Slabs {
  readonly #slabs = [Buffer.allocUnsafeSlow(SLAB_BYTES)];
  #slab = this.#slabs[0] as Buffer;
  #index = 0;
  #used = 0;

  /** The bytes of `text`. */
  put(text: string): Uint8Array {
    const room = text.length * BYTES_PER_UNIT_MAX;
    // Rare and large: not kept for later.
    if (room > SLAB_BYTES) return bytesFromUtf8(text);
    if (this.#used + room > SLAB_BYTES) this.#open(this.#index + 1);
    const start = this.#used;
    this.#used += this.#slab.write(text, start);
    return new Uint8Array(this.#slab.buffer, this.#slab.byteOffset + start, this.#used - start);
  }

  /** Begins the next batch. */
  reset(): void {
    this.#open(0);
  }

  #open(index: number): void {
    this.#slab = this.#slabs[index] ??= Buffer.allocUnsafeSlow(SLAB_BYTES);
    this.#index = index;
    this.#used = 0;
  }
}
