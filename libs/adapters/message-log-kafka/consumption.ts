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
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { whileBeating } from './beating.ts';
import { PATIENCE } from './client.ts';
import { errorFromKafka, isRevoked } from './kafka-errors.ts';

/** How long the brokers hold back an answer while there is nothing new; leaving a group waits for it. */
const IDLE_FETCH_MS = 250;
const FETCH_MAX_BYTES = 8 * 1024 * 1024;
const PARTITION_FETCH_MAX_BYTES = 2 * 1024 * 1024;
/** About 20 s. */
const RETRIES_MAX = 14;

export interface GroupTimes {
  /** A member that is not heard of for so long has lost its partitions. */
  readonly sessionMs: number;
  /** So long a rebalance waits for the handlers of other members to finish their batch. */
  readonly rebalanceMs: number;
  readonly heartbeatMs: number;
}

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
    const { topic, options } = this.#parts;
    const consumer = this.#consumer();
    const onAbort = (): void => this.#ended.abort();
    options.signal.addEventListener('abort', onAbort);
    if (options.signal.aborted) onAbort();
    try {
      consumer.on(consumer.events.CRASH, ({ payload }) => this.#fail(errorFromKafka(payload.error, this.#what)));
      consumer.on(consumer.events.FETCH, () => {
        this.#fetchedAtMs = performance.now();
      });
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      // Stopping a consumer that is joining would leave it joined for ever: `run` is waited for.
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 1,
        eachBatch: (payload) => this.#take(payload),
      });
      await aborted(this.#ended.signal);
    } catch (error) {
      this.#fail(errorFromKafka(error, this.#what));
    } finally {
      options.signal.removeEventListener('abort', onAbort);
      await consumer.disconnect().catch(() => {});
    }
    if (this.#failure) throw this.#failure.error;
  }

  #consumer(): Consumer {
    const { kafka, groupId, times } = this.#parts;
    return kafka.consumer({
      groupId,
      sessionTimeout: times.sessionMs,
      rebalanceTimeout: times.rebalanceMs,
      heartbeatInterval: times.heartbeatMs,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: IDLE_FETCH_MS,
      maxBytes: FETCH_MAX_BYTES,
      maxBytesPerPartition: PARTITION_FETCH_MAX_BYTES,
      // What cannot be mended in its time is told to the caller, who begins again. That costs the group the session of
      // the member that was, so a broker that starts again is waited for.
      retry: { ...PATIENCE, retries: RETRIES_MAX, restartOnFailure: async () => false },
    });
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

/** Resolves when the signal aborts, or after so long. */
function aborted(signal: AbortSignal, withinMs?: number): Promise<void> {
  if (signal.aborted || (withinMs !== undefined && withinMs <= 0)) return Promise.resolve();
  return new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      done();
    };
    const timer = withinMs === undefined ? undefined : setTimeout(end, withinMs);
    signal.addEventListener('abort', end);
  });
}
