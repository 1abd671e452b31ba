/**
 * Sensors whose stamps run on another clock than those of the others: of each topic the median of stamp minus log time (put
 * right by the overlay) in one stretch of the recording, compared with the middle of all topics. What all have in common is no skew between them.
 */
import type { ClockSkew } from '@pitlane/contracts/clock';
import { medianOf } from './fit-line.ts';
import { SampledPairs } from './sampled-pairs.ts';
import { secondsText } from './clock-text.ts';

/** Of one topic a median and its scatter need no more. */
const PAIRS_MAX = 32;
const PAIRS_MIN = 8;
/** Of more topics no stamps are read: the facts of each cost memory. */
export const TOPICS_MAX = 256;
const SKEWS_MAX = 32;
/** Sensors answer late by their exposure and their bus; from here on something is set wrong. */
const SKEW_TOLD_NS = 100e6;
/** A skew has to stand out of the topic's own scatter. */
const STANDS_OUT = 4;
/** A sweep or an exposure that is stamped at its beginning is logged a period later, and a bit for its way. */
const OWN_LATENCY_PERIODS = 1.5;
/** Stamps that all lie so far from log time are of another clock altogether. */
const APART_NS = 1e9;

export class TopicStamps {
  readonly topic: string;
  #stretch = -1;
  #sample = new SampledPairs(PAIRS_MAX);
  #longest: { readonly stretch: number; readonly sample: SampledPairs } | undefined;

  constructor(topic: string) {
    this.topic = topic;
  }

  wantsNext(stretch: number): boolean {
    if (stretch !== this.#stretch) {
      this.#longest = this.longest;
      this.#stretch = stretch;
      this.#sample = new SampledPairs(PAIRS_MAX);
    }
    if (this.#sample.wantsNext) return true;
    this.#sample.skip();
    return false;
  }

  add(logNs: bigint, offsetNs: bigint): void {
    this.#sample.add({ logNs, offsetNs });
  }

  /** The stretch with most stamps. */
  get longest(): { readonly stretch: number; readonly sample: SampledPairs } | undefined {
    if (this.#sample.pairs.length === 0) return this.#longest;
    const isLonger = this.#longest === undefined || this.#sample.seen > this.#longest.sample.seen;
    return isLonger ? { stretch: this.#stretch, sample: this.#sample } : this.#longest;
  }
}

interface TopicOffset {
  readonly topic: string;
  readonly offsetNs: number;
  readonly spreadNs: number;
  readonly pairs: number;
  /** Of its messages, in log time. */
  readonly periodNs: number;
}

/** @param addedNs what queries by UTC add to log times of a stretch, by its number */
export function skewsOf(
  topics: readonly TopicStamps[],
  addedNs: (stretch: number) => bigint,
): { skews: ClockSkew[]; notes: string[] } {
  const offsets = offsetsInOneStretch(topics, addedNs);
  const middleNs = middleOf(offsets.map(({ offsetNs }) => offsetNs));
  const skews = offsets
    .filter(({ offsetNs, spreadNs }) => Math.abs(offsetNs - middleNs) > Math.max(SKEW_TOLD_NS, STANDS_OUT * spreadNs))
    .sort((a, b) => Math.abs(b.offsetNs - middleNs) - Math.abs(a.offsetNs - middleNs) || (a.topic < b.topic ? -1 : 1));
  const isApart = offsets.length > skews.length && Math.abs(middleNs) > APART_NS;
  return {
    skews: skews.slice(0, SKEWS_MAX).map((skew) => skewFrom(skew, offsets.length, middleNs)),
    notes: isApart
      ? [`the sensors' stamps are on another clock than the log's times: ${secondsText(middleNs)} from them`]
      : [],
  };
}

function skewFrom(skew: TopicOffset, topics: number, middleNs: number): ClockSkew {
  const { topic, offsetNs, spreadNs, pairs } = skew;
  const against = topics > 1 ? `, and those of the other topics ${secondsText(middleNs)}` : '';
  return {
    topic,
    offsetNs: String(Math.round(offsetNs)),
    spreadNs: String(Math.round(spreadNs)),
    pairs,
    text: `stamps of ${topic} are ${secondsText(offsetNs)} from the time of the log${against}: ${causeText(skew)}`,
  };
}

/** Late by up to about a period is what sensors are by themselves; only more needs a clock that is wrong. */
function causeText({ offsetNs, periodNs }: TopicOffset): string {
  const isOwnLatency = offsetNs < 0 && -offsetNs < Math.min(APART_NS, OWN_LATENCY_PERIODS * periodNs);
  if (!isOwnLatency) return "its sensor's clock is set otherwise";
  const period = secondsText(periodNs).replace('+', '');
  return `that is within about a period of it (${period}), as its sensor's latency is, or a sweep or an exposure that is stamped at its beginning`;
}

/** In the stretch in which most topics have most of their stamps. */
function offsetsInOneStretch(topics: readonly TopicStamps[], addedNs: (stretch: number) => bigint): TopicOffset[] {
  const longest = topics.flatMap(({ topic, longest: found }) =>
    found && found.sample.pairs.length >= PAIRS_MIN ? [{ topic, ...found }] : [],
  );
  const counts = new Map<number, number>();
  for (const { stretch } of longest) counts.set(stretch, (counts.get(stretch) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const stretch = [...counts].find(([, count]) => count === most)?.[0];
  return longest
    .filter((one) => one.stretch === stretch)
    .map(({ topic, sample, stretch: of }) => {
      const values = sample.pairs.map(({ offsetNs }) => Number(offsetNs - addedNs(of)));
      const offsetNs = medianOf(values);
      const spreadNs = medianOf(values.map((value) => Math.abs(value - offsetNs)));
      return { topic, offsetNs, spreadNs, pairs: sample.seen, periodNs: sample.periodNs };
    });
}

/** Of an even number the one of the two in the middle that is nearer to log time; log time itself for a single topic. */
function middleOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  const middles = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0] as const;
  return Math.abs(middles[0]) <= Math.abs(middles[1]) ? middles[0] : middles[1];
}
