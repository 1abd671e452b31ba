/**
 * A number of places, each held by one job at a time, given by priority and then in the order of asking. What comes with a
 * lower number than others have goes on alone: those pause, and give their places for as long. There is one more for what
 * is urgent: it begins at once beside others that hang. Who pauses keeps its memory, so no more than a number do: beyond
 * them what holds a place goes on to its end.
 */
import { laneOfPriority } from '@pitlane/contracts/frame';

const LAST = 99;

/** How a job hears that it is to wait for others, and that it may go on. */
export interface Pausing {
  readonly pause: () => void;
  readonly goOn: () => void;
}

export interface Place {
  /** Leaving it twice is leaving it once. */
  leave(): void;
}

interface Holder {
  readonly priority: number;
  readonly pausing: Pausing | undefined;
  isPaused: boolean;
}

/** Jobs that pause, for each place. */
const PAUSED_MAX = 2;

interface Waiting {
  readonly priority: number;
  readonly enter: () => void;
}

export class Places {
  readonly #max: number;
  readonly #holders = new Set<Holder>();
  #waiting: readonly Waiting[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Resolves when the job has its place.
   * @param priority 0 first, 99 last
   * @param pausing without it the job cannot pause, and keeps its place to the end
   */
  async take(priority = LAST, pausing?: Pausing): Promise<Place> {
    const holder: Holder = { priority, pausing, isPaused: false };
    await new Promise<void>((resolve) => {
      const enter = (): void => {
        this.#holders.add(holder);
        resolve();
      };
      const before = this.#waiting.filter((other) => other.priority <= priority);
      this.#waiting = [...before, { priority, enter }, ...this.#waiting.slice(before.length)];
      this.#settle();
    });
    return {
      leave: () => {
        if (this.#holders.delete(holder)) this.#settle();
      },
    };
  }

  /** Pauses what something more urgent has come for, has those who paused go on, and then lets others in. */
  #settle(): void {
    for (const holder of this.#holders) if (holder.priority > this.#lowest()) this.#pause(holder);
    for (const holder of this.#holders) {
      if (!holder.isPaused || !this.#hasRoomFor(holder.priority)) continue;
      holder.isPaused = false;
      holder.pausing?.goOn();
    }
    for (let [next] = this.#waiting; next && this.#hasRoomFor(next.priority); [next] = this.#waiting) {
      this.#waiting = this.#waiting.slice(1);
      next.enter();
    }
  }

  #pause(holder: Holder): void {
    const paused = [...this.#holders].filter(({ isPaused }) => isPaused).length;
    if (!holder.pausing || holder.isPaused || paused >= PAUSED_MAX * this.#max) return;
    holder.isPaused = true;
    holder.pausing.pause();
  }

  /** The lowest number of all who hold a place or wait for one. */
  #lowest(): number {
    const [first] = this.#waiting;
    return Math.min(first?.priority ?? Infinity, ...[...this.#holders].map(({ priority }) => priority));
  }

  #hasRoomFor(priority: number): boolean {
    const working = [...this.#holders].filter(({ isPaused }) => !isPaused);
    return priority <= this.#lowest() && working.length < placesFor(priority, this.#max);
  }
}

/** How many may be taken when one of this priority asks. */
export const placesFor = (priority: number, max: number): number =>
  laneOfPriority(priority) === 'urgent' ? max + 1 : max;
