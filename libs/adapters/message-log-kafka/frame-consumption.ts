/**
 * One run of one consumer of frames. A partition whose frames are with their handler is paused, and the client goes on
 * with the others and with its heartbeats: a handler may take as long as it likes.
 *
 * Invariants:
 * - The client's position moves when frames are handed over; the group's offset only by a settle of the tenure in which
 *   they were.
 * - A tenure ends before the client joins again, so that no settle of it is committed for partitions that were given away
 *   and read again. A commit that is on its way just then is of frames that were finished: it loses nothing.
 * - One handler at a time has frames of a partition, over tenures too.
 */
import { messageOf } from '@pitlane/base/errors';
import type { Log } from '@pitlane/base/telemetry';
import type { ConsumeFramesOptions, FrameHandler } from '@pitlane/ports/frame-log';
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { frameFrom, piecesOf } from './frame-record.ts';
import { type GroupTimes, groupConsumer, takeBatches } from './group-consumer.ts';
import { errorFromKafka, isRevoked } from './kafka-errors.ts';
import { Tenure } from './tenure.ts';

/** What all partitions of one answer have together. */
const FETCH_BYTES_MAX = 8 * 1024 * 1024;

/**
 * A quick handler is waited for before anything is fetched again: an answer that was asked for without its partition is held
 * back by the brokers while the other partitions are idle, and its next frames would wait for that.
 */
const QUICK_MS = 50;

export interface FrameConsumptionParts {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly groupId: string;
  readonly times: GroupTimes;
  readonly options: ConsumeFramesOptions;
  readonly log: Log;
  readonly handler: FrameHandler;
}

export class FrameConsumption {
  readonly #parts: FrameConsumptionParts;
  readonly #what: string;
  readonly #consumer: Consumer;
  readonly #ended = new AbortController();
  /** The last handlers of each partition. */
  readonly #feeding = new Map<number, Promise<void>>();
  #tenure: Tenure;
  #committing: Promise<void> | undefined;
  #isLeaving = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(parts: FrameConsumptionParts) {
    const { kafka, topic, groupId, times, options } = parts;
    this.#parts = parts;
    this.#what = `consuming ${topic} as ${groupId}`;
    const partitionBytesMax = options.batchBytesMax;
    this.#consumer = groupConsumer(kafka, { groupId, times, fetchBytesMax: FETCH_BYTES_MAX, partitionBytesMax });
    this.#tenure = this.#newTenure([]);
  }

  /** Resolves when the signal has aborted, the handlers are done, and `onRevoked` was heard. */
  async run(): Promise<void> {
    const { topic, options } = this.#parts;
    const consumer = this.#consumer;
    const onAbort = (): void => this.#ended.abort();
    options.signal.addEventListener('abort', onAbort);
    if (options.signal.aborted) onAbort();
    try {
      consumer.on(consumer.events.CRASH, ({ payload }) => this.#fail(errorFromKafka(payload.error, this.#what)));
      consumer.on(consumer.events.REBALANCING, () => this.#revoke());
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.#join(payload.memberAssignment[topic] ?? []));
      await takeBatches(consumer, topic, (payload) => this.#take(payload), this.#ended.signal);
    } catch (error) {
      this.#fail(errorFromKafka(error, this.#what));
    } finally {
      options.signal.removeEventListener('abort', onAbort);
      await this.#leave();
    }
    if (this.#failure) throw this.#failure.error;
  }

  /** Pauses the partition, and returns when its frames are handled, or soon. */
  async #take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { partition, messages } = batch;
    const tenure = this.#tenure;
    const resume = payload.pause();
    // After the end the partitions stay paused, or the same frames would be fetched again and again.
    if (this.#ended.signal.aborted) return;
    if (tenure.isOver || !payload.isRunning() || payload.isStale()) return resume();
    payload.resolveOffset(batch.lastOffset());
    const before = this.#feeding.get(partition);
    const feeding = this.#feed(tenure, partition, messages, before).then(() => {
      if (this.#feeding.get(partition) === feeding) this.#feeding.delete(partition);
      if (!tenure.isOver && !this.#ended.signal.aborted) resume();
    });
    this.#feeding.set(partition, feeding);
    let timer: NodeJS.Timeout | undefined;
    const soon = new Promise<void>((resolve) => (timer = setTimeout(resolve, QUICK_MS)));
    await Promise.race([feeding, soon]);
    clearTimeout(timer);
  }

  /** Never rejects. */
  async #feed(
    tenure: Tenure,
    partition: number,
    messages: readonly KafkaMessage[],
    before: Promise<void> | undefined,
  ): Promise<void> {
    const { handler, options } = this.#parts;
    await before;
    const frames = messages.map((message) => frameFrom(message, partition));
    for (const piece of piecesOf(frames, options.batchBytesMax)) {
      if (tenure.isOver || this.#ended.signal.aborted) return;
      try {
        await handler(piece, tenure.settle);
      } catch (error) {
        this.#failure ??= { error };
        this.#ended.abort();
      }
    }
  }

  #newTenure(partitions: readonly number[]): Tenure {
    return new Tenure(this.#parts.topic, partitions, () => {
      this.#committing ??= this.#commit();
    });
  }

  /** The client joined, and begins anew where the group stands. */
  #join(partitions: readonly number[]): void {
    this.#revoke();
    if (this.#isLeaving) return;
    this.#tenure = this.#newTenure(partitions);
    this.#consumer.resume([{ topic: this.#parts.topic }]);
  }

  #revoke(): void {
    const { partitions, isOver } = this.#tenure;
    this.#tenure.end();
    if (isOver || this.#isLeaving || partitions.length === 0) return;
    this.#parts.options.onRevoked(partitions).catch((error: unknown) => this.#fail(error));
  }

  /** Commits what is settled, and what is settled meanwhile. Never rejects. */
  async #commit(): Promise<void> {
    // All that is settled in one turn goes in one request.
    await Promise.resolve();
    for (let tenure = this.#tenure; ; tenure = this.#tenure) {
      const pending = tenure.takePending();
      if (pending.length === 0) break;
      try {
        await this.#consumer.commitOffsets(pending);
      } catch (error) {
        this.#parts.log.warn('commit.failed', { topic: this.#parts.topic, error: messageOf(error) });
        if (!tenure.isOver && !isRevoked(error)) this.#fail(errorFromKafka(error, this.#what));
      }
    }
    this.#committing = undefined;
  }

  async #leave(): Promise<void> {
    this.#isLeaving = true;
    this.#ended.abort();
    try {
      await Promise.all(this.#feeding.values());
      const { partitions, isOver } = this.#tenure;
      if (!isOver && partitions.length > 0) await this.#parts.options.onRevoked(partitions);
      while (this.#committing) await this.#committing;
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      this.#tenure.end();
      await this.#consumer.disconnect().catch(() => {});
    }
  }

  /** Ends with what the client failed at. After the end that is of no interest. */
  #fail(error: unknown): void {
    if (!this.#ended.signal.aborted) this.#failure ??= { error };
    this.#ended.abort();
  }
}
