/**
 * Lets a few reads run at once and the others wait, up to a limit. Each running DuckDB call holds one of the few threads
 * on which Node also reads files, so an unbounded crowd of queries would stop the whole process.
 */
import { PitlaneError } from '@pitlane/base/errors';

export class Turns {
  readonly #runningMax: number;
  readonly #waitingMax: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(runningMax: number, waitingMax: number) {
    this.#runningMax = runningMax;
    this.#waitingMax = waitingMax;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#runningMax) this.#running += 1;
    else await this.#wait();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next(); // the place is handed on
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) {
      throw new PitlaneError('unavailable', `${this.#waitingMax} catalog queries wait already: try again later`, {
        retryable: true,
      });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
