/** A cap on bytes a second: whoever is to send takes its bytes first, and waits for its turn, in the order of asking. */
import type { Wait } from '../retry/index.ts';
import type { Clock } from '../time/index.ts';

/** What was not used is kept for so long: a pause may be made good by a burst of so much. */
const BURST_MS = 250;

export class RateCap {
  readonly #bytesPerSecond: number;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #wait: Wait;
  /** When all that was taken so far will have gone. */
  #freeAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    bytesPerSecond: number,
    { clock, wait }: { readonly clock: Pick<Clock, 'monotonicMs'>; readonly wait: Wait },
  ) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#clock = clock;
    this.#wait = wait;
  }

  /** Resolves when `bytes` may go, or when the signal aborts. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const startMs = Math.max(this.#freeAtMs, nowMs - BURST_MS);
    this.#freeAtMs = startMs + (1000 * bytes) / this.#bytesPerSecond;
    if (startMs > nowMs) await this.#wait(startMs - nowMs, signal);
  }
}
