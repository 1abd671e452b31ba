/**
 * Watches the clock of a recording while it is cut: one look at every message, beside the cutting, in bounded memory. What
 * it finds follows from the messages in their order and the time of docking, so that the same recording gives the same.
 */
import { counted } from '@pitlane/base/units';
import { BELIEVED_FROM_NS, CLOCK_VERSION, type ClockFacts } from '@pitlane/contracts/clock';
import { type StampReader, stampReadersOf } from '@pitlane/formats/clock';
import type { Channel, Message, RecordingEvent } from '@pitlane/formats/recording';
import { EvidenceSteps, type Measurement } from './evidence-steps.ts';
import { judged } from './judge.ts';
import { type Belongs, type ChannelOrder, LogOrder, newChannelOrder, STRETCHES_MAX } from './log-order.ts';
import { segmentsFrom } from './segments.ts';
import { skewsOf, TOPICS_MAX, TopicStamps } from './skews.ts';
import { type Beginning, StretchEvidence } from './stretch-evidence.ts';

export interface ClockReport {
  /** Undefined without messages. */
  readonly facts: ClockFacts | undefined;
  readonly notes: readonly string[];
}

interface ChannelState {
  readonly order: ChannelOrder;
  readonly header: StampReader['read'] | undefined;
  readonly evidence: readonly StampReader[];
  readonly stamps: TopicStamps | undefined;
}

/** Compared as doubles, message by message. */
const UNSET_BEFORE_NS = Number(BELIEVED_FROM_NS);
/** Measurements of messages that may begin a new stretch; more than these are not needed to know its offset. */
const UNDECIDED_MAX = 64;

export class ClockObserver {
  readonly #dockedAtNs: bigint | undefined;
  readonly #order = new LogOrder();
  readonly #steps = new EvidenceSteps();
  readonly #stretches: StretchEvidence[] = [];
  readonly #channels: (ChannelState | undefined)[] = [];
  readonly #topics: TopicStamps[] = [];
  #undecided: Measurement[] = [];
  /** Of the stretch that takes messages now. */
  #number = 0;

  /** @param dockedAtMs by the garage's clock; undefined where it is not known */
  constructor(dockedAtMs?: number) {
    this.#dockedAtNs = dockedAtMs === undefined ? undefined : BigInt(Math.round(dockedAtMs)) * 1_000_000n;
  }

  /** The messages' data is borrowed: nothing of it is kept. */
  take(batch: readonly RecordingEvent[]): void {
    for (const event of batch) if (event.kind === 'message') this.#take(event.message);
  }

  finish(): ClockReport {
    if (this.#stretches.length === 0) return { facts: undefined, notes: [] };
    const all = judged(this.#stretches, this.#dockedAtNs);
    const segments = segmentsFrom(all, this.#dockedAtNs);
    const { skews, notes } = skewsOf(this.#topics, (stretch) => {
      const segment = segments[all.findLastIndex(({ evidence }) => evidence.stretch.number <= stretch)];
      return segment?.applied === true ? BigInt(segment.offsetNs ?? 0) : 0n;
    });
    return { facts: { version: CLOCK_VERSION, segments, skews }, notes: [...notes, ...this.#orderNotes()] };
  }

  #orderNotes(): string[] {
    if (this.#stretches.length >= STRETCHES_MAX)
      return [`its times jump about: only the first ${STRETCHES_MAX} steps are told`];
    const { strays } = this.#order;
    return strays > 0 ? [`${counted(strays, 'message')} with log times that fit none around them`] : [];
  }

  #take(message: Message): void {
    const { channel, logTimeNs, sourceOffset } = message;
    const state = this.#channels[channel.index] ?? this.#open(channel);
    const atNs = Number(logTimeNs);
    const belongs = this.#order.take(state.order, atNs, logTimeNs, sourceOffset);
    if (this.#order.stretches.length > this.#stretches.length) this.#enter('order');
    if (belongs === 'nowhere') return;
    if (state.evidence.length > 0) this.#measure(message, state, belongs);
    if (belongs !== 'here') return;
    if (this.#undecided.length > 0 && !this.#order.isUndecided) this.#undecided = [];
    const isUnset = atNs < UNSET_BEFORE_NS;
    if (isUnset) this.#takePublishTime(message);
    if (state.stamps?.wantsNext(this.#number) === true) this.#takeStamp(message, state, isUnset);
  }

  #measure({ logTimeNs, sourceOffset, data }: Message, state: ChannelState, belongs: Belongs): void {
    for (const { source, read } of state.evidence) {
      const utcNs = read(data);
      if (utcNs === undefined || utcNs < BELIEVED_FROM_NS) continue;
      const measurement = { source, logNs: logTimeNs, offsetNs: utcNs - logTimeNs, sourceOffset } as const;
      if (belongs === 'here') this.#weigh(measurement);
      else if (this.#undecided.length < UNDECIDED_MAX) this.#undecided.push(measurement);
    }
  }

  #takePublishTime({ logTimeNs, publishTimeNs }: Message): void {
    if (publishTimeNs < BELIEVED_FROM_NS) return;
    this.#here.add('publish', { logNs: logTimeNs, offsetNs: publishTimeNs - logTimeNs });
  }

  #takeStamp({ logTimeNs, data }: Message, { header, stamps }: ChannelState, isUnset: boolean): void {
    const stampNs = header?.(data);
    if (stampNs === undefined) return;
    stamps?.add(logTimeNs, stampNs - logTimeNs);
    if (!isUnset || stampNs < BELIEVED_FROM_NS) return;
    this.#here.add('header', { logNs: logTimeNs, offsetNs: stampNs - logTimeNs });
  }

  get #here(): StretchEvidence {
    return this.#stretches.at(-1) as StretchEvidence;
  }

  #open(channel: Channel): ChannelState {
    const readers = stampReadersOf(channel);
    const header = readers.find(({ source }) => source === 'header')?.read;
    const stamps = header && this.#topics.length < TOPICS_MAX ? new TopicStamps(channel.topic) : undefined;
    if (stamps) this.#topics.push(stamps);
    const evidence = readers.filter(({ source }) => source !== 'header');
    const state = { order: newChannelOrder(), header, evidence, stamps };
    this.#channels[channel.index] = state;
    return state;
  }

  /** The order of log times has begun a stretch: what was measured while that was undecided is its. */
  #enter(beginning: Beginning): void {
    const { here } = this.#order;
    if (!here) return;
    this.#stretches.push(new StretchEvidence(here, this.#stretches.length === 0 ? 'recording' : beginning));
    this.#number = here.number;
    this.#steps.restart();
    const measurements = this.#undecided;
    this.#undecided = [];
    for (const measurement of measurements) this.#weigh(measurement);
  }

  #weigh(measurement: Measurement): void {
    const { source, logNs, offsetNs } = measurement;
    const weighed = this.#steps.weigh(measurement);
    if (weighed === 'held') return;
    const evidence = this.#here;
    if (weighed === 'kept') return evidence.add(source, { logNs, offsetNs });
    if (weighed === 'outvoted') evidence.forget(source);
    else this.#split(evidence, weighed.since);
  }

  /** A new stretch since the first of the measurements that agree: the step was between it and the one before. */
  #split({ stretch }: StretchEvidence, since: readonly Measurement[]): void {
    const [first] = since;
    if (!first || this.#order.stretches.length >= STRETCHES_MAX) return;
    const begun = this.#order.begin(first.logNs, first.sourceOffset);
    const { maxNs, lastLogNs, lastSource } = stretch;
    if (maxNs > begun.maxNs) begun.maxNs = maxNs;
    begun.lastLogNs = lastLogNs;
    begun.lastSource = lastSource;
    stretch.lastSource = first.sourceOffset;
    if (stretch.maxNs >= first.logNs && stretch.minNs < first.logNs) stretch.maxNs = first.logNs - 1n;
    const evidence = new StretchEvidence(begun, 'evidence');
    this.#stretches.push(evidence);
    this.#number = begun.number;
    for (const { source, logNs, offsetNs } of since) evidence.add(source, { logNs, offsetNs });
  }
}
