/** The end of a topic, read by a group that is made for it and commits nothing: the brokers forget it when it leaves. */
import { randomUUID } from 'node:crypto';
import { PitlaneError } from '@pitlane/base/errors';
import type { DeliveredRecord } from '@pitlane/ports/message-log';
import type { Kafka } from 'kafkajs';
import { aborted, type GroupTimes, groupConsumer } from './group-consumer.ts';
import { errorFromKafka, withKafka } from './kafka-errors.ts';

const FETCH_BYTES_MAX = 8 * 1024 * 1024;
const WITHIN_MS = 60_000;

export interface NewestOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  /** Where the records of each partition lie now: [low, high). */
  readonly bounds: ReadonlyMap<number, { readonly low: bigint; readonly high: bigint }>;
  readonly max: number;
  readonly times: GroupTimes;
}

/** The newest by the time at which they were published, oldest first. */
export async function newestRecords(options: NewestOptions): Promise<DeliveredRecord[]> {
  const { kafka, topic, bounds, max, times } = options;
  const starts = new Map<number, bigint>();
  const open = new Set<number>();
  for (const [partition, { low, high }] of bounds) {
    starts.set(partition, high - BigInt(max) > low ? high - BigInt(max) : low);
    if (high > low) open.add(partition);
  }
  if (open.size === 0 || max < 1) return [];
  const found: { readonly record: DeliveredRecord; readonly timestamp: number }[] = [];
  const done = new AbortController();
  let failure: { readonly error: unknown } | undefined;
  const groupId = `pitlane-newest-${randomUUID()}.${topic}`;
  const consumer = groupConsumer(kafka, {
    groupId,
    times,
    fetchBytesMax: FETCH_BYTES_MAX,
    partitionBytesMax: FETCH_BYTES_MAX,
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    failure = { error: errorFromKafka(payload.error, `looking at the end of ${topic}`) };
    done.abort();
  });
  await withKafka(`looking at the end of ${topic}`, async () => {
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch }) => {
          const { partition } = batch;
          for (const { key, value, offset: text, timestamp } of batch.messages) {
            const offset = BigInt(text);
            // A batch may come before the seek is heard, and it may begin before the offset that was asked for.
            if (offset < (starts.get(partition) ?? 0n)) continue;
            starts.set(partition, offset + 1n);
            const record = { topic, offset, key: key?.toString() ?? '', value: value?.toString() ?? '' };
            found.push({ record, timestamp: Number(timestamp) });
          }
          if (BigInt(batch.lastOffset()) + 1n >= (bounds.get(partition)?.high ?? 0n)) open.delete(partition);
          if (open.size === 0) done.abort();
        },
      });
      for (const [partition, offset] of starts) consumer.seek({ topic, partition, offset: String(offset) });
      await aborted(done.signal, WITHIN_MS);
    } finally {
      await consumer.disconnect().catch(() => {});
    }
  });
  if (failure) throw failure.error;
  if (open.size > 0) {
    const text = `the end of ${topic} was not read within ${WITHIN_MS / 1000} s: look at the brokers, then run again`;
    throw new PitlaneError('unavailable', text, { retryable: true });
  }
  // Stable: records of one partition stay in their order where they were published in one millisecond.
  return found
    .sort((a, b) => a.timestamp - b.timestamp)
    .slice(-max)
    .map(({ record }) => record);
}
