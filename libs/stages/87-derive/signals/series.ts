/** The samples of one signal while they are collected: at most one in each period, the first that came. */
import type { SignalSeries } from '@pitlane/contracts/derivation';
import { DEFAULT_RATE_HZ, type SignalSource } from '@pitlane/contracts/signals';

const NS_PER_S = 1e9;
/** A window of 60 s at 1000 Hz; a chunk whose times jump about may have more, and is cut here. */
const SAMPLES_MAX = 60_000;

export class Series {
  readonly #periodNs: bigint;
  readonly #timesNs: bigint[] = [];
  readonly #values: (number | string)[] = [];
  #lastPeriod: bigint | undefined;
  /** Samples that did not fit. */
  cut = 0;

  constructor({ rateHz = DEFAULT_RATE_HZ }: SignalSource) {
    this.#periodNs = BigInt(Math.max(1, Math.round(NS_PER_S / rateHz)));
  }

  isDue(timeNs: bigint): boolean {
    return timeNs / this.#periodNs !== this.#lastPeriod;
  }

  add(timeNs: bigint, value: number | string): void {
    this.#lastPeriod = timeNs / this.#periodNs;
    if (this.#timesNs.length >= SAMPLES_MAX) {
      this.cut += 1;
      return;
    }
    this.#timesNs.push(timeNs);
    this.#values.push(value);
  }

  /** In order of time; words where the first is one. Undefined without samples. */
  finish(of: Pick<SignalSeries, 'topic' | 'signal' | 'rank' | 'unit'>): SignalSeries | undefined {
    const isText = typeof this.#values[0] === 'string';
    const order = this.#timesNs.map((_, i) => i).filter((i) => (typeof this.#values[i] === 'string') === isText);
    order.sort((a, b) => {
      const [left, right] = [this.#timesNs[a] as bigint, this.#timesNs[b] as bigint];
      return left < right ? -1 : left > right ? 1 : a - b;
    });
    const [first, last] = [order[0], order.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    const startNs = this.#timesNs[first] as bigint;
    const values = order.map((i) => this.#values[i]);
    return {
      ...of,
      startTime: String(startNs),
      endTime: String(this.#timesNs[last]),
      offsetsNs: order.map((i) => Number((this.#timesNs[i] as bigint) - startNs)),
      values: isText ? [] : (values as number[]),
      texts: isText ? (values as string[]) : [],
    };
  }
}
