/** Per channel, the objects that may hold its state at the start of a slice: its newest messages before. */

/** What a chunk has of a channel, and where it lies. */
export interface PrimerRow<Chunk> {
  readonly chunk: Chunk;
  readonly messages: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export class PlannedPrimers<Chunk> {
  readonly #startNs: bigint;
  readonly #rowsOf = new Map<number, PrimerRow<Chunk>[]>();
  readonly #depthOf = new Map<number, number>();

  /** @param startNs of the slice */
  constructor(startNs: bigint) {
    this.#startNs = startNs;
  }

  /** @param depth so many of the newest messages are wanted */
  consider(output: number, depth: number, row: PrimerRow<Chunk>): void {
    if (row.startNs >= this.#startNs) return;
    const rows = this.#rowsOf.get(output);
    if (rows) rows.push(row);
    else this.#rowsOf.set(output, [row]);
    this.#depthOf.set(output, depth);
  }

  /** By chunk, the channels whose state may lie there. */
  chosen(): Map<Chunk, number[]> {
    const chosen = new Map<Chunk, number[]>();
    for (const [output, rows] of this.#rowsOf) {
      const sureNs = this.#sureTime(rows, this.#depthOf.get(output) ?? 1);
      for (const { chunk, endNs } of rows) {
        if (endNs >= sureNs) chosen.set(chunk, [...(chosen.get(chunk) ?? []), output]);
      }
    }
    return chosen;
  }

  /**
   * The latest time that is sure to have `depth` messages at it or behind it, and before the start. A chunk that ends
   * before the start has one at its end and the others no earlier than its start; of one that goes on behind the start
   * only its first is sure.
   */
  #sureTime(rows: readonly PrimerRow<Chunk>[], depth: number): bigint {
    const sure = rows.flatMap(({ messages, startNs, endNs }) =>
      endNs < this.#startNs
        ? [
            { ns: endNs, count: 1 },
            { ns: startNs, count: messages - 1 },
          ]
        : [{ ns: startNs, count: 1 }],
    );
    sure.sort((a, b) => (a.ns > b.ns ? -1 : a.ns < b.ns ? 1 : 0));
    let count = 0;
    for (const one of sure) {
      count += one.count;
      if (count >= depth) return one.ns;
    }
    return 0n;
  }
}
