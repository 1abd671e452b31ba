/**
 * The message log over Apache Kafka, for garage and cloud in programs of their own. It stands where the SQLite log stands
 * in one process: claims, landings, manifests and receipts go through it. It never resolves a publication before all
 * replicas in sync have it, and never moves a group past a batch whose handler has not resolved.
 *
 * A key decides the partition, as in Kafka's own clients, so that one key keeps its order; offsets count within a
 * partition. Each topic that a group reads is a Kafka group of its own, `GROUP.TOPIC`: members of one Kafka group must all
 * read the same topics, or the client's assignment loses some. Connections are made when they are first needed.
 */
import { PitlaneError } from '@pitlane/base/errors';
import type { ConsumeOptions, DeliveredRecord, LogRecord, MessageLog } from '@pitlane/ports/message-log';
import type { Kafka } from 'kafkajs';
import { openClient } from './client.ts';
import { Consumption } from './consumption.ts';
import { newestRecords } from './newest.ts';
import { BATCH_MAX_BYTES, GROUP_TIMES, groupIdOf, type KafkaLogOptions } from './options.ts';
import { Publisher } from './publisher.ts';
import { Topics } from './topics.ts';

export { type KafkaFrameLog, type KafkaFrameLogOptions, openKafkaFrameLog } from './frames.ts';
export type { KafkaLogOptions } from './options.ts';
export { removeTopics } from './remove-topics.ts';

export interface KafkaLog extends MessageLog {
  /** Makes the topics that are missing and checks the others: for the start of a program, so that faults show at once. */
  ensureTopics(topics: readonly string[]): Promise<void>;
}

type Handler = (batch: readonly DeliveredRecord[]) => Promise<void>;

export function openKafkaLog(options: KafkaLogOptions): KafkaLog {
  if (options.brokers.length === 0) {
    throw new PitlaneError('bad-settings', 'Kafka: no brokers are named: give some of them as host:port');
  }
  return new OpenKafkaLog(options);
}

class OpenKafkaLog implements KafkaLog {
  readonly #options: KafkaLogOptions;
  readonly #kafka: Kafka;
  readonly #topics: Topics;
  readonly #publishers = new Map<string, Publisher>();
  readonly #consumers = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;
  #isShut = false;

  constructor(options: KafkaLogOptions) {
    this.#options = options;
    this.#kafka = openClient(options);
    this.#topics = new Topics(this.#kafka, options.topics);
  }

  async ensureTopics(topics: readonly string[]): Promise<void> {
    this.#refuseShut();
    await this.#topics.ensure(topics);
  }

  async publish(topic: string, records: readonly LogRecord[]): Promise<void> {
    this.#refuseShut();
    for (const record of records) checkRecord(topic, record);
    if (records.length === 0) return;
    // A copy of the list: the caller may go on with its own before it is sent.
    await this.#publisher(topic).publish([...records]);
  }

  async consume(topic: string, group: string, options: ConsumeOptions, handler: Handler): Promise<void> {
    this.#refuseShut();
    if (!Number.isSafeInteger(options.batchMax) || options.batchMax < 1) {
      throw new PitlaneError('bad-usage', `batchMax is ${options.batchMax}: give a whole number from 1 on`);
    }
    const consumer = this.#consume(topic, group, options, handler);
    this.#consumers.add(consumer);
    try {
      await consumer;
    } finally {
      this.#consumers.delete(consumer);
    }
  }

  async lag(topic: string, group: string): Promise<number> {
    this.#refuseShut();
    return this.#topics.lag(topic, groupIdOf(group, topic));
  }

  async newest(topic: string, max: number): Promise<readonly DeliveredRecord[]> {
    this.#refuseShut();
    const bounds = await this.#topics.bounds(topic);
    const { groups } = this.#options;
    return newestRecords({ kafka: this.#kafka, topic, bounds, max, times: { ...GROUP_TIMES, ...groups } });
  }

  /**
   * Leaves it to the topic's retention (`retention.ms`, `retention.bytes`). A client that may not see every group would
   * take a record for finished that another group still needs.
   */
  async trim(_topic: string, _keep: number): Promise<void> {
    this.#refuseShut();
  }

  /** Ends all consumers after the batch they are at, and waits for them. Not to be awaited inside a handler. */
  close(): Promise<void> {
    this.#closed ??= this.#shut();
    return this.#closed;
  }

  async #shut(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#consumers);
    this.#isShut = true;
    await Promise.all([...this.#publishers.values()].map((publisher) => publisher.close()));
  }

  async #consume(topic: string, group: string, options: ConsumeOptions, handler: Handler): Promise<void> {
    const signal = AbortSignal.any([options.signal, this.#closing.signal]);
    if (signal.aborted) return;
    const groupId = groupIdOf(group, topic);
    const { log, groups } = this.#options;
    await this.#topics.sayWhatExpired(topic, groupId, log);
    const times = { ...GROUP_TIMES, ...groups };
    const parts = { kafka: this.#kafka, topic, groupId, times, options: { ...options, signal }, log, handler };
    await new Consumption(parts).run();
  }

  #publisher(topic: string): Publisher {
    const known = this.#publishers.get(topic);
    if (known) return known;
    const batchMaxBytes = this.#options.batchMaxBytes ?? BATCH_MAX_BYTES;
    const publisher = new Publisher(this.#kafka, this.#topics, topic, batchMaxBytes);
    this.#publishers.set(topic, publisher);
    return publisher;
  }

  #refuseShut(): void {
    if (this.#isShut) throw new PitlaneError('unavailable', 'the message log over Kafka was closed: open it again');
  }
}

function checkRecord(topic: string, { key, value }: LogRecord): void {
  // Half of a surrogate pair has no UTF-8: it would come out as another character than it went in.
  if (/\p{Surrogate}/u.test(key) || /\p{Surrogate}/u.test(value)) {
    throw new PitlaneError('bad-usage', `a record for ${topic} is not well-formed Unicode: escape lone surrogates`);
  }
}
