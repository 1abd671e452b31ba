/** How fast something goes, and how long the rest takes at that: measured from when it was first looked at. */
import { textFromBytes, textFromSeconds } from '@pitlane/base/units';

/** A rate over a shorter time says nothing. */
const RATE_AFTER_MS = 500;

export class Pace {
  readonly #nowMs: () => number;
  readonly #rateText: (perSecond: number) => string;
  #first: { readonly done: number; readonly atMs: number } | undefined;
  #newest = { done: 0, atMs: 0 };

  constructor(rateText: (perSecond: number) => string, nowMs: () => number = () => performance.now()) {
    this.#rateText = rateText;
    this.#nowMs = nowMs;
  }

  /** `24 %`, `48 objects/s`, `8.0 s left`: what is known of them. @param total undefined where nobody knows it. */
  facts(done: number, total?: number): string[] {
    const rate = this.#rate(done);
    const facts: string[] = [];
    if (total !== undefined && total > 0) facts.push(`${Math.floor((100 * Math.min(done, total)) / total)} %`);
    if (rate > 0) facts.push(this.#rateText(rate));
    if (rate > 0 && total !== undefined && total > done) facts.push(`${textFromSeconds((total - done) / rate)} left`);
    return facts;
  }

  /** A second. What goes back has begun anew. */
  #rate(done: number): number {
    const atMs = this.#nowMs();
    if (!this.#first || done < this.#newest.done) {
      this.#first = { done, atMs };
      this.#newest = { done, atMs };
      return 0;
    }
    if (done > this.#newest.done) this.#newest = { done, atMs };
    const spanMs = this.#newest.atMs - this.#first.atMs;
    return spanMs >= RATE_AFTER_MS ? ((this.#newest.done - this.#first.done) * 1000) / spanMs : 0;
  }
}

export const bytesASecond = (perSecond: number): string => `${textFromBytes(Math.round(perSecond))}/s`;

/** `48 objects/s`, `0.3 objects/s`. */
export const stepsASecond =
  (one: string, many = `${one}s`) =>
  (perSecond: number): string =>
    `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} ${many}/s`;
