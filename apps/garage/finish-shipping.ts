/** A garage that drains sends to the end what is under way: frames of half a chunk would only be sent again. */
import type { Wait } from '@pitlane/base/retry';
import type { Ship } from '@pitlane/stages/70-ship';

/** Begins no chunk once its dock is stopped, and lets one that has begun go on for at most `graceMs`. */
export function finishing(ship: Ship, graceMs: number, wait: Wait): Ship {
  return async (claim, path, options) => {
    options.signal.throwIfAborted();
    const cut = new AbortController();
    const ended = new AbortController();
    const stopping = (): void => void wait(graceMs, ended.signal).then(() => cut.abort(options.signal.reason));
    options.signal.addEventListener('abort', stopping, { once: true });
    try {
      return await ship(claim, path, { ...options, signal: cut.signal });
    } finally {
      options.signal.removeEventListener('abort', stopping);
      ended.abort();
    }
  };
}
