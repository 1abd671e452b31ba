/**
 * Who takes what of a sequence, when the number of takers changes on the way.
 *
 * In a phase with `world` ranks, rank r takes the r-th of what was left, the (r + world)-th, and so on. Each rank stops where
 * it stops: a phase is told by how many each has taken. What is left of a phase is all that no rank took, in the same order,
 * and that is what the next phase deals out anew. A rank's share is a residue class, so no sample is in two; what is taken
 * is out of the rest, so none comes again in a later phase; and what is not taken is in the rest, so none is missing.
 */

export interface Phase {
  readonly world: number;
  /** By rank. */
  readonly taken: readonly number[];
}

/** How many of a sequence of `length` are rank's. */
export const shareOf = (length: number, rank: number, world: number): number =>
  Math.max(0, Math.ceil((length - rank) / world));

export class Rest {
  readonly #phases: readonly Phase[];
  readonly length: number;

  /** @param phases of a sequence of `total`, the first first. */
  constructor(total: number, phases: readonly Phase[]) {
    this.#phases = phases;
    this.length = phases.reduce((left, { taken }) => left - taken.reduce((sum, count) => sum + count, 0), total);
  }

  /** Where the i-th of what is left stands in the whole sequence. */
  positionOf(i: number): number {
    let position = i;
    for (let at = this.#phases.length - 1; at >= 0; at -= 1) position = untaken(this.#phases[at] as Phase, position);
    return position;
  }
}

/** Where the i-th that nobody took stood. Row by row of `world` each: a rank has taken the first rows of its column. */
function untaken({ world, taken }: Phase, i: number): number {
  let low = 0;
  // Behind the row in which the last rank stopped, every row is whole.
  let high = Math.max(...taken) + Math.floor(i / world) + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (leftBefore(taken, middle) <= i) low = middle;
    else high = middle;
  }
  let among = i - leftBefore(taken, low);
  for (let rank = 0; rank < world; rank += 1) {
    if ((taken[rank] as number) > low) continue;
    if (among === 0) return low * world + rank;
    among -= 1;
  }
  throw new RangeError(`there is no ${i}-th of what is left`);
}

/** How many of the rows before `row` nobody took. */
function leftBefore(taken: readonly number[], row: number): number {
  let left = 0;
  for (const count of taken) left += Math.max(0, row - count);
  return left;
}
