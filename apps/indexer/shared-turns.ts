/** Works that may run together, and now and then one that has to be alone: it waits for those before it, and those after it wait. */
export class SharedTurns {
  readonly #running = new Set<Promise<unknown>>();
  #lastAlone: Promise<unknown> = Promise.resolve();

  async share<T>(work: () => Promise<T>): Promise<T> {
    await this.#lastAlone;
    return this.#run(work);
  }

  alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastAlone.then(async () => {
      await Promise.allSettled(this.#running);
      return work();
    });
    this.#lastAlone = turn.catch(() => {});
    return turn;
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }
}
