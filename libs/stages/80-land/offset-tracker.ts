/**
 * How far the offset of one partition may move: up to the first frame of the oldest attempt that is neither landed nor
 * given up, and never beyond what was seen. Attempts of several garages lie interleaved in a partition, so an attempt that
 * began late may end early and has to wait for the one before it.
 */
export class OffsetTracker {
  /** First offsets of the attempts that have not ended. */
  readonly #begun = new Map<string, bigint>();
  #seenBefore = 0n;
  #settledBefore = 0n;

  /** An attempt's first frame lies at `offset`. Comes before `saw` of that offset. */
  begin(key: string, offset: bigint): void {
    if (!this.#begun.has(key)) this.#begun.set(key, offset);
  }

  /** The attempt is landed or given up. */
  end(key: string): void {
    this.#begun.delete(key);
  }

  /** The frame at `offset` lies in an attempt's file, or is of no use to anybody. */
  saw(offset: bigint): void {
    if (offset >= this.#seenBefore) this.#seenBefore = offset + 1n;
  }

  /** The next offset to settle, if it has moved since this was last asked. */
  advance(): bigint | undefined {
    let before = this.#seenBefore;
    for (const first of this.#begun.values()) if (first < before) before = first;
    if (before <= this.#settledBefore) return undefined;
    this.#settledBefore = before;
    return before;
  }
}
