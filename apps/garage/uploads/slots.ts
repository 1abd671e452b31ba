/** So many at once, so many waiting, no more: who comes then is told to come again. */
import { PitlaneError } from '@pitlane/base/errors';

export class Slots {
  readonly #most: number;
  readonly #waitingMost: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(most: number, waitingMost: number) {
    this.#most = most;
    this.#waitingMost = waitingMost;
  }

  /** Waits for its turn. Throws `unavailable` when too many wait already. */
  async take(): Promise<Disposable> {
    if (this.#taken < this.#most) this.#taken += 1;
    else {
      if (this.#waiting.length >= this.#waitingMost) {
        const text = `${this.#most} uploads are under way and ${this.#waiting.length} wait: try again in a minute`;
        throw new PitlaneError('unavailable', text, { retryable: true });
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (isHeld) this.#free();
        isHeld = false;
      },
    };
  }

  /** The place goes to who waits longest. */
  #free(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken -= 1;
  }
}
