/**
 * A replay: messages in the exact order, each when its time has come by one clock. Pulling is the backpressure: whoever
 * takes too long for what follows stops the clock, and with it all topics together, so that nothing is dropped and
 * nothing piles up. It knows no socket, file or timer; those come in as arguments.
 */
import type { Clock } from '@pitlane/base/time';
import { NS_PER_MS } from '@pitlane/base/time';
import { PitlaneError } from '@pitlane/base/errors';
import type { MergedMessage } from '../export/merged-messages.ts';
import { Lateness } from './lateness.ts';
import { PlayClock } from './play-clock.ts';
import { readAhead } from './read-ahead.ts';
import { Ticks } from './ticks.ts';

/** So many batches of the merge are read ahead, of at most 8 MiB or one message each. */
const BATCHES_AHEAD = 2;
/** Behind by more than this, the clock is set back: what is late stays late, and is not made up for in a burst. */
const SLACK_MS = 100;
/** What is handed out at once while time is kept, so that controls and ticks come between. */
const GROUP_MESSAGES_MAX = 256;
/** No timer is asked for longer. */
const WAIT_MS_MAX = 60_000;
export const GAP_MAX_MS = 600_000;

/** All messages from `fromNs` on, in order; from the beginning without. */
export type ReplaySource = (fromNs: bigint | undefined) => AsyncIterable<readonly MergedMessage[]>;

/** Resolves after so long, or as soon as the signal aborts. */
export type Wait = (waitMs: number, signal: AbortSignal) => Promise<void>;

export interface ReplayOptions {
  readonly source: ReplaySource;
  /** Log time a wall time; `Infinity` for as fast as possible. */
  readonly speed: number;
  readonly clock: Clock;
  readonly wait: Wait;
  /** A tick at every multiple of this in log time. */
  readonly tickEveryNs?: bigint | undefined;
  /** Begins again at the end. */
  readonly loop?: boolean | undefined;
  /** A silence of all topics that would last longer in wall time is jumped over; 10 minutes unless told. */
  readonly gapMaxMs?: number | undefined;
  /** At the end it waits for a seek, or to be resumed from the beginning, instead of ending. */
  readonly stay?: boolean | undefined;
  /** Begins standing. */
  readonly paused?: boolean | undefined;
  /** Where the selection begins: what lies before is the state of before, and comes at once. */
  readonly startNs?: bigint | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type Jump = { readonly type: 'jump'; readonly reason: 'seek' | 'loop' | 'gap'; readonly toNs: bigint };

export type ReplayEvent =
  | { readonly type: 'messages'; readonly messages: readonly MergedMessage[] }
  /** The clock has come to this log time; messages of that very time follow. */
  | { readonly type: 'tick'; readonly timeNs: bigint }
  /** What follows does not follow on what was: after a seek, at the beginning of the next round, past a long silence. */
  | Jump
  /** All of it was handed out, and it stays. */
  | { readonly type: 'end' };

export interface ReplayStats {
  readonly messages: number;
  /** Of message data. */
  readonly bytes: number;
  /** Log time that was played, jumps left out. */
  readonly playedNs: bigint;
  /** Wall time for it, pauses left out. */
  readonly wallMs: number;
  /** Log time a wall time. */
  readonly rate: number;
  /** By how much messages were handed out after their time; all 0 where nothing is paced. */
  readonly lateness: { readonly medianMs: number; readonly p99Ms: number; readonly maxMs: number };
  /** How long the clock stood because whoever takes the messages, or the store, did not keep up. */
  readonly slippedMs: number;
}

export class Replay {
  readonly #options: ReplayOptions;
  readonly #play: PlayClock;
  readonly #ticks: Ticks;
  readonly #lateness = new Lateness();
  readonly #gapMaxMs: number;
  #paused: boolean;
  #steps = 0;
  #seekNs: bigint | undefined;
  #ended = false;
  #wake = (): void => {};
  /** Log time of the last message handed out; undefined at the beginning of a pass. */
  #lastNs: bigint | undefined;
  #firstNs: bigint | undefined;
  #messages = 0;
  #bytes = 0;
  #playedNs = 0n;
  #slippedMs = 0;
  #wallMs = 0;
  #runningSinceMs: number | undefined;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#play = new PlayClock(options.clock, checkedSpeed(options.speed));
    this.#ticks = new Ticks(options.tickEveryNs);
    this.#gapMaxMs = options.gapMaxMs ?? GAP_MAX_MS;
    this.#paused = options.paused ?? false;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** It has come to its end and stays there. */
  get ended(): boolean {
    return this.#ended;
  }

  get speed(): number {
    return this.#play.speed;
  }

  /** Where the clock stands; undefined before the first message. */
  get positionNs(): bigint | undefined {
    if (this.#firstNs === undefined) return undefined;
    return this.#play.speed === Number.POSITIVE_INFINITY ? (this.#lastNs ?? this.#firstNs) : this.#play.nowNs;
  }

  pause(): void {
    this.#paused = true;
    this.#stand();
    this.#wake();
  }

  resume(): void {
    this.#paused = false;
    this.#steps = 0;
    if (this.#ended) this.#seekNs ??= this.#firstNs ?? 0n;
    this.#wake();
  }

  /** Hands out the next messages while paused; pauses if it is not. */
  step(messages = 1): void {
    if (!this.#paused) this.pause();
    this.#steps += messages;
    this.#wake();
  }

  seek(toNs: bigint): void {
    this.#seekNs = toNs;
    this.#wake();
  }

  setSpeed(speed: number): void {
    if (this.#play.speed === Number.POSITIVE_INFINITY && this.#lastNs !== undefined) this.#play.set(this.#lastNs);
    this.#play.setSpeed(checkedSpeed(speed));
    this.#wake();
  }

  stats(): ReplayStats {
    const wallMs = this.#wallMs + this.#sinceMs();
    return {
      messages: this.#messages,
      bytes: this.#bytes,
      playedNs: this.#playedNs,
      wallMs,
      rate: wallMs > 0 ? Number(this.#playedNs) / Number(NS_PER_MS) / wallMs : 0,
      lateness: {
        medianMs: this.#lateness.quantileMs(0.5),
        p99Ms: this.#lateness.quantileMs(0.99),
        maxMs: this.#lateness.maxMs,
      },
      slippedMs: this.#slippedMs,
    };
  }

  /** To be iterated once. */
  async *events(): AsyncGenerator<ReplayEvent> {
    for (let fromNs: bigint | undefined; ; ) {
      let jump: Jump | undefined = yield* this.#pass(fromNs);
      this.#stand();
      if (!jump) {
        if (!this.#options.stay) return;
        this.#ended = true;
        yield { type: 'end' };
        jump = await this.#sought();
        this.#ended = false;
      }
      yield jump;
      fromNs = jump.reason === 'loop' ? undefined : jump.toNs;
    }
  }

  async #sought(): Promise<Jump> {
    while (this.#seekNs === undefined) {
      this.#options.signal?.throwIfAborted();
      await this.#idle(WAIT_MS_MAX);
    }
    return this.#takeSeek();
  }

  async *#pass(fromNs: bigint | undefined): AsyncGenerator<ReplayEvent, Jump | undefined> {
    this.#lastNs = undefined;
    this.#ticks.forget();
    if (fromNs !== undefined) this.#play.set(fromNs);
    let isEmpty = true;
    const stateUntilNs = later(fromNs, this.#options.startNs);
    for await (const batch of readAhead(this.#options.source(fromNs), BATCHES_AHEAD)) {
      const state = stateIn(batch, stateUntilNs);
      if (state.length > 0) {
        this.#options.signal?.throwIfAborted();
        this.#count(state, true);
        yield { type: 'messages', messages: state };
      }
      for (let at = state.length; at < batch.length; ) {
        const nextNs = (batch[at] as MergedMessage).logTimeNs;
        isEmpty = false;
        const gap = this.#approach(nextNs, fromNs);
        if (gap) yield gap;
        const tickNs = this.#ticks.dueBefore(nextNs);
        if (!(await this.#due(tickNs ?? nextNs))) return this.#takeSeek();
        if (tickNs !== undefined) {
          this.#ticks.advance();
          yield { type: 'tick', timeNs: tickNs };
          continue;
        }
        this.#slip(nextNs);
        const end = this.#groupEnd(batch, at);
        const messages = at === 0 && end === batch.length ? batch : batch.slice(at, end);
        this.#count(messages);
        yield { type: 'messages', messages };
        at = end;
      }
    }
    if (this.#seekNs !== undefined) return this.#takeSeek();
    if (this.#options.loop && !(isEmpty && fromNs === undefined)) {
      return { type: 'jump', reason: 'loop', toNs: this.#firstNs ?? 0n };
    }
    return undefined;
  }

  #takeSeek(): Jump {
    const toNs = this.#seekNs as bigint;
    this.#seekNs = undefined;
    return { type: 'jump', reason: 'seek', toNs };
  }

  /** The clock is set where a pass begins, and past a silence that nobody would wait for. */
  #approach(nextNs: bigint, fromNs: bigint | undefined): Jump | undefined {
    this.#firstNs ??= nextNs;
    this.#ticks.begin(this.#lastNs === undefined ? (fromNs ?? nextNs) : this.#lastNs);
    const sinceNs = this.#lastNs ?? fromNs;
    if (sinceNs === undefined) {
      this.#play.set(nextNs);
      return undefined;
    }
    const silenceMs = Number(nextNs - sinceNs) / Number(NS_PER_MS);
    const paced = this.#play.speed === Number.POSITIVE_INFINITY ? 1 : this.#play.speed;
    if (silenceMs / paced <= this.#gapMaxMs) return undefined;
    this.#lastNs = nextNs;
    this.#play.set(nextNs);
    this.#ticks.forget();
    this.#ticks.begin(nextNs);
    return { type: 'jump', reason: 'gap', toNs: nextNs };
  }

  /** Waits until it is `timeNs`, or a step lets the next message through; false if there is a seek instead. */
  async #due(timeNs: bigint): Promise<boolean> {
    for (;;) {
      this.#options.signal?.throwIfAborted();
      if (this.#seekNs !== undefined) return false;
      if (this.#paused) {
        if (this.#steps > 0) return true;
        await this.#idle(WAIT_MS_MAX);
        continue;
      }
      this.#run();
      const dueInMs = this.#play.dueInMs(timeNs);
      if (dueInMs <= 0) return true;
      await this.#idle(Math.min(dueInMs, WAIT_MS_MAX));
    }
  }

  async #idle(waitMs: number): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    const { signal } = this.#options;
    const onStop = (): void => woken.abort();
    signal?.addEventListener('abort', onStop, { once: true });
    try {
      await this.#options.wait(waitMs, woken.signal);
    } finally {
      signal?.removeEventListener('abort', onStop);
      this.#wake = () => {};
    }
  }

  /** All that is due goes at once: until the next tick, by the clock, or as many as were stepped. */
  #groupEnd(batch: readonly MergedMessage[], at: number): number {
    const tickNs = this.#ticks.nextNs;
    const paced = !this.#paused && this.#play.speed !== Number.POSITIVE_INFINITY;
    if (!paced && tickNs === undefined && !this.#paused) return batch.length;
    const most = this.#paused ? this.#steps : paced ? GROUP_MESSAGES_MAX : batch.length;
    const limit = Math.min(batch.length, at + most);
    const nowNs = this.#play.nowNs;
    let end = at + 1;
    for (; end < limit; end += 1) {
      const { logTimeNs } = batch[end] as MergedMessage;
      if ((tickNs !== undefined && logTimeNs >= tickNs) || (paced && logTimeNs > nowNs)) break;
    }
    return end;
  }

  #count(messages: readonly MergedMessage[], areState = false): void {
    const lastNs = (messages.at(-1) as MergedMessage).logTimeNs;
    for (const { data } of messages) this.#bytes += data.byteLength;
    this.#messages += messages.length;
    if (areState) return; // no time passed
    this.#playedNs += lastNs - (this.#lastNs ?? (messages[0] as MergedMessage).logTimeNs);
    this.#lastNs = lastNs;
    if (this.#paused) {
      this.#steps -= messages.length;
      this.#play.set(lastNs);
      return;
    }
    if (this.#play.speed === Number.POSITIVE_INFINITY) return;
    for (const { logTimeNs } of messages) this.#lateness.add(Math.max(0, -this.#play.dueInMs(logTimeNs)));
  }

  /** Sets the clock back to a message that is far too late; its lateness counts all the same. */
  #slip(nextNs: bigint): void {
    const lateMs = this.#paused ? 0 : -this.#play.dueInMs(nextNs);
    if (lateMs <= SLACK_MS) return;
    this.#slippedMs += lateMs;
    this.#lateness.add(lateMs);
    this.#play.set(nextNs);
  }

  #run(): void {
    this.#play.start();
    this.#runningSinceMs ??= this.#options.clock.monotonicMs();
  }

  #stand(): void {
    this.#play.stand();
    this.#wallMs += this.#sinceMs();
    this.#runningSinceMs = undefined;
  }

  #sinceMs(): number {
    return this.#runningSinceMs === undefined ? 0 : this.#options.clock.monotonicMs() - this.#runningSinceMs;
  }
}

/** They come first, whether the clock runs or stands. */
function stateIn(batch: readonly MergedMessage[], untilNs: bigint | undefined): readonly MergedMessage[] {
  if (untilNs === undefined) return [];
  const end = batch.findIndex(({ logTimeNs }) => logTimeNs >= untilNs);
  return end < 0 ? batch : batch.slice(0, end);
}

const later = (a: bigint | undefined, b: bigint | undefined): bigint | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

function checkedSpeed(speed: number): number {
  if (speed > 0) return speed;
  throw new PitlaneError('bad-usage', `a replay cannot run at ${speed} times: give a number above 0, or max`);
}
