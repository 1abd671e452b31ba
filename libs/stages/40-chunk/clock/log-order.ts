/**
 * Cuts a recording where its clock was set while it ran: a channel's log time goes back against the order of the file, or
 * all of it leaps ahead. A new stretch begins only when several messages agree on it, so that a late or stray message is
 * none. Channels may come one after another or mixed, in any order; each is compared with itself.
 *
 * Log times are doubles here, exact to 256 ns, for they are compared with thresholds; the ends of stretches are whole.
 */

/** NTP sets a clock, in place of letting it run faster, from 128 ms on (RFC 5905, STEPT). */
export const BACK_STEP_NS = 128e6;
/** A leap ahead may be a pause of the recording too; without another clock only one of an hour and more is told. */
export const AHEAD_STEP_NS = 3600e9;
/** So many messages that do not fit have to agree. */
const AGREEING_MIN = 4;
/** A channel keeps its pace while a gap is no longer than so many of the gap before. */
const PACE_FACTOR = 4;
/** Beyond so many stretches times jump about, and nothing follows from them any more. */
export const STRETCHES_MAX = 64;

/** Of one channel, kept by the caller. */
export interface ChannelOrder {
  lastNs: number;
  /** Between its last two messages. */
  gapNs: number;
  stretch: number;
}

export const newChannelOrder = (): ChannelOrder => ({ lastNs: -Infinity, gapNs: 0, stretch: -1 });

export interface Stretch {
  readonly number: number;
  /** Of its first message in the file. */
  readonly sourceStart: number;
  readonly firstLogNs: bigint;
  minNs: bigint;
  maxNs: bigint;
  /** Of its last message in the file so far. */
  lastLogNs: bigint;
  lastSource: number;
  messages: number;
}

interface Candidate {
  readonly stretch: Stretch;
  readonly opener: ChannelOrder;
  readonly members: { readonly channel: ChannelOrder; readonly atNs: number }[];
}

/** Where a message belongs: to the stretch at hand, to one that may begin with it, or to none. */
export type Belongs = 'here' | 'perhaps' | 'nowhere';

export class LogOrder {
  readonly stretches: Stretch[] = [];
  #here: Stretch | undefined;
  #maxNs = -Infinity;
  #minNs = Infinity;
  #candidate: Candidate | undefined;
  /** Messages whose times no stretch explains. */
  strays = 0;

  /** The stretch that takes messages now. */
  get here(): Stretch | undefined {
    return this.#here;
  }

  get isUndecided(): boolean {
    return this.#candidate !== undefined;
  }

  /** @param atNs the log time as a double */
  take(channel: ChannelOrder, atNs: number, logTimeNs: bigint, sourceOffset: number): Belongs {
    if (this.#here === undefined) this.begin(logTimeNs, sourceOffset);
    if (this.#fits(channel, atNs)) {
      if (this.#candidate !== undefined) this.#spokeAgainst(channel, atNs);
      this.#add(channel, atNs, logTimeNs, sourceOffset);
      return 'here';
    }
    if (this.#isLate(channel, atNs) || this.stretches.length >= STRETCHES_MAX) {
      this.strays += 1;
      return 'nowhere';
    }
    return this.#suspect(channel, atNs, logTimeNs, sourceOffset);
  }

  /** Begins a stretch at a message, for another reason than the order of log times. */
  begin(logTimeNs: bigint, sourceOffset: number): Stretch {
    return this.#enter(stretchAt(this.stretches.length, logTimeNs, sourceOffset));
  }

  #enter(stretch: Stretch): Stretch {
    this.stretches.push(stretch);
    this.#here = stretch;
    this.#minNs = Number(stretch.minNs);
    this.#maxNs = Number(stretch.maxNs);
    this.#candidate = undefined;
    return stretch;
  }

  #fits({ lastNs, stretch }: ChannelOrder, atNs: number): boolean {
    if (atNs > this.#maxNs + AHEAD_STEP_NS) return false;
    if (stretch === this.#here?.number) return atNs >= lastNs - BACK_STEP_NS;
    // The first of its channel here: where channels follow one another in the file, it may begin long before.
    return atNs >= this.#minNs - (stretch < 0 ? AHEAD_STEP_NS : BACK_STEP_NS);
  }

  /** A message of an earlier stretch that was written late. */
  #isLate({ lastNs, stretch }: ChannelOrder, atNs: number): boolean {
    const earlier = stretch === this.#here?.number ? undefined : this.stretches[stretch];
    return earlier !== undefined && atNs >= lastNs - BACK_STEP_NS && atNs <= Number(earlier.maxNs) + BACK_STEP_NS;
  }

  #add(channel: ChannelOrder, atNs: number, logTimeNs: bigint, sourceOffset: number): void {
    const here = this.#here as Stretch;
    if (atNs >= this.#maxNs) {
      this.#maxNs = atNs;
      if (logTimeNs > here.maxNs) here.maxNs = logTimeNs;
    }
    if (atNs <= this.#minNs) {
      this.#minNs = atNs;
      if (logTimeNs < here.minNs) here.minNs = logTimeNs;
    }
    here.lastLogNs = logTimeNs;
    here.lastSource = sourceOffset;
    here.messages += 1;
    if (channel.stretch !== here.number) {
      channel.stretch = here.number;
      channel.gapNs = 0;
      channel.lastNs = atNs;
    } else if (atNs > channel.lastNs) {
      channel.gapNs = atNs - channel.lastNs;
      channel.lastNs = atNs;
    }
  }

  /**
   * A message that fits where we are speaks against a new stretch, unless it fits there just as well. A channel that keeps
   * its pace fits here alone: had the clock been set back, its next time would be earlier.
   */
  #spokeAgainst(channel: ChannelOrder, atNs: number): void {
    const { opener, stretch } = this.#candidate as Candidate;
    const paceNs = PACE_FACTOR * channel.gapNs;
    const isStep = opener.lastNs - Number(stretch.minNs) > paceNs;
    const keepsPace = isStep && channel.stretch === this.#here?.number && atNs - channel.lastNs <= paceNs;
    if (channel !== opener && isNear(stretch, atNs) && !keepsPace) return;
    this.strays += stretch.messages;
    this.#candidate = undefined;
  }

  #suspect(channel: ChannelOrder, atNs: number, logTimeNs: bigint, sourceOffset: number): Belongs {
    if (this.#candidate !== undefined && !isNear(this.#candidate.stretch, atNs)) {
      this.strays += this.#candidate.stretch.messages;
      this.#candidate = undefined;
    }
    this.#candidate ??= {
      stretch: stretchAt(this.stretches.length, logTimeNs, sourceOffset),
      opener: channel,
      members: [],
    };
    const { stretch, members } = this.#candidate;
    if (logTimeNs > stretch.maxNs) stretch.maxNs = logTimeNs;
    if (logTimeNs < stretch.minNs) stretch.minNs = logTimeNs;
    stretch.lastLogNs = logTimeNs;
    stretch.lastSource = sourceOffset;
    stretch.messages += 1;
    members.push({ channel, atNs });
    if (stretch.messages < AGREEING_MIN) return 'perhaps';
    this.#enter(stretch);
    for (const member of members) {
      member.channel.lastNs = member.atNs;
      member.channel.stretch = stretch.number;
      member.channel.gapNs = 0;
    }
    return 'here';
  }
}

/** Within what a message may be early or late. */
const NEAR_NS = 10e9;
const isNear = ({ minNs, maxNs }: Stretch, atNs: number): boolean =>
  atNs >= Number(minNs) - BACK_STEP_NS && atNs <= Number(maxNs) + NEAR_NS;

const stretchAt = (number: number, logNs: bigint, sourceStart: number): Stretch => ({
  number,
  sourceStart,
  firstLogNs: logNs,
  minNs: logNs,
  maxNs: logNs,
  lastLogNs: logNs,
  lastSource: sourceStart,
  messages: 0,
});
