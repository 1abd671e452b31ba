/** Runs two sides of a comparison in turns, so that what the machine does beside them falls on both alike. */

export interface Pairs<A, B> {
  readonly ours: readonly A[];
  readonly theirs: readonly B[];
}

/** One warm-up of each, which counts for nothing, then `pairs` times ours and theirs: A B A B … */
export async function interleaved<A, B>(
  pairs: number,
  ours: (round: number) => Promise<A>,
  theirs: (round: number) => Promise<B>,
): Promise<Pairs<A, B>> {
  const measured: { ours: A[]; theirs: B[] } = { ours: [], theirs: [] };
  for (let round = 0; round <= pairs; round += 1) {
    const a = await ours(round);
    const b = await theirs(round);
    if (round === 0) continue;
    measured.ours.push(a);
    measured.theirs.push(b);
  }
  return measured;
}
