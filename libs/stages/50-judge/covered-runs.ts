/**
 * When a topic was there, as runs without a longer silence, whatever the order in which its times come. Its size is
 * bounded: where the silences between runs become too many, the shorter half of them is forgotten, so that the longest
 * are always known, to the nanosecond. Times are nanoseconds from a base that the caller keeps.
 */

/** Runs held of one topic; of its silences at least half as many are kept. */
export const RUNS_MAX = 256;

export class CoveredRuns {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** What is nearer than this is one run. */
  #silence: number;
  /** Of the silences that were forgotten, here or before they came here, the longest. */
  #forgotten = 0;
  #at = 0;

  /** @param silenceNs silences up to this are none */
  constructor(silenceNs: number) {
    this.#silence = silenceNs;
  }

  /** Silences longer than this are kept, all of them; it grows when they become too many. */
  get silenceNs(): number {
    return Math.max(this.#silence, this.#forgotten);
  }

  /** What is covered from here on has no silences up to this, because whoever gives it forgot them. */
  forgets(silenceNs: number): void {
    this.#forgotten = Math.max(this.#forgotten, silenceNs);
  }

  get length(): number {
    return this.#starts.length;
  }

  startOf(run: number): number {
    return this.#starts[run] as number;
  }

  endOf(run: number): number {
    return this.#ends[run] as number;
  }

  /** Covers [start, end], one message where both are the same. */
  cover(start: number, end: number): void {
    const at = this.#at;
    const runEnd = this.#ends[at];
    // Nearly every message goes on where the one before left off.
    if (runEnd !== undefined && start >= (this.#starts[at] as number) && start <= runEnd + this.#silence) {
      if (end <= runEnd) return;
      this.#ends[at] = end;
      if (at + 1 < this.#starts.length) this.#joinFollowing(at);
      return;
    }
    this.#insert(start, end);
  }

  /** Forgets silences up to `silenceNs`, and the shortest where more than `runsMax` runs are left. */
  coarsen(silenceNs: number, runsMax: number = RUNS_MAX): void {
    if (silenceNs > this.#silence) this.#forget(silenceNs, 0);
    if (this.#starts.length <= runsMax) return;
    const silences = this.#silences().sort((a, b) => b - a);
    const longestForgotten = silences[runsMax - 1] as number;
    // Of equal ones as many stay as there is room for.
    const longer = silences.findIndex((silence) => silence <= longestForgotten);
    this.#forget(longestForgotten, runsMax - 1 - longer);
  }

  #insert(start: number, end: number): void {
    const starts = this.#starts;
    const ends = this.#ends;
    // The first run that could reach it.
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ends[middle] as number) + this.#silence >= start) high = middle;
      else low = middle + 1;
    }
    this.#at = low;
    if (low < starts.length && (starts[low] as number) - this.#silence <= end) {
      if (start < (starts[low] as number)) starts[low] = start;
      if (end > (ends[low] as number)) ends[low] = end;
      this.#joinFollowing(low);
      return;
    }
    starts.splice(low, 0, start);
    ends.splice(low, 0, end);
    if (starts.length > RUNS_MAX) this.coarsen(this.#silence, RUNS_MAX / 2);
  }

  #joinFollowing(at: number): void {
    const [starts, ends] = [this.#starts, this.#ends];
    let next = at + 1;
    while (next < starts.length && (starts[next] as number) - this.#silence <= (ends[at] as number)) {
      if ((ends[next] as number) > (ends[at] as number)) ends[at] = ends[next] as number;
      next += 1;
    }
    starts.splice(at + 1, next - at - 1);
    ends.splice(at + 1, next - at - 1);
  }

  #silences(): number[] {
    return this.#starts.slice(1).map((start, i) => start - (this.#ends[i] as number));
  }

  #forget(silenceNs: number, keptEqual: number): void {
    this.#silence = silenceNs;
    const [starts, ends] = [this.#starts, this.#ends];
    let kept = 0;
    let equal = keptEqual;
    for (let run = 1; run < starts.length; run += 1) {
      const silence = (starts[run] as number) - (ends[kept] as number);
      if (silence > silenceNs || (silence === silenceNs && (equal -= 1) >= 0)) {
        kept += 1;
        starts[kept] = starts[run] as number;
      }
      ends[kept] = ends[run] as number;
    }
    starts.length = Math.min(starts.length, kept + 1);
    ends.length = starts.length;
    this.#at = 0;
  }
}
