/**
 * The repair diary while it is being written: losses of one reason that touch become one line, and past a number of
 * lines all further ones run together into a last line, so that a file full of holes cannot fill memory.
 */
import type { LossReason, RecordingEvent } from '../recording/index.ts';

const LOSSES_MAX = 10_000;
const NOTES_MAX = 100;

/** A range `[offset, end)` of the file that was not read. */
export interface Damage {
  readonly reason: LossReason;
  readonly text: string;
  readonly offset: number;
  readonly end: number;
}

export class LossLog {
  #pending: Damage | undefined;
  #written = 0;
  #notes = 0;

  /** Appends to `out` what is settled by this damage. */
  add(damage: Damage, out: RecordingEvent[]): void {
    const last = this.#pending;
    const isFull = this.#written >= LOSSES_MAX - 1;
    if (last !== undefined && isFull) {
      this.#pending = { ...last, end: damage.end, text: `${LOSSES_MAX} losses before; more up to here` };
    } else if (last !== undefined && last.reason === damage.reason && last.end === damage.offset) {
      this.#pending = { ...last, end: damage.end };
    } else {
      this.flush(out);
      this.#pending = damage;
    }
  }

  flush(out: RecordingEvent[]): void {
    if (this.#pending === undefined) return;
    const { reason, text, offset, end } = this.#pending;
    this.#pending = undefined;
    this.#written += 1;
    const nothingKnown = { topics: [], startTimeNs: undefined, endTimeNs: undefined };
    out.push({ kind: 'loss', loss: { reason, text, offset, bytes: end - offset, ...nothingKnown } });
  }

  note(text: string, out: RecordingEvent[]): void {
    this.#notes += 1;
    if (this.#notes <= NOTES_MAX) out.push({ kind: 'note', text });
  }
}
