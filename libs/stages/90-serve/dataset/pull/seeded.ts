/** Numbers that follow from a text alone, the same on every machine: what an epoch's order is drawn from. */
import { createHash } from 'node:crypto';

/** sfc32 (Chris Doty-Humphrey, PractRand), begun from a SHA-256 of the text. */
export class Seeded {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(text: string) {
    const seed = createHash('sha256').update(text).digest();
    this.#a = seed.readInt32LE(0);
    this.#b = seed.readInt32LE(4);
    this.#c = seed.readInt32LE(8);
    this.#counter = seed.readInt32LE(12);
  }

  /** A whole number in [0, n), each as likely as another; n is at most 2^32. */
  below(n: number): number {
    const fair = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const drawn = this.#next();
      if (drawn < fair) return drawn % n;
    }
  }

  /** The numbers from 0 to below n in an order drawn from here. */
  shuffled(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i -= 1) {
      const j = this.below(i + 1);
      const kept = order[i] as number;
      order[i] = order[j] as number;
      order[j] = kept;
    }
    return order;
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }
}
