/** What a run comes to: how many slices passed, how sure that is, as a whole and by group. */
import type { MatrixResult, MatrixVerdict } from '@pitlane/contracts/matrix';

export interface Rate {
  readonly group: string;
  readonly jobs: number;
  readonly passed: number;
  readonly failed: number;
  readonly flaky: number;
  readonly errors: number;
  readonly passRate: number;
  /** Wilson's score interval of 95 %. */
  readonly low: number;
  readonly high: number;
}

/** Of the normal distribution, for 95 %. */
const Z = 1.959963984540054;

/** E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927. Trials are at least one. */
export function wilson(passed: number, trials: number): { low: number; high: number } {
  const rate = passed / trials;
  const centre = rate + (Z * Z) / (2 * trials);
  const margin = Z * Math.sqrt((rate * (1 - rate)) / trials + (Z * Z) / (4 * trials * trials));
  const scale = 1 + (Z * Z) / trials;
  return {
    low: passed === 0 ? 0 : (centre - margin) / scale,
    high: passed === trials ? 1 : (centre + margin) / scale,
  };
}

export function rateOf(group: string, results: readonly Pick<MatrixResult, 'verdict'>[]): Rate {
  const count = (wanted: MatrixVerdict): number => results.filter(({ verdict }) => verdict === wanted).length;
  const passed = count('pass');
  const jobs = results.length;
  const counts = { jobs, passed, failed: count('fail'), flaky: count('flaky'), errors: count('error') };
  return { group, ...counts, passRate: passed / jobs, ...wilson(passed, jobs) };
}

/** One for each group, in order of its name; none where nothing is grouped. */
export function ratesByGroup(results: readonly Pick<MatrixResult, 'verdict' | 'group'>[]): Rate[] {
  const groups = new Map<string, Pick<MatrixResult, 'verdict' | 'group'>[]>();
  for (const result of results) groups.set(result.group, [...(groups.get(result.group) ?? []), result]);
  if (groups.size === 1 && groups.has('')) return [];
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([group, inGroup]) => rateOf(group, inGroup));
}
