/**
 * The frame log over Apache Kafka: a topic a lane, a frame a record, whose key is the frame's, whose one header is the
 * frame's head, and whose value is its body. Each lane has a producer and a thread of its own, so that nothing urgent queues
 * behind bulk, and each group reads a lane as the Kafka group `GROUP.TOPIC`. Brokers must not compress again: bodies are compressed.
 */
import { PitlaneError } from '@pitlane/base/errors';
import { type Frame, frameTopic, LANES, type Lane } from '@pitlane/contracts/frame';
import type { ConsumeFramesOptions, FrameHandler, FrameLog } from '@pitlane/ports/frame-log';
import type { Kafka } from 'kafkajs';
import { openClient } from './client.ts';
import { FrameConsumption } from './frame-consumption.ts';
import { LaneThread } from './lane-thread.ts';
import { GROUP_TIMES, groupIdOf, type KafkaLogOptions } from './options.ts';
import { Topics } from './topics.ts';

export interface KafkaFrameLog extends FrameLog {
  /** Makes the lanes' topics that are missing and checks the others. */
  ensureTopics(): Promise<void>;
}

export interface KafkaFrameLogOptions extends KafkaLogOptions {
  /** Stands before the topics' names, to try the brokers out beside what runs there. */
  readonly topicPrefix?: string;
  /** Threads that publish to a lane, each with a connection of its own: frames of one key take the same. 1 if absent. */
  readonly producers?: number;
}

export function openKafkaFrameLog(options: KafkaFrameLogOptions): KafkaFrameLog {
  if (options.brokers.length === 0) {
    throw new PitlaneError('bad-settings', 'Kafka: no brokers are named: give some of them as host:port');
  }
  return new OpenKafkaFrameLog(options);
}

class OpenKafkaFrameLog implements KafkaFrameLog {
  readonly #options: KafkaFrameLogOptions;
  readonly #kafka: Kafka;
  readonly #topics: Topics;
  readonly #threads: Readonly<Record<Lane, readonly LaneThread[]>>;
  readonly #consumers = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  constructor(options: KafkaFrameLogOptions) {
    this.#options = options;
    this.#kafka = openClient(options);
    this.#topics = new Topics(this.#kafka, options.topics);
    const threads = (lane: Lane): LaneThread[] =>
      Array.from({ length: options.producers ?? 1 }, () => new LaneThread(this.#topicOf(lane), options));
    this.#threads = { urgent: threads('urgent'), normal: threads('normal'), bulk: threads('bulk') };
  }

  ensureTopics(): Promise<void> {
    return this.#topics.ensure(LANES.map((lane) => this.#topicOf(lane)));
  }

  async publish(lane: Lane, frames: readonly Frame[], signal?: AbortSignal): Promise<void> {
    this.#refuseClosed();
    if (frames.length === 0) return;
    const threads = this.#threads[lane];
    const shareOf = (at: number): Frame[] => frames.filter(({ key }) => hashOf(key) % threads.length === at);
    await Promise.all(threads.map((thread, at) => thread.publish(shareOf(at), signal)));
  }

  async consume(lane: Lane, group: string, options: ConsumeFramesOptions, handler: FrameHandler): Promise<void> {
    this.#refuseClosed();
    const signal = AbortSignal.any([options.signal, this.#closing.signal]);
    if (signal.aborted) return;
    const consumer = this.#consume(this.#topicOf(lane), group, { ...options, signal }, handler);
    this.#consumers.add(consumer);
    try {
      await consumer;
    } finally {
      this.#consumers.delete(consumer);
    }
  }

  async lag(lane: Lane, group: string): Promise<number> {
    this.#refuseClosed();
    const topic = this.#topicOf(lane);
    return this.#topics.lag(topic, groupIdOf(group, topic));
  }

  close(): Promise<void> {
    this.#closed ??= this.#shut();
    return this.#closed;
  }

  async #shut(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#consumers);
    await Promise.all(LANES.flatMap((lane) => this.#threads[lane].map((thread) => thread.close())));
  }

  async #consume(topic: string, group: string, options: ConsumeFramesOptions, handler: FrameHandler): Promise<void> {
    const { log, groups } = this.#options;
    const groupId = groupIdOf(group, topic);
    await this.#topics.sayWhatExpired(topic, groupId, log);
    const times = { ...GROUP_TIMES, ...groups };
    await new FrameConsumption({ kafka: this.#kafka, topic, groupId, times, options, log, handler }).run();
  }

  #topicOf(lane: Lane): string {
    return `${this.#options.topicPrefix ?? ''}${frameTopic(lane)}`;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new PitlaneError('unavailable', 'the frame log over Kafka was closed: open it again');
  }
}

/** FNV-1a over the UTF-16 units: only even shares are asked of it. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
