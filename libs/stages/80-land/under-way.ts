/** Work that goes on outside the handlers, and the waiting of handlers for some of it to end. */
export class UnderWay {
  readonly #tasks = new Set<Promise<void>>();
  readonly #onFailure: (error: unknown) => void;
  #wakers: (() => void)[] = [];

  /** @param onFailure told of each task that throws; the others go on. */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  get count(): number {
    return this.#tasks.size;
  }

  start(work: () => Promise<void>): void {
    const task: Promise<void> = work()
      .catch((error: unknown) => this.#onFailure(error))
      .finally(() => {
        this.#tasks.delete(task);
        this.wake();
      });
    this.#tasks.add(task);
  }

  /** Resolves at the next `wake`. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#wakers.push(resolve));
  }

  wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }

  /** Resolves when everything that is under way now has ended. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#tasks);
  }
}
