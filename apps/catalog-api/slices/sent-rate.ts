/** How quickly slices go out, over the last of them: what their readers take counts, not what could be made. */

/** Older ones fade: so many bytes later what was before weighs a third. */
const MEMORY_BYTES = 1_000_000_000;
/** Of less nothing is told: starting up is most of it. */
const BYTES_MIN = 1_000_000;

export class SentRate {
  #bytes = 0;
  #ms = 0;

  add(bytes: number, ms: number): void {
    const fade = Math.exp(-bytes / MEMORY_BYTES);
    this.#bytes = this.#bytes * fade + bytes;
    this.#ms = this.#ms * fade + ms;
  }

  get bytesPerS(): number | undefined {
    return this.#bytes < BYTES_MIN || this.#ms <= 0 ? undefined : Math.round((this.#bytes / this.#ms) * 1000);
  }
}
