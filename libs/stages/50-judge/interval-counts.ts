/**
 * The intervals between the messages of a topic, counted by length on a logarithmic scale: eight lengths to an octave. From
 * them follow the period, which a few gaps do not move as they move a mean, and whether there is a period at all.
 */

const PER_OCTAVE = 8;
/** Up to 2^63 ns. */
export const BUCKETS = 63 * PER_OCTAVE;
/** With fewer intervals nobody can say that a topic has a period. */
const PERIODIC_INTERVALS_MIN = 20;
/** The middle half of the intervals lies within these shares of the median where a topic is periodic. */
const PERIODIC_SPREAD = { from: 0.6, to: 1.6 } as const;
/** What comes in bursts, as a joystick's words, is silent for a good part of its time and many times over. */
const BURSTS = { silencesMin: 10, heardShareMax: 0.65, silentPeriods: 3 } as const;

export class IntervalCounts {
  // Grown as far as needed: most topics have a few lengths only.
  readonly #counts: number[] = [];
  readonly #sums: number[] = [];
  #total = 0;

  add(intervalNs: number): void {
    if (intervalNs > 0) this.addMany(Math.floor(Math.log2(intervalNs) * PER_OCTAVE), 1, intervalNs);
  }

  addMany(bucket: number, count: number, meanNs: number): void {
    const at = Math.min(BUCKETS - 1, Math.max(0, bucket));
    this.#counts[at] = (this.#counts[at] ?? 0) + count;
    this.#sums[at] = (this.#sums[at] ?? 0) + count * meanNs;
    this.#total += count;
  }

  /** `[bucket, intervals, mean ns]` of each length that occurs. */
  *rows(): Generator<readonly [bucket: number, count: number, meanNs: number]> {
    // A sparse array is walked by its holders alone.
    for (const key of Object.keys(this.#counts)) {
      const at = Number(key);
      const count = this.#counts[at] as number;
      yield [at, count, Math.round((this.#sums[at] as number) / count)];
    }
  }

  /** The median interval, ns; undefined without any. */
  get medianNs(): number | undefined {
    return this.#quantileNs(0.5);
  }

  /** Whether most intervals are about the same, and it does not come in bursts. */
  get isPeriodic(): boolean {
    const [low, middle, high] = [this.#quantileNs(0.25), this.medianNs, this.#quantileNs(0.75)];
    if (this.#total < PERIODIC_INTERVALS_MIN || low === undefined || middle === undefined || high === undefined)
      return false;
    const isSteady = low >= middle * PERIODIC_SPREAD.from && high <= middle * PERIODIC_SPREAD.to;
    return isSteady && !this.#comesInBursts(middle * BURSTS.silentPeriods);
  }

  #comesInBursts(silenceNs: number): boolean {
    let [silences, silentNs, heardNs] = [0, 0, 0];
    for (const [, count, meanNs] of this.rows()) {
      if (meanNs > silenceNs) {
        silences += count;
        silentNs += count * meanNs;
      } else heardNs += count * meanNs;
    }
    return silences >= BURSTS.silencesMin && heardNs <= (heardNs + silentNs) * BURSTS.heardShareMax;
  }

  /** About how many intervals are longer than this. */
  longerThan(intervalNs: number): number {
    let longer = 0;
    for (const [, count, meanNs] of this.rows()) if (meanNs > intervalNs) longer += count;
    return longer;
  }

  #quantileNs(share: number): number | undefined {
    let before = 0;
    for (const [, count, meanNs] of this.rows()) {
      before += count;
      if (before >= this.#total * share) return meanNs;
    }
    return undefined;
  }
}
