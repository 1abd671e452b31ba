/**
 * The generator's only source of chance: seeded, small, and made of 32-bit integer steps and exact divisions, so that
 * the same words give the same numbers on every machine.
 */

function mix32(value: number): number {
  let word = value | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}

/** One well-mixed word from any number of integers; the order matters. */
export function hash32(...words: readonly number[]): number {
  let state = 0x9e3779b9;
  for (const word of words) {
    state = mix32((state ^ mix32(word | 0)) + 0x9e3779b9);
    // Integers beyond 32 bits still count, so that large seeds do not collapse onto small ones.
    const high = Math.floor(word / 4294967296);
    if (high !== 0 && high !== -1) state = mix32(state ^ high);
  }
  return state;
}

/** A number in [0, 1) that belongs to these integers. */
export const unitOf = (...words: readonly number[]): number => hash32(...words) / 4294967296;

/** FNV-1a, to let a text take part in a seed. */
export function hashText(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return state >>> 0;
}

/** xoshiro128**, seeded from any integers. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(...words: readonly number[]) {
    this.#a = hash32(...words, 1);
    this.#b = hash32(...words, 2);
    this.#c = hash32(...words, 3);
    this.#d = hash32(...words, 4) | 1; // never all zero
  }

  uint32(): number {
    const scrambled = Math.imul(this.#b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }

  /** In [0, 1). */
  unit(): number {
    return this.uint32() / 4294967296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** Close to a normal deviate (a sum of four uniforms): no logarithm, so no rounding that differs between machines. */
  gaussian(sigma: number): number {
    return (this.unit() + this.unit() + this.unit() + this.unit() - 2) * 1.7320508075688772 * sigma;
  }
}

const NOISE_LENGTH = 1 << 18;
let table: Int8Array | undefined;

/** A shared table of normal deviates with sigma 24, for sensors that need one per pixel; readers start at a random place. */
export function noiseTable(): Int8Array {
  if (table) return table;
  const random = new Random(0x6e6f6973);
  table = new Int8Array(NOISE_LENGTH);
  for (let at = 0; at < NOISE_LENGTH; at += 1) table[at] = Math.round(random.gaussian(24));
  return table;
}

export const NOISE_SIGMA = 24;
export const NOISE_MASK = NOISE_LENGTH - 1;
