/** How many bytes were done in a second, over the last minute. */
import type { Clock } from '@pitlane/base/time';

const WINDOW_MS = 60_000;
/** What took less is reckoned as if it had taken so long: a first step says little. */
const SPAN_MIN_MS = 1000;
const STEADY_MS = 2000;

export class RateWindow {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** What was done when, oldest first. */
  #done: { readonly atMs: number; readonly bytes: number }[] = [];

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  did(bytes: number): void {
    if (bytes > 0) this.#done.push({ atMs: this.#clock.monotonicMs(), bytes });
    this.#forgetOld();
  }

  bytesPerSecond(): number {
    this.#forgetOld();
    const [first] = this.#done;
    if (!first) return 0;
    const spanMs = Math.max(SPAN_MIN_MS, this.#clock.monotonicMs() - first.atMs);
    return (1000 * this.#done.reduce((sum, one) => sum + one.bytes, 0)) / spanMs;
  }

  /** Long enough that a time may be reckoned from it: the first small steps of a copy have promised hours. */
  get isSteady(): boolean {
    const [first] = this.#done;
    return first !== undefined && this.#clock.monotonicMs() - first.atMs >= STEADY_MS;
  }

  #forgetOld(): void {
    const fromMs = this.#clock.monotonicMs() - WINDOW_MS;
    this.#done = this.#done.filter(({ atMs }) => atMs >= fromMs);
  }
}
