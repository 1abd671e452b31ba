/**
 * Checksums of u-blox frames at any place of one view, each in constant time: sums of sums are kept for every prefix of
 * the view. A file that is full of false beginnings of long frames so costs no more than any other.
 */
import type { BlockView } from '../lines/index.ts';

export class FletcherSums {
  /** At `i`: the sum of the bytes before `i`, and the sum of all those sums up to `i`, both modulo 256. */
  #sums = new Uint8Array(0);
  #sumsOfSums = new Uint8Array(0);
  #filledFrom = -1;
  #filledTo = -1;

  /** Whether the two bytes at `end` are the checksum over `[start, end)`; `end + 2` lies in view. */
  matches(view: BlockView, start: number, end: number): boolean {
    this.#fill(view);
    const before = this.#sums[start] as number;
    const first = ((this.#sums[end] as number) - before) & 0xff;
    const through = (this.#sumsOfSums[end] as number) - (this.#sumsOfSums[start] as number);
    const second = (through - (end - start) * before) & 0xff;
    return view.bytes[end] === first && view.bytes[end + 1] === second;
  }

  #fill({ bytes, start, length }: BlockView): void {
    if (this.#filledFrom === start && this.#filledTo === length) return;
    if (this.#sums.byteLength <= length) {
      this.#sums = new Uint8Array(length + 1);
      this.#sumsOfSums = new Uint8Array(length + 1);
    }
    let sum = 0;
    let sumOfSums = 0;
    this.#sums[0] = 0;
    this.#sumsOfSums[0] = 0;
    for (let i = 0; i < length; i += 1) {
      sum = (sum + (bytes[i] as number)) & 0xff;
      sumOfSums = (sumOfSums + sum) & 0xff;
      this.#sums[i + 1] = sum;
      this.#sumsOfSums[i + 1] = sumOfSums;
    }
    this.#filledFrom = start;
    this.#filledTo = length;
  }
}
