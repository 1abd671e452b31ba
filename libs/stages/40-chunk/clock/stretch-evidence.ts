/** What was measured in one stretch of a recording, by the source of the measurement. */
import type { ClockSource } from '@pitlane/contracts/clock';
import { type Pair, SampledPairs } from './sampled-pairs.ts';
import type { Stretch } from './log-order.ts';

export type MeasuredSource = Extract<ClockSource, 'gnss' | 'reference' | 'fix' | 'header' | 'publish'>;

/** Why a stretch begins where it does. `order`: log time jumped. `evidence`: another clock says that it must have. */
export type Beginning = 'recording' | 'order' | 'evidence';

export class StretchEvidence {
  readonly stretch: Stretch;
  readonly beginning: Beginning;
  readonly #samples = new Map<MeasuredSource, SampledPairs>();

  constructor(stretch: Stretch, beginning: Beginning) {
    this.stretch = stretch;
    this.beginning = beginning;
  }

  sampleOf(source: MeasuredSource): SampledPairs {
    let sample = this.#samples.get(source);
    if (sample === undefined) this.#samples.set(source, (sample = new SampledPairs()));
    return sample;
  }

  add(source: MeasuredSource, pair: Pair): void {
    this.sampleOf(source).add(pair);
  }

  /** Forgets measurements that later ones outvote. */
  forget(source: MeasuredSource): void {
    this.#samples.delete(source);
  }

  has(source: MeasuredSource): boolean {
    return this.#samples.has(source);
  }

  /**
   * This stretch and the next as one.
   * @param believed those whose measurements count
   */
  joinedWith(next: StretchEvidence, believed: readonly StretchEvidence[] = [this, next]): StretchEvidence {
    const { maxNs, lastLogNs, lastSource, messages } = next.stretch;
    const stretch = { ...this.stretch, maxNs, lastLogNs, lastSource, messages: this.stretch.messages + messages };
    const joined = new StretchEvidence(stretch, this.beginning);
    for (const { samples } of believed) {
      for (const [source, sample] of samples) joined.sampleOf(source).addAll(sample);
    }
    return joined;
  }

  get samples(): ReadonlyMap<MeasuredSource, SampledPairs> {
    return this.#samples;
  }
}
