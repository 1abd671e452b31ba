/** How often a topic should come: as the profile has it where the verdict says so, else how often it came on the whole. */
import type { FindingRow, TopicRow } from '../rows.ts';

export interface ExpectedRate {
  readonly hz: number;
  readonly by: 'profile' | 'mean';
}

export function expectedRates(
  topics: readonly Pick<TopicRow, 'topic' | 'meanHz'>[],
  findings: readonly Pick<FindingRow, 'topic' | 'expected' | 'unit'>[],
): ReadonlyMap<string, ExpectedRate> {
  const known = new Map<string, ExpectedRate>();
  for (const { topic, meanHz } of topics)
    if (meanHz !== null && meanHz > 0) known.set(topic, { hz: meanHz, by: 'mean' });
  for (const { topic, expected, unit } of findings) {
    const hz = (expected ?? 0) / 1000;
    if (unit === 'mHz' && hz > 0) known.set(topic, { hz, by: 'profile' });
  }
  return known;
}
