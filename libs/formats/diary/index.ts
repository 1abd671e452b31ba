/**
 * The repair diary while it is being written: neighbouring losses of one kind become one line, and past a number of
 * lines all further ones run together into a last line, so that a file full of holes cannot fill memory.
 */
import type { Loss, LossReason, RecordingEvent } from '../recording/index.ts';

const LOSSES_MAX = 10_000;
const NOTES_MAX = 100;

export interface Damage {
  readonly reason: LossReason;
  readonly text: string;
  readonly offset: number;
  readonly end: number;
  /** Losses with the same key run together even across what was read between them. */
  readonly spanKey?: string;
  readonly topics?: readonly string[];
  readonly startTimeNs?: bigint | undefined;
  readonly endTimeNs?: bigint | undefined;
}

export class LossLog {
  readonly #isTextual: boolean;
  #pending: Damage | undefined;
  #written = 0;
  #notes = 0;
  /** End of the last byte range reported lost. */
  lostUpTo = 0;

  /** @param isTextual what looks cut off in the midst of a text is damage: only the end of a file is truncated */
  constructor({ isTextual = false } = {}) {
    this.#isTextual = isTextual;
  }

  /** Appends to `out` what is settled by this damage. */
  add(damage: Damage, out: RecordingEvent[]): void {
    const last = this.#pending;
    this.lostUpTo = Math.max(this.lostUpTo, damage.end);
    if (last === undefined) {
      this.#pending = damage;
    } else if (this.#runsOn(last, damage)) {
      const end = Math.max(last.end, damage.end);
      this.#pending = { ...last, end, ...(this.#full ? { text: `${LOSSES_MAX} losses before; more up to here` } : {}) };
    } else {
      this.#settle(last, out, false);
      this.#pending = damage;
    }
  }

  /** Appends what is left. `fileEnd` is where a textual file ends. */
  finish(out: RecordingEvent[], fileEnd?: number): void {
    if (this.#pending !== undefined) this.#settle(this.#pending, out, this.#pending.end === fileEnd);
    this.#pending = undefined;
  }

  note(text: string, out: RecordingEvent[]): void {
    this.#notes += 1;
    if (this.#notes <= NOTES_MAX) out.push({ kind: 'note', text });
  }

  #settle(damage: Damage, out: RecordingEvent[], isAtFileEnd: boolean): void {
    this.#written += 1;
    const isInMidst = this.#isTextual && damage.reason === 'truncated' && !isAtFileEnd;
    out.push({ kind: 'loss', loss: lossFrom(isInMidst ? { ...damage, reason: 'corrupt-record' } : damage) });
  }

  get #full(): boolean {
    return this.#written >= LOSSES_MAX - 1;
  }

  #runsOn(last: Damage, next: Damage): boolean {
    if (this.#full) return true;
    if (last.spanKey !== undefined || next.spanKey !== undefined) return last.spanKey === next.spanKey;
    const isAlike = last.reason === next.reason || (this.#isTextual && last.reason === 'truncated');
    return isAlike && last.end === next.offset && !last.topics?.length && !next.topics?.length;
  }
}

function lossFrom({ reason, text, offset, end, topics = [], startTimeNs, endTimeNs }: Damage): Loss {
  return { reason, text, offset, bytes: end - offset, topics, startTimeNs, endTimeNs };
}
