/** How a value grows over time: the slope of the straight line that lies nearest to its samples. */
export interface Sample {
  readonly atS: number;
  readonly bytes: number;
}

/** Bytes a second. Throws when there are fewer than two points in time. */
export function slopePerSecond(samples: readonly Sample[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const atS = mean(samples.map((one) => one.atS));
  const bytes = mean(samples.map((one) => one.bytes));
  const spread = samples.reduce((sum, one) => sum + (one.atS - atS) ** 2, 0);
  if (!(spread > 0)) throw new RangeError('a slope wants samples of two times: let it run longer');
  return samples.reduce((sum, one) => sum + (one.atS - atS) * (one.bytes - bytes), 0) / spread;
}
