/** The one clock of a replay: which log time it is now, at a speed that may change, while it runs and while it stands. */
import type { Clock } from '@pitlane/base/time';

const NS_PER_MS_NUMBER = 1e6;

export class PlayClock {
  readonly #clock: Clock;
  #speed: number;
  #anchorNs = 0n;
  /** When it was the anchor's log time; undefined while the clock stands there. */
  #anchorMs: number | undefined;

  /** @param speed log time a wall time; `Infinity` has everything due at once. It stands at first. */
  constructor(clock: Clock, speed: number) {
    this.#clock = clock;
    this.#speed = speed;
  }

  get speed(): number {
    return this.#speed;
  }

  get runs(): boolean {
    return this.#anchorMs !== undefined;
  }

  get nowNs(): bigint {
    if (this.#anchorMs === undefined || this.#speed === Number.POSITIVE_INFINITY) return this.#anchorNs;
    const goneMs = this.#clock.monotonicMs() - this.#anchorMs;
    return this.#anchorNs + BigInt(Math.round(goneMs * this.#speed * NS_PER_MS_NUMBER));
  }

  /** How long until `logTimeNs`; negative when it is past, 0 or less at once where nothing is paced. */
  dueInMs(logTimeNs: bigint): number {
    if (this.#speed === Number.POSITIVE_INFINITY) return 0;
    const aheadMs = Number(logTimeNs - this.#anchorNs) / NS_PER_MS_NUMBER / this.#speed;
    return this.#anchorMs === undefined ? aheadMs : aheadMs - (this.#clock.monotonicMs() - this.#anchorMs);
  }

  /** From now on it is `logTimeNs`, running or standing as before. */
  set(logTimeNs: bigint): void {
    this.#anchorNs = logTimeNs;
    if (this.#anchorMs !== undefined) this.#anchorMs = this.#clock.monotonicMs();
  }

  setSpeed(speed: number): void {
    this.set(this.nowNs);
    this.#speed = speed;
  }

  start(): void {
    this.#anchorMs ??= this.#clock.monotonicMs();
  }

  stand(): void {
    this.#anchorNs = this.nowNs;
    this.#anchorMs = undefined;
  }
}
