/** A topic with what is expected of it: whether it has a period, which silences are gaps, and when it was there. */
import type { ExpectedTopic } from '@pitlane/contracts/profile';
import { CoveredRuns } from './covered-runs.ts';
import type { Expectations } from './expectations.ts';
import { SHORTEST_SILENCE_NS, type TopicBook, type TopicSeen } from './topic-book.ts';

/** A silence is a gap when it is over 100 ms and over three periods. */
const GAP_NS = 100_000_000;
const GAP_PERIODS = 3;

export interface JudgedTopic {
  readonly seen: TopicSeen;
  readonly expected: ExpectedTopic | undefined;
  /** Undefined where it has no period: no silence is a gap. */
  readonly gapNs: number | undefined;
  /** Runs without a gap; those of its evidence where it has no period. */
  readonly runs: CoveredRuns;
}

/** Topics without any message are none. */
export function judgedTopics(book: TopicBook, expectations: Expectations): JudgedTopic[] {
  const present = [...book.topics].filter(({ firstNs, messages }) => firstNs !== undefined && messages !== 0);
  return present.map((seen) => {
    const expected = expectations.of(seen.topic);
    const gapNs = gapNsOf(seen, expected);
    return { seen, expected, gapNs, runs: gapNs === undefined ? seen.runs : closed(seen.runs, gapNs) };
  });
}

function gapNsOf({ intervals }: TopicSeen, expected: ExpectedTopic | undefined): number | undefined {
  if (expected?.periodic === false) return undefined;
  if (expected?.gapMs !== undefined) return Math.max(SHORTEST_SILENCE_NS, expected.gapMs * 1e6);
  const isPeriodic = expected?.periodic === true || expected?.rateHz !== undefined || intervals.isPeriodic;
  const periodNs = expected?.rateHz === undefined ? intervals.medianNs : 1e9 / expected.rateHz;
  if (!isPeriodic || periodNs === undefined) return undefined;
  return Math.max(GAP_NS, GAP_PERIODS * periodNs);
}

function closed(runs: CoveredRuns, gapNs: number): CoveredRuns {
  const joined = new CoveredRuns(gapNs);
  for (let run = 0; run < runs.length; run += 1) joined.cover(runs.startOf(run), runs.endOf(run));
  return joined;
}
