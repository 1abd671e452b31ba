/**
 * A bounded sample of measurements, each a log time and what another clock said then: every one at first, then every
 * second, every fourth, so that they stay spread over the whole recording. Which are kept follows from their order alone.
 */

import { medianOf } from './fit-line.ts';

/** Enough for a median of slopes, and few enough for all pairs of them. */
export const PAIRS_MAX = 128;

export interface Pair {
  readonly logNs: bigint;
  /** The other clock's time less the log time. */
  readonly offsetNs: bigint;
}

export class SampledPairs {
  readonly #max: number;
  #pairs: Pair[] = [];
  #every = 1;
  #seen = 0;

  constructor(max = PAIRS_MAX) {
    this.#max = max;
  }

  /** Whether the next measurement will be kept, so that others need not be read. */
  get wantsNext(): boolean {
    return this.#seen % this.#every === 0;
  }

  /** Measurements that came by. */
  get seen(): number {
    return this.#seen;
  }

  get pairs(): readonly Pair[] {
    return this.#pairs;
  }

  /** Log time from one measurement to the next: a median, so that pauses do not count. 0 below two of them. */
  get periodNs(): number {
    const apartNs = this.#pairs.slice(1).map(({ logNs }, i) => Number(logNs - (this.#pairs[i] as Pair).logNs));
    return apartNs.length === 0 ? 0 : medianOf(apartNs) / this.#every;
  }

  skip(): void {
    this.#seen += 1;
  }

  add(pair: Pair): void {
    if (this.wantsNext) {
      this.#pairs.push(pair);
      this.#thin();
    }
    this.#seen += 1;
  }

  /** All of another sample's measurements behind those of this one. */
  addAll({ pairs, seen }: SampledPairs): void {
    this.#pairs.push(...pairs);
    this.#thin();
    this.#seen += seen;
  }

  #thin(): void {
    while (this.#pairs.length > this.#max) {
      this.#pairs = this.#pairs.filter((_, i) => i % 2 === 0);
      this.#every *= 2;
    }
  }
}
