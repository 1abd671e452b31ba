/**
 * What time it is at each place of the log. Sentences with a date set the clock; those with only a time of day move it to
 * the nearest such time, over midnight if need be; all others leave it. Before the first date, times of day are taken to
 * be near to the first date that the beginning of the log says, and count from 1970-01-01 where it says none.
 */
import { DAY_NS, type SaidTime } from './sentence-times.ts';

export class SentenceClock {
  /** Nanoseconds since 1970. */
  nowNs = 0n;
  #isSet = false;

  /** Sets the clock for the beginning of the log: to the first time of day, on a day told by the first date. */
  begin(firstTime: SaidTime, firstDated: SaidTime | undefined): void {
    if (firstDated?.dayNs !== undefined) this.see(firstDated);
    this.see(firstTime);
  }

  see({ timeOfDayNs, dayNs }: SaidTime): void {
    this.nowNs = dayNs === undefined ? this.#nearest(timeOfDayNs) : dayNs + timeOfDayNs;
    this.#isSet = true;
  }

  #nearest(timeOfDayNs: bigint): bigint {
    const time = this.nowNs - (this.nowNs % DAY_NS) + timeOfDayNs;
    if (!this.#isSet) return time;
    if (this.nowNs - time > DAY_NS / 2n) return time + DAY_NS;
    return time - this.nowNs > DAY_NS / 2n && time >= DAY_NS ? time - DAY_NS : time;
  }
}
