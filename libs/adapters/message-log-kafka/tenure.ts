/**
 * What one generation of the group gave this member: its partitions, and how far each is settled. Once it is over nothing of
 * it counts: the partitions may be somebody else's.
 */
export class Tenure {
  readonly partitions: readonly number[];
  readonly #topic: string;
  /** Settled, and not committed yet. */
  readonly #pending = new Map<number, bigint>();
  readonly #highest = new Map<number, bigint>();
  readonly #onSettled: () => void;
  #isOver = false;

  constructor(topic: string, partitions: readonly number[], onSettled: () => void) {
    this.#topic = topic;
    this.partitions = partitions;
    this.#onSettled = onSettled;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
    this.#pending.clear();
  }

  readonly settle = (partition: number, nextOffset: bigint): void => {
    if (this.#isOver || nextOffset <= (this.#highest.get(partition) ?? -1n)) return;
    this.#highest.set(partition, nextOffset);
    this.#pending.set(partition, nextOffset);
    this.#onSettled();
  };

  /** Takes what is to be committed, in the client's words. */
  takePending(): { topic: string; partition: number; offset: string }[] {
    const taken = [...this.#pending].map(([partition, offset]) => ({
      topic: this.#topic,
      partition,
      offset: String(offset),
    }));
    this.#pending.clear();
    return taken;
  }
}
