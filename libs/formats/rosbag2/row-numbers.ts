/**
 * The row numbers of messages that were given, as a bitmap in pieces: a bag numbers its rows one by one, so a piece of
 * 4 KiB holds 32,768 of them. It only answers the question whether a row found in a stray page was read already.
 */
const BITS = 32_768;
const PIECES_MAX = 16_384;

export class RowNumbers {
  /** False once there were more pieces than are kept: then nothing can be said to be new. */
  isComplete = true;
  readonly #pieces = new Map<number, Uint8Array>();
  #latest: Uint8Array = new Uint8Array(0);
  #latestKey = Number.NaN;

  add(rowid: number): void {
    const key = Math.floor(rowid / BITS);
    if (key !== this.#latestKey && !this.#turnTo(key)) return;
    const bit = rowid - key * BITS;
    this.#latest[bit >>> 3] = (this.#latest[bit >>> 3] as number) | (1 << (bit & 7));
  }

  has(rowid: number): boolean {
    const key = Math.floor(rowid / BITS);
    const bit = rowid - key * BITS;
    return (((this.#pieces.get(key)?.[bit >>> 3] ?? 0) >> (bit & 7)) & 1) === 1;
  }

  #turnTo(key: number): boolean {
    let piece = this.#pieces.get(key);
    if (piece === undefined) {
      if (this.#pieces.size >= PIECES_MAX) {
        this.isComplete = false;
        return false;
      }
      piece = new Uint8Array(BITS / 8);
      this.#pieces.set(key, piece);
    }
    this.#latest = piece;
    this.#latestKey = key;
    return true;
  }
}
