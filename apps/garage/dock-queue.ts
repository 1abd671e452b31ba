/** Docks that wait for their turn: by priority, which may be that of something foreseen in them, and then in order of coming. */
import type { DockEntry } from '@pitlane/ports/journal';
import { placesFor } from './chunker-places.ts';
import type { DockRequest } from './dock-result.ts';

export interface WaitingDock {
  readonly dock: DockEntry;
  readonly request: DockRequest;
}

interface Entry extends WaitingDock {
  priority: number;
}

/** Docks under way together, and one more that is urgent: one bay's bad disk must not hold up another's. */
const DOCKS_AT_ONCE = 4;

export class DockQueue {
  readonly #foresee: (request: DockRequest) => Promise<number>;
  readonly #onLifted: () => void;
  #waiting: Entry[] = [];

  /**
   * @param foresee how urgent something in a dock is; never rejects
   * @param onLifted one that waits may have its turn now
   */
  constructor(foresee: (request: DockRequest) => Promise<number>, onLifted: () => void) {
    this.#foresee = foresee;
    this.#onLifted = onLifted;
  }

  has(dockId: string): boolean {
    return this.#waiting.some(({ dock }) => dock.dockId === dockId);
  }

  /** @param reading how many docks read a disk: those whose copies are made hold up nobody */
  add(waiting: WaitingDock, reading: number): void {
    const entry = { ...waiting, priority: waiting.dock.priority };
    this.#waiting.push(entry);
    if (reading >= DOCKS_AT_ONCE) void this.#lift(entry);
  }

  /** Orders have come: what waits may be urgent by now. */
  foreseeAll(): void {
    for (const entry of this.#waiting) void this.#lift(entry);
  }

  /** Takes out the dock that is next, if there is room for it. */
  next(reading: number): WaitingDock | undefined {
    this.#waiting.sort((a, b) => a.priority - b.priority);
    const [next] = this.#waiting;
    if (!next || reading >= placesFor(next.priority, DOCKS_AT_ONCE)) return undefined;
    return this.#waiting.shift();
  }

  async #lift(entry: Entry): Promise<void> {
    entry.priority = Math.min(entry.priority, await this.#foresee(entry.request));
    this.#onLifted();
  }
}
