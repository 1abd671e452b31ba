/**
 * What a garage tells, to whoever listens: each listener has a short row in which a dock's progress replaces its earlier
 * progress, so that a slow reader costs nothing and never holds up a dock. What was told last is kept for a while, for those
 * who lost their connection and say what they have heard.
 */
import { EventRow, type NumberedEvent } from './event-row.ts';
import type { GarageEvent } from './garage-event.ts';

/** Events that a listener may be behind; a slower one is cut off and has to listen anew. */
const BEHIND_MAX = 1000;
/** Events that are kept for those who come back. */
const KEPT_MAX = 500;

interface Listener {
  readonly row: EventRow;
  wake: () => void;
}

/** An event as it is heard, with what its listener says when it comes back. */
export interface HeardEvent {
  readonly id: string;
  readonly event: GarageEvent;
}

export class EventHub {
  readonly #listeners = new Set<Listener>();
  readonly #kept = new EventRow();
  readonly #run: string;
  #lastNumber = 0;
  /** Everything after this one is kept. */
  #forgottenNumber = 0;

  /** @param run tells this run's ids from those of a run before */
  constructor(run: string) {
    this.#run = run;
  }

  tell(event: GarageEvent): void {
    const numbered = { number: (this.#lastNumber += 1), event };
    this.#kept.push(numbered);
    if (this.#kept.length > KEPT_MAX) this.#forgottenNumber = this.#kept.shift()?.number ?? 0;
    for (const listener of this.#listeners) {
      listener.row.push(numbered);
      if (listener.row.length > BEHIND_MAX) this.#listeners.delete(listener);
      listener.wake();
    }
  }

  /**
   * Listening starts with the call, not with the first pull.
   * @param lastId of what was heard before: what came since then comes first, or `reset` where that is not known any more.
   *   Empty for who has heard nothing: then `listening` comes first, so that there is an id to come back with
   */
  listen(signal?: AbortSignal, lastId?: string): AsyncIterableIterator<HeardEvent> {
    const listener: Listener = { row: new EventRow(), wake: () => {} };
    for (const missed of this.#missedSince(lastId)) listener.row.push(missed);
    this.#listeners.add(listener);
    const leave = (): void => {
      this.#listeners.delete(listener);
      listener.wake();
    };
    if (signal?.aborted) leave();
    signal?.addEventListener('abort', leave, { once: true });
    const done = { done: true, value: undefined } as const;
    return {
      next: async () => {
        for (;;) {
          const heard = listener.row.shift();
          if (heard) return { done: false, value: { id: `${this.#run}-${heard.number}`, event: heard.event } };
          if (!this.#listeners.has(listener)) return done;
          await new Promise<void>((resolve) => (listener.wake = resolve));
        }
      },
      return: async () => {
        leave();
        return done;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  close(): void {
    for (const listener of this.#listeners) {
      this.#listeners.delete(listener);
      listener.wake();
    }
  }

  #missedSince(lastId: string | undefined): Iterable<NumberedEvent> {
    if (lastId === undefined) return [];
    if (lastId === '') return [{ number: this.#lastNumber, event: { type: 'listening' } }];
    const [, run, digits] = /^(.+)-(\d{1,15})$/.exec(lastId) ?? [];
    const heard = Number(digits);
    const isKept = run === this.#run && heard >= this.#forgottenNumber && heard <= this.#lastNumber;
    return isKept ? this.#kept.after(heard) : [{ number: this.#lastNumber, event: { type: 'reset' } }];
  }
}
