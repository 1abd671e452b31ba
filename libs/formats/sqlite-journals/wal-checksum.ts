/**
 * The checksum of a write-ahead log: two sums over pairs of 32-bit words, going on from frame to frame, so that a frame
 * is believed only if all before it are.
 */
export class WalChecksum {
  first = 0;
  second = 0;
  readonly #isBigEndian: boolean;

  constructor(isBigEndian: boolean) {
    this.#isBigEndian = isBigEndian;
  }

  /** Takes in the bytes [start, end), a multiple of 8. */
  add(view: DataView, start: number, end: number): void {
    const isLittle = !this.#isBigEndian;
    let first = this.first;
    let second = this.second;
    for (let at = start; at < end; at += 8) {
      first = (first + view.getUint32(at, isLittle) + second) >>> 0;
      second = (second + view.getUint32(at + 4, isLittle) + first) >>> 0;
    }
    this.first = first;
    this.second = second;
  }

  /** Whether it is what stands at `at`, which is big-endian in any log. */
  isAt(view: DataView, at: number): boolean {
    return view.getUint32(at) === this.first && view.getUint32(at + 4) === this.second;
  }
}
