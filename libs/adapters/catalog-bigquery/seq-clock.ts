/**
 * Gives each event its `seq`. Views show the newest event of a key, so `seq` must grow over restarts and over programs
 * that append to one dataset at the same time, without a number that they would have to fetch from each other.
 *
 * - High part: microseconds since 1970 by BigQuery's clock, not by this machine's. The clock is set when the catalog opens and
 *   corrected by the time that BigQuery notes on every load job, so two programs differ by a round trip, however wrong
 *   their machines are. In between it goes by what has passed, so that nobody who sets the machine's clock sets this one.
 * - Counter: an event takes at least one microsecond more than the one before it, so the order within one program is the
 *   order of its calls, also when a clock is set back.
 * - Low 11 bits: a number drawn by each program at its start, so that two of them do not make the same seq.
 *
 * The seq is taken when `append` is called, not when the batch is loaded. Events of one drive come through one partition of
 * the message log and so through one program at a time. When that partition moves, what was not acknowledged is
 * delivered again to the new owner, which numbers it later; a load that the old owner still has in flight carries
 * earlier numbers, and does not win. The handover of a partition takes seconds, the clocks differ by less.
 *
 * Until the year 2112 all of this fits INT64.
 */
import { randomInt } from 'node:crypto';
import type { Clock } from '@pitlane/base/time';

const WRITER_BITS = 11n;

export class SeqClock {
  readonly #clock: Clock;
  readonly #writer: bigint;
  /** What BigQuery's clock is ahead of the one that is never set; until it was asked, this machine's is believed. */
  #aheadMs: number;
  #lastUs = 0n;

  constructor(clock: Clock, writer = randomInt(2 ** Number(WRITER_BITS))) {
    this.#clock = clock;
    this.#aheadMs = clock.nowMs() - clock.monotonicMs();
    this.#writer = BigInt(writer);
  }

  /** Milliseconds since 1970 by BigQuery's clock, as well as it is known here. */
  nowMs(): number {
    return this.#clock.monotonicMs() + this.#aheadMs;
  }

  /** BigQuery's clock said `serverMs` at some moment between two of `monotonicMs`: no more is believed than that. */
  observe(serverMs: number, sentMs: number, answeredMs: number): void {
    this.#aheadMs = Math.min(Math.max(this.#aheadMs, serverMs - answeredMs), serverMs - sentMs);
  }

  /** Larger than all before it here. */
  next(): bigint {
    const nowUs = BigInt(Math.trunc(this.nowMs() * 1000));
    this.#lastUs = nowUs > this.#lastUs ? nowUs : this.#lastUs + 1n;
    return (this.#lastUs << WRITER_BITS) | this.#writer;
  }
}

/** The smallest seq that an event of this time can have. */
export const batchAt = (timeMs: number): bigint => BigInt(Math.trunc(timeMs * 1000)) << WRITER_BITS;
