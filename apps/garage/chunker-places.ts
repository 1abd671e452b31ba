/**
 * A number of places, each held by one job at a time, given by priority and then in the order of asking. There is one more
 * for what is urgent: it begins at once beside others that take hours.
 */
import { laneOfPriority } from '@pitlane/contracts/frame';

const LAST = 99;

interface Waiting {
  readonly priority: number;
  readonly enter: () => void;
}

export class Places {
  readonly #max: number;
  #held = 0;
  #waiting: readonly Waiting[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Resolves when the job has its place; leaving it twice is leaving it once.
   * @param priority 0 first, 99 last
   */
  async take(priority = LAST): Promise<{ leave(): void }> {
    await new Promise<void>((enter) => {
      const before = this.#waiting.filter((other) => other.priority <= priority);
      this.#waiting = [...before, { priority, enter }, ...this.#waiting.slice(before.length)];
      this.#fill();
    });
    let isHeld = true;
    return {
      leave: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#held -= 1;
        this.#fill();
      },
    };
  }

  #fill(): void {
    for (let [next] = this.#waiting; next && this.#held < placesFor(next.priority, this.#max); [next] = this.#waiting) {
      this.#waiting = this.#waiting.slice(1);
      this.#held += 1;
      next.enter();
    }
  }
}

/** How many may be taken when one of this priority asks. */
export const placesFor = (priority: number, max: number): number =>
  laneOfPriority(priority) === 'urgent' ? max + 1 : max;
