/** Medians, and ratios taken pair by pair before their median is: neighbours in time had the same machine. */

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('no values, no median');
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] as number;
  const lower = sorted[(sorted.length - 1) >> 1] as number;
  return { median: (lower + upper) / 2, min: sorted[0] as number, max: sorted.at(-1) as number };
}

/** The spread of `above[i] / below[i]`. */
export function ratioOf(above: readonly number[], below: readonly number[]): Spread {
  if (above.length !== below.length) throw new RangeError('ratios want pairs');
  return spreadOf(above.map((value, i) => value / (below[i] as number)));
}
