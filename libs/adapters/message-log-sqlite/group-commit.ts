/**
 * One transaction for all writes that were asked for in the same turn of the event loop: a commit costs an fsync, and
 * eight writers need not pay eight. Writes keep the order in which they were asked for.
 */

const GROUP_MAX_BYTES = 32 * 1024 * 1024;
const GROUP_MAX_WRITES = 4096;

interface Write {
  readonly bytes: number;
  run(): void;
  settle(failure: { readonly error: unknown } | undefined): void;
}

export class GroupCommit {
  readonly #transact: (work: () => void) => void;
  #waiting: Write[] = [];
  #isScheduled = false;

  /** @param transact runs `work` and commits durably, or throws and leaves nothing of it. */
  constructor(transact: (work: () => void) => void) {
    this.#transact = transact;
  }

  /** Resolves with what `work` returned once it is durable. `bytes` says about how much it writes. */
  run<T>(work: () => T, bytes = 0): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: T;
      this.#waiting.push({
        bytes,
        run: () => {
          result = work();
        },
        settle: (failure) => {
          if (failure) reject(failure.error);
          else resolve(result);
        },
      });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#commit(this.#takeGroup());
      this.#schedule();
    });
  }

  #takeGroup(): Write[] {
    let count = 0;
    for (let bytes = 0; count < Math.min(this.#waiting.length, GROUP_MAX_WRITES); count += 1) {
      bytes += this.#waiting[count]?.bytes ?? 0;
      if (count > 0 && bytes > GROUP_MAX_BYTES) break;
    }
    return this.#waiting.splice(0, count);
  }

  #commit(group: readonly Write[]): void {
    let failure: { error: unknown } | undefined;
    try {
      this.#transact(() => {
        for (const write of group) write.run();
      });
    } catch (error) {
      failure = { error };
    }
    for (const write of group) write.settle(failure);
  }
}
