/**
 * One run of one consumer: joins its group, hands the records of its partitions to the handler, and lets go when the
 * signal aborts or something fails. One batch is under way at a time and nothing is fetched meanwhile: a slow handler is
 * waited for, not buffered for.
 *
 * Invariants:
 * - An offset is committed after the handler resolved for all before it, in the generation in which they were fetched: the
 *   brokers refuse the commit of a member whose partitions were given away, and the batch comes again to their new owner.
 * - The group is left after the running batch is finished and its offset committed.
 * - The client joins again by itself only between batches, so that the generation cannot change under a handler.
 */
import { messageOf } from '@pitlane/base/errors';
import type { Log } from '@pitlane/base/telemetry';
import type { ConsumeOptions, DeliveredRecord } from '@pitlane/ports/message-log';
import type { EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { whileBeating } from './beating.ts';
import { aborted, type GroupTimes, groupConsumer, takeBatches } from './group-consumer.ts';
import { errorFromKafka, isRevoked } from './kafka-errors.ts';

const FETCH_MAX_BYTES = 8 * 1024 * 1024;
const PARTITION_FETCH_MAX_BYTES = 2 * 1024 * 1024;

export interface ConsumptionParts {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly groupId: string;
  readonly times: GroupTimes;
  readonly options: ConsumeOptions;
  readonly log: Log;
  readonly handler: (batch: readonly DeliveredRecord[]) => Promise<void>;
}

export class Consumption {
  readonly #parts: ConsumptionParts;
  readonly #what: string;
  readonly #ended = new AbortController();
  /** The offset at which each partition's short batch was left to grow. */
  readonly #lingered = new Map<number, string>();
  #fetchedAtMs = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(parts: ConsumptionParts) {
    this.#parts = parts;
    this.#what = `consuming ${parts.topic} as ${parts.groupId}`;
  }

  /** Resolves when the signal has aborted and the running batch is finished. */
  async run(): Promise<void> {
    const { kafka, topic, groupId, times, options } = this.#parts;
    const bytes = { fetchBytesMax: FETCH_MAX_BYTES, partitionBytesMax: PARTITION_FETCH_MAX_BYTES };
    const consumer = groupConsumer(kafka, { groupId, times, ...bytes });
    const onAbort = (): void => this.#ended.abort();
    options.signal.addEventListener('abort', onAbort);
    if (options.signal.aborted) onAbort();
    try {
      consumer.on(consumer.events.CRASH, ({ payload }) => this.#fail(errorFromKafka(payload.error, this.#what)));
      consumer.on(consumer.events.FETCH, () => {
        this.#fetchedAtMs = performance.now();
      });
      await takeBatches(consumer, topic, (payload) => this.#take(payload), this.#ended.signal);
    } catch (error) {
      this.#fail(errorFromKafka(error, this.#what));
    } finally {
      options.signal.removeEventListener('abort', onAbort);
      await consumer.disconnect().catch(() => {});
    }
    if (this.#failure) throw this.#failure.error;
  }

  /** What one partition has, handed over in pieces of `batchMax`. */
  async #take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { batchMax } = this.#parts.options;
    if (this.#ended.signal.aborted || (await this.#isLeftToGrow(payload))) return;
    for (let at = 0; at < batch.messages.length; at += batchMax) {
      if (this.#ended.signal.aborted || !payload.isRunning() || payload.isStale()) return;
      await this.#handOver(batch.messages.slice(at, at + batchMax), payload);
    }
  }

  async #handOver(messages: readonly KafkaMessage[], payload: EachBatchPayload): Promise<void> {
    const { topic, handler, times, log } = this.#parts;
    const { partition } = payload.batch;
    const records = messages.map((message) => recordFrom(message, topic));
    let isThrown = false;
    const { failure } = await whileBeating(
      () => payload.heartbeat(),
      times.heartbeatMs,
      async () => {
        try {
          await handler(records);
        } catch (error) {
          isThrown = true;
          this.#failure = { error };
          this.#ended.abort();
        }
      },
    );
    if (isThrown) return;
    const last = messages.at(-1)?.offset as string;
    const next = String(BigInt(last) + 1n);
    try {
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: next }] }] });
    } catch (error) {
      const fields = { topic, partition, next, error: messageOf(error) };
      log.warn(isRevoked(error) ? 'batch.revoked' : 'commit.failed', fields);
      throw error;
    }
    payload.resolveOffset(last);
    if (failure) throw failure.error;
    await payload.heartbeat();
  }

  /**
   * Whether a batch that is not full is left where it is until its time is over: it is fetched again, with what came
   * meanwhile. One that ends before its partition does is as full as the fetch allows.
   */
  async #isLeftToGrow({ batch }: EachBatchPayload): Promise<boolean> {
    const { batchMax, lingerMs = 0 } = this.#parts.options;
    const first = batch.firstOffset() ?? '';
    const isGrown = this.#lingered.get(batch.partition) === first;
    if (lingerMs === 0 || isGrown || batch.messages.length >= batchMax || BigInt(batch.offsetLag()) > 0n) return false;
    this.#lingered.set(batch.partition, first);
    // All partitions of one fetch wait together, not one after another.
    await aborted(this.#ended.signal, this.#fetchedAtMs + lingerMs - performance.now());
    return true;
  }

  /** Ends with what the client failed at. After the end that is of no interest: it touches no batch. */
  #fail(error: unknown): void {
    if (!this.#ended.signal.aborted) this.#failure = { error };
    this.#ended.abort();
  }
}

function recordFrom({ key, value, offset }: KafkaMessage, topic: string): DeliveredRecord {
  return { topic, offset: BigInt(offset), key: key?.toString() ?? '', value: value?.toString() ?? '' };
}
