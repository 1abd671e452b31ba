/**
 * Sends the records of one topic, one request after another. Each topic has a producer of its own, so that nothing urgent
 * queues behind bulk, and what one topic is refused for is no other's trouble.
 *
 * Invariants:
 * - One request at a time. The client numbers batches when it sends them and takes the number back when a send fails: with
 *   two under way, another batch could take the number of one that was written but whose answer was lost, and the broker
 *   would drop it as a repetition.
 * - A producer that failed is never used again, for the same reason: its next batch would bear a number that may be taken.
 * - Records of one publication and one partition stand together and in order.
 */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { type Kafka, Partitioners, type PartitionMetadata, type Producer } from 'kafkajs';
import { PATIENCE } from './client.ts';
import { withKafka } from './kafka-errors.ts';
import type { Topics } from './topics.ts';

/** Bytes that one request carries over all partitions. */
const REQUEST_MAX_BYTES = 8 * 1024 * 1024;
/** What may be under way at once; what waits behind it can still be taken back. */
const TOGETHER_MAX_BYTES = 2 * REQUEST_MAX_BYTES;
/** What the format adds to a record, at most, beside key and value. */
const RECORD_HEAD_BYTES = 32;
/** What says how long a header's name or value is, at most for those that are sent here. */
const HEADER_LENGTH_BYTES = 3;

export interface Publishable {
  readonly key: string;
  readonly value: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface PlacedMessage {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers?: Record<string, string>;
  readonly partition: number;
}

interface Publication {
  readonly records: readonly Publishable[];
  /** Where its records go, as long as the topic has these partitions. */
  placed?: { readonly partitions: Partitions; readonly messages: readonly PlacedMessage[] };
  settle(failure?: { readonly error: unknown }): void;
}

type Partitions = readonly PartitionMetadata[];

export class Publisher {
  readonly #kafka: Kafka;
  readonly #topics: Topics;
  readonly #topic: string;
  readonly #batchMaxBytes: number;
  readonly #partitioner = Partitioners.DefaultPartitioner();
  #waiting: Publication[] = [];
  #sending: Promise<void> | undefined;
  #producer: Producer | undefined;

  /** @param batchMaxBytes what one partition is given at once; the brokers refuse more than max.message.bytes. */
  constructor(kafka: Kafka, topics: Topics, topic: string, batchMaxBytes: number) {
    this.#kafka = kafka;
    this.#topics = topics;
    this.#topic = topic;
    this.#batchMaxBytes = batchMaxBytes;
  }

  /**
   * Resolves when all replicas in sync have the records; bytes are not copied. The signal takes back what waits for its turn,
   * and not what is under way.
   */
  publish(records: readonly Publishable[], signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const takeBack = (): void => {
        const at = this.#waiting.indexOf(publication);
        if (at < 0) return;
        this.#waiting.splice(at, 1);
        settle({ error: interrupted(this.#topic, signal?.reason) });
      };
      const settle: Publication['settle'] = (failure) => {
        signal?.removeEventListener('abort', takeBack);
        if (failure) reject(failure.error);
        else resolve();
      };
      const publication: Publication = { records, settle };
      this.#waiting.push(publication);
      if (signal?.aborted) return takeBack();
      signal?.addEventListener('abort', takeBack);
      this.#sending ??= this.#sendAll();
    });
  }

  /** Waits for what was asked for, then lets go of the connection. */
  async close(): Promise<void> {
    await this.#sending;
    await this.#letGo();
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      let under: Publication[] = [];
      try {
        await withKafka(`publishing to ${this.#topic}`, async () => {
          const partitions = await this.#topics.partitionsOf(this.#topic);
          under = this.#takeNext(partitions);
          await this.#send(under, partitions);
        });
      } catch (error) {
        this.#topics.forget(this.#topic);
        await this.#letGo();
        // Those that wait would meet the same outage, one after another; and none may overtake what comes again.
        const isForAll = under.length === 0 || isPitlaneError(error, 'unavailable');
        const failed = [...under, ...(isForAll ? this.#waiting.splice(0) : [])];
        // Those of them that were sent whole before are settled already.
        for (const publication of failed) publication.settle({ error });
      }
    }
    this.#sending = undefined;
  }

  /**
   * The publications that go next, together, so that a request has records of as many partitions as there are; one with a
   * record that is surely too large goes alone, so that what is wrong with it is not told of others.
   */
  #takeNext(partitions: Partitions): Publication[] {
    let bytes = 0;
    let count = 0;
    for (const publication of this.#waiting) {
      const sizes = this.#placed(publication, partitions).map(bytesOf);
      bytes += sizes.reduce((sum, size) => sum + size, 0);
      if (bytes > TOGETHER_MAX_BYTES || sizes.some((size) => size > this.#batchMaxBytes)) break;
      count += 1;
    }
    return this.#waiting.splice(0, Math.max(1, count));
  }

  /** Each publication is settled as soon as the last of its records is durable. */
  async #send(under: readonly Publication[], partitions: Partitions): Promise<void> {
    const owners = new Map<PlacedMessage, Publication>();
    for (const one of under) for (const message of this.#placed(one, partitions)) owners.set(message, one);
    const missing = new Map(under.map((one) => [one, this.#placed(one, partitions).length]));
    for (const messages of requests([...owners.keys()], this.#batchMaxBytes)) {
      const producer = (this.#producer ??= await this.#connect());
      await producer.send({ topic: this.#topic, acks: -1, messages });
      for (const message of messages) {
        const owner = owners.get(message) as Publication;
        const left = (missing.get(owner) ?? 0) - 1;
        missing.set(owner, left);
        if (left === 0) owner.settle();
      }
    }
  }

  #placed(publication: Publication, partitions: Partitions): readonly PlacedMessage[] {
    if (publication.placed?.partitions !== partitions) {
      const messages = publication.records.map((record) => this.#place(record, partitions));
      publication.placed = { partitions, messages };
    }
    return publication.placed.messages;
  }

  #place({ key, value, headers }: Publishable, partitions: Partitions): PlacedMessage {
    const message = { key: Buffer.from(key), value: bufferFrom(value), ...(headers && { headers: { ...headers } }) };
    const partition = this.#partitioner({ topic: this.#topic, partitionMetadata: [...partitions], message });
    return { ...message, partition };
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: PATIENCE,
    });
    try {
      await producer.connect();
      return producer;
    } catch (error) {
      await producer.disconnect().catch(() => {});
      throw error;
    }
  }

  async #letGo(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch(() => {});
  }
}

/**
 * Splits what is to be sent, so that no partition gets more than `batchMaxBytes` at once and each keeps its order. A request
 * takes from every partition what it has room for: several large records of one partition do not keep the others waiting.
 */
export function* requests(placed: readonly PlacedMessage[], batchMaxBytes: number): Generator<PlacedMessage[]> {
  for (let rest = placed; rest.length > 0; ) {
    const fill = new RequestFill(batchMaxBytes);
    const full = new Set<number>();
    const request: PlacedMessage[] = [];
    const later: PlacedMessage[] = [];
    for (const message of rest) {
      if (!full.has(message.partition) && (request.length === 0 || fill.hasRoomFor(message))) {
        fill.add(message);
        request.push(message);
      } else {
        full.add(message.partition);
        later.push(message);
      }
    }
    yield request;
    rest = later;
  }
}

/** Counts what goes into one request. */
class RequestFill {
  readonly #batchMaxBytes: number;
  readonly #partitionBytes = new Map<number, number>();
  #bytes = 0;

  constructor(batchMaxBytes: number) {
    this.#batchMaxBytes = batchMaxBytes;
  }

  hasRoomFor(message: PlacedMessage): boolean {
    const inPartition = this.#partitionBytes.get(message.partition) ?? 0;
    const bytes = bytesOf(message);
    return inPartition + bytes <= this.#batchMaxBytes && this.#bytes + bytes <= REQUEST_MAX_BYTES;
  }

  add(message: PlacedMessage): void {
    const bytes = bytesOf(message);
    this.#partitionBytes.set(message.partition, (this.#partitionBytes.get(message.partition) ?? 0) + bytes);
    this.#bytes += bytes;
  }
}

function bytesOf({ key, value, headers = {} }: PlacedMessage): number {
  const inHeaders = Object.entries(headers).flat();
  const headerBytes = inHeaders.reduce((sum, text) => sum + Buffer.byteLength(text) + HEADER_LENGTH_BYTES, 0);
  return key.byteLength + value.byteLength + headerBytes + RECORD_HEAD_BYTES;
}

function bufferFrom(value: string | Uint8Array): Buffer {
  if (typeof value === 'string') return Buffer.from(value);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function interrupted(topic: string, cause: unknown): PitlaneError {
  return new PitlaneError('interrupted', `publishing to ${topic} was stopped before it was sent: run again`, { cause });
}
