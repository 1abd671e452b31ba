/**
 * What the docks tell, to whoever listens: each listener has a short queue in which a dock's progress replaces its
 * earlier progress, so that a slow reader costs nothing and never holds up a dock.
 */
import type { DockEvent } from './dock-result.ts';

/** Events besides progress that a listener may be behind; a slower one is cut off and has to listen anew. */
const BEHIND_MAX = 1000;

interface Listener {
  readonly queue: DockEvent[];
  wake: () => void;
}

export class EventHub {
  readonly #listeners = new Set<Listener>();

  tell(event: DockEvent): void {
    for (const listener of this.#listeners) {
      const { queue } = listener;
      const stale =
        event.type === 'progress'
          ? queue.findIndex((old) => old.type === 'progress' && old.dockId === event.dockId)
          : -1;
      if (stale >= 0) queue.splice(stale, 1);
      queue.push(event);
      if (queue.length > BEHIND_MAX) this.#listeners.delete(listener);
      listener.wake();
    }
  }

  /** Listening starts with the call, not with the first pull. */
  listen(signal?: AbortSignal): AsyncIterableIterator<DockEvent> {
    const listener: Listener = { queue: [], wake: () => {} };
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
          const event = listener.queue.shift();
          if (event) return { done: false, value: event };
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
}
