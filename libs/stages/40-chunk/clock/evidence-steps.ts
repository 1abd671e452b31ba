/**
 * Finds steps that the order of log times does not show: the log's clock was set ahead, and only the other clock, which
 * was not, tells. Several measurements in a row have to agree on the new offset.
 */
import type { MeasuredSource } from './stretch-evidence.ts';

/** Receivers answer late by some tenths of a second: less than this is no step. */
export const EVIDENCE_STEP_NS = 1e9;
const AGREEING_MIN = 3;

export interface Measurement {
  readonly source: MeasuredSource;
  readonly logNs: bigint;
  readonly offsetNs: bigint;
  readonly sourceOffset: number;
}

/** `kept`: it continues. `held`: it may begin something. `outvoted`: what came before was wrong. A step: since when. */
export type Weighed = 'kept' | 'held' | 'outvoted' | { readonly since: readonly Measurement[] };

const RANK: Readonly<Record<MeasuredSource, number>> = { gnss: 0, reference: 1, fix: 2, header: 3, publish: 4 };

export class EvidenceSteps {
  #leading: MeasuredSource | undefined;
  #lastNs = 0;
  #kept = 0;
  #held: Measurement[] = [];

  /** A new stretch: nothing is known of its offset. */
  restart(): void {
    this.#kept = 0;
    this.#held = [];
  }

  weigh(measurement: Measurement): Weighed {
    const { source, offsetNs } = measurement;
    if (this.#leading === undefined || RANK[source] < RANK[this.#leading]) {
      this.#leading = source;
      this.restart();
    }
    if (source !== this.#leading) return 'kept';
    const atNs = Number(offsetNs);
    if (this.#kept === 0 || Math.abs(atNs - this.#lastNs) <= EVIDENCE_STEP_NS) {
      this.#lastNs = atNs;
      this.#kept += 1;
      this.#held = [];
      return 'kept';
    }
    const [first] = this.#held;
    if (first && Math.abs(atNs - Number(first.offsetNs)) > EVIDENCE_STEP_NS) this.#held = [];
    this.#held.push(measurement);
    if (this.#held.length < AGREEING_MIN) return 'held';
    const since = this.#held;
    const isOutvoted = this.#kept < AGREEING_MIN;
    this.#lastNs = atNs;
    this.#kept = since.length;
    this.#held = [];
    return isOutvoted ? 'outvoted' : { since };
  }
}
