/**
 * How many messages of each topic came when, from the counts of chunks. A chunk says how many there are between its first
 * and its last message, so within a chunk they are spread evenly: a bucket shorter than a chunk is an estimate.
 */
import type { Catalog } from '@pitlane/ports/catalog';
import { COUNTED_TOPICS, countedParameters, placesFor } from './counted-topics.ts';
import { countOf, type DriveKey, textOf } from './of-drive.ts';

export const BUCKETS_MAX = 2000;
/** Numbers in an answer. */
export const CELLS_MAX = 200_000;
/** So many parts of a bucket are told apart by the catalog. */
const GRAINS_A_BUCKET = 8;

export interface Buckets {
  readonly startNs: bigint;
  /** Of each; the last one may reach over the end. */
  readonly bucketNs: bigint;
  readonly count: number;
}

export interface TopicRates {
  readonly topic: string;
  readonly messages: number[];
}

/** [start, end] in so many buckets of whole nanoseconds, the last message inside. */
export function bucketsOf(startNs: bigint, endNs: bigint, count: number): Buckets {
  const lengthNs = endNs - startNs + 1n;
  const buckets = BigInt(count);
  return { startNs, bucketNs: (lengthNs + buckets - 1n) / buckets, count };
}

interface Counted {
  readonly topic: string;
  /** Grains, from that of the first message to that of the last. */
  readonly first: number;
  readonly last: number;
  readonly messages: number;
}

/**
 * Counts of chunks that have the same grains come together, so that rows depend on what is asked, not on the drive. Times are
 * numbers of our own, and stand in the text.
 */
export function ratesSql(topics: readonly string[], buckets: Buckets): string {
  const { startNs, bucketNs, count } = buckets;
  const grain = (time: string): string => `CAST(FLOOR((${time} - ${startNs}) / ${grainOf(buckets)}) AS BIGINT)`;
  return `SELECT topic, ${grain('start_ns')} AS first_grain, ${grain('end_ns')} AS last_grain, SUM(messages) AS messages
    FROM (${COUNTED_TOPICS}) AS counted
    WHERE topic IN (${placesFor(topics)}) AND end_ns >= ${startNs} AND start_ns < ${startNs + bucketNs * BigInt(count)}
    GROUP BY topic, first_grain, last_grain`;
}

export async function ratesOf(
  catalog: Pick<Catalog, 'query'>,
  key: DriveKey,
  topics: readonly string[],
  buckets: Buckets,
): Promise<TopicRates[]> {
  if (topics.length === 0) return [];
  const rows = await catalog.query(ratesSql(topics, buckets), [...countedParameters(key), ...topics]);
  const counted = rows.map((row) => ({
    topic: textOf(row['topic']) ?? '',
    first: countOf(row['first_grain']),
    last: countOf(row['last_grain']),
    messages: countOf(row['messages']),
  }));
  return spread(counted, topics, buckets);
}

const grainOf = ({ bucketNs }: Buckets): bigint =>
  bucketNs > BigInt(GRAINS_A_BUCKET) ? (bucketNs + BigInt(GRAINS_A_BUCKET) - 1n) / BigInt(GRAINS_A_BUCKET) : bucketNs;

/** What lies outside of the buckets is left out of them; a number keeps three decimals. */
export function spread(counted: readonly Counted[], topics: readonly string[], buckets: Buckets): TopicRates[] {
  const perBucket = Number(buckets.bucketNs) / Number(grainOf(buckets));
  const byTopic = new Map(topics.map((topic) => [topic, new Float64Array(buckets.count)]));
  for (const { topic, first, last, messages } of counted) {
    const sums = byTopic.get(topic);
    if (!sums) continue;
    const each = messages / (last - first + 1);
    const from = Math.max(0, Math.floor(first / perBucket));
    const to = Math.min(buckets.count - 1, Math.floor(last / perBucket));
    for (let at = from; at <= to; at += 1) {
      const grains = Math.min(last + 1, (at + 1) * perBucket) - Math.max(first, at * perBucket);
      sums[at] = (sums[at] as number) + each * Math.max(0, grains);
    }
  }
  return topics.map((topic) => ({
    topic,
    messages: Array.from(byTopic.get(topic) ?? [], (sum) => Math.round(sum * 1000) / 1000),
  }));
}
