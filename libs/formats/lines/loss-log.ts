/**
 * The repair diary while it is being written: losses that touch become one line, and past a number of lines all further
 * ones run together into a last one, so that a file full of holes cannot fill memory.
 */
import type { LossReason, RecordingEvent } from '../recording/index.ts';

const LOSSES_MAX = 10_000;

interface Damage {
  readonly reason: LossReason;
  readonly text: string;
  readonly offset: number;
  readonly end: number;
}

export class LossLog {
  #pending: Damage | undefined;
  #written = 0;

  /** Takes losses in the order of the file; appends to `out` what is settled by this one. */
  add(next: Damage, out: RecordingEvent[]): void {
    const last = this.#pending;
    if (last !== undefined && this.#runsOn(last, next)) {
      const text = this.#isFull ? `${LOSSES_MAX} losses before; more up to here` : last.text;
      this.#pending = { ...last, end: next.end, text };
      return;
    }
    this.#flush(out, false);
    this.#pending = next;
  }

  /** Appends what is left. `fileEnd` is where the file ends. */
  finish(fileEnd: number, out: RecordingEvent[]): void {
    this.#flush(out, this.#pending?.end === fileEnd);
  }

  #flush(out: RecordingEvent[], isAtFileEnd: boolean): void {
    if (this.#pending === undefined) return;
    const { reason, text, offset, end } = this.#pending;
    this.#pending = undefined;
    this.#written += 1;
    // What was taken for the cut end of the file is damage if more comes behind it.
    const settled = reason === 'truncated' && !isAtFileEnd ? 'corrupt-record' : reason;
    const loss = { reason: settled, text, offset, bytes: end - offset, topics: [] };
    out.push({ kind: 'loss', loss: { ...loss, startTimeNs: undefined, endTimeNs: undefined } });
  }

  get #isFull(): boolean {
    return this.#written >= LOSSES_MAX - 1;
  }

  #runsOn(last: Damage, next: Damage): boolean {
    if (this.#isFull) return true;
    return last.end === next.offset && (last.reason === next.reason || last.reason === 'truncated');
  }
}
