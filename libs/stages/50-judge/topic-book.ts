/**
 * What was seen of the topics of one recording, or of a whole drive: times, rates and content of each, in bounded memory.
 * Times are numbers of nanoseconds from a base near the first message, exact within 100 days of it; a vehicle's clock that
 * jumps by years is the clock's fault, and its gaps need no more.
 */
import { NS_PER_S } from '@pitlane/base/time';
import type { ContentKind } from '@pitlane/contracts/verdict';
import { CoveredRuns } from './covered-runs.ts';
import { IntervalCounts } from './interval-counts.ts';
import { RateSpans } from './rate-spans.ts';
import { Stretches } from './stretches.ts';

/** Topics followed in one recording or drive; a car has a few hundred at most. What is beyond is counted. */
export const TOPICS_MAX = 1000;
/** Longer names are not followed: evidence is kept in the garage's journal. */
const NAME_CHARACTERS_MAX = 1000;
/** No silence shorter than this is ever a gap, whatever a profile asks for. */
export const SHORTEST_SILENCE_NS = 10_000_000;
/** Less than this of one picture, or without a fix, is nothing that a technician can do something about. */
const STRETCH_NS_MIN = 1_000_000_000;
const STRETCH_MESSAGES_MIN = 3;
/** Spans of rates keep to the base when they grow up to this. */
const BASE_STEP_S = 65_536n;

export class TopicSeen {
  readonly topic: string;
  readonly schemaName: string;
  /** Undefined once a part of it was not counted. */
  messages: number | undefined = 0;
  firstNs: number | undefined;
  lastNs: number | undefined;
  readonly runs = new CoveredRuns(SHORTEST_SILENCE_NS);
  readonly intervals = new IntervalCounts();
  readonly rates = new RateSpans();
  readonly content = new Map<ContentKind, Stretches>();
  contentJudged = 0;
  /** Every message's time was seen. */
  isExact = true;
  #beforeNs: number | undefined;

  constructor(topic: string, schemaName: string) {
    this.topic = topic;
    this.schemaName = schemaName;
  }

  /** One message, in any order; intervals are of those that come one after another. */
  at(timeNs: number): void {
    this.reaches(timeNs, timeNs);
    this.runs.cover(timeNs, timeNs);
    this.rates.add(timeNs / 1e9);
    if (this.#beforeNs !== undefined) this.intervals.add(timeNs - this.#beforeNs);
    this.#beforeNs = timeNs;
  }

  reaches(startNs: number, endNs: number): void {
    if (this.firstNs === undefined || startNs < this.firstNs) this.firstNs = startNs;
    if (this.lastNs === undefined || endNs > this.lastNs) this.lastNs = endNs;
  }

  stretches(kind: ContentKind): Stretches {
    const known = this.content.get(kind);
    if (known) return known;
    const made = new Stretches(STRETCH_NS_MIN, STRETCH_MESSAGES_MIN);
    this.content.set(kind, made);
    return made;
  }
}

export class TopicBook {
  readonly #topics = new Map<string, TopicSeen>();
  #baseNs: bigint | undefined;
  #baseHigh = 0;
  #baseLow = 0;
  topicsLeftOut = 0;

  /** Where its times count from; 0 before the first. */
  get baseNs(): bigint {
    return this.#baseNs ?? 0n;
  }

  get topics(): Iterable<TopicSeen> {
    return this.#topics.values();
  }

  get size(): number {
    return this.#topics.size;
  }

  get(topic: string): TopicSeen | undefined {
    return this.#topics.get(topic);
  }

  /** The topic's entry, made where it is new; undefined where there are too many. */
  topic(topic: string, schemaName: string): TopicSeen | undefined {
    const known = this.#topics.get(topic);
    if (known) return known;
    if (this.#topics.size >= TOPICS_MAX || topic.length + schemaName.length > NAME_CHARACTERS_MAX) {
      this.topicsLeftOut += 1;
      return undefined;
    }
    const seen = new TopicSeen(topic, schemaName);
    this.#topics.set(topic, seen);
    return seen;
  }

  /** The first time that is asked for sets the base. */
  fromBase(timeNs: bigint): number {
    return Number(timeNs - (this.#baseNs ?? this.#setBase(timeNs)));
  }

  /** The same of a time in two halves of 32 bits. */
  halvesFromBase(highNs: number, lowNs: number): number {
    if (this.#baseNs === undefined) this.#setBase((BigInt(highNs) << 32n) + BigInt(lowNs));
    return (highNs - this.#baseHigh) * 2 ** 32 + (lowNs - this.#baseLow);
  }

  #setBase(timeNs: bigint): bigint {
    this.#baseNs = timeNs - (timeNs % (BASE_STEP_S * NS_PER_S));
    this.#baseHigh = Number(this.#baseNs >> 32n);
    this.#baseLow = Number(this.#baseNs & 0xffff_ffffn);
    return this.#baseNs;
  }

  timeNs(fromBase: number): bigint {
    const timeNs = this.baseNs + BigInt(Math.round(fromBase));
    return timeNs < 0n ? 0n : timeNs;
  }
}
