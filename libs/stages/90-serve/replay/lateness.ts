/** How late messages were handed out, as counts in buckets that are 2 % wide: any number of messages, little memory. */
const FIRST_MS = 0.01;
const WIDTH = Math.log(1.02);

export class Lateness {
  readonly #buckets: number[] = [];
  #count = 0;
  maxMs = 0;

  add(lateMs: number): void {
    const bucket = lateMs <= FIRST_MS ? 0 : Math.ceil(Math.log(lateMs / FIRST_MS) / WIDTH);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count += 1;
    if (lateMs > this.maxMs) this.maxMs = lateMs;
  }

  /** The lateness that `share` of the messages do not exceed, at most 2 % too high; 0 without any. */
  quantileMs(share: number): number {
    const rank = Math.ceil(share * this.#count);
    let seen = 0;
    for (const bucket of this.#buckets.keys()) {
      seen += this.#buckets[bucket] ?? 0;
      if (seen >= rank && seen > 0) return bucket === 0 ? 0 : Math.min(this.maxMs, FIRST_MS * Math.exp(bucket * WIDTH));
    }
    return 0;
  }
}
