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
          under = this.#takeFitting(partitions);
          await this.#send(under.flatMap((publication) => this.#placed(publication, partitions)));
        });
        for (const publication of under) publication.settle();
      } catch (error) {
        this.#topics.forget(this.#topic);
        await this.#letGo();
        // Those that wait would meet the same outage, one after another; and none may overtake what comes again.
        const isForAll = under.length === 0 || isPitlaneError(error, 'unavailable');
        const failed = [...under, ...(isForAll ? this.#waiting.splice(0) : [])];
        for (const publication of failed) publication.settle({ error });
      }
    }
    this.#sending = undefined;
  }

  /**
   * As many publications as surely fit into one request, so that what is wrong with one of them is not told of others;
   * one that is too large for that goes alone.
   */
  #takeFitting(partitions: Partitions): Publication[] {
    const fill = new RequestFill(this.#batchMaxBytes);
    let count = 0;
    for (const publication of this.#waiting) {
      const fits = this.#placed(publication, partitions).every((message) => {
        const hasRoom = fill.hasRoomFor(message);
        fill.add(message);
        return hasRoom;
      });
      if (!fits) break;
      count += 1;
    }
    return this.#waiting.splice(0, Math.max(1, count));
  }

  async #send(placed: readonly PlacedMessage[]): Promise<void> {
    for (const messages of requests(placed, this.#batchMaxBytes)) {
      const producer = (this.#producer ??= await this.#connect());
      await producer.send({ topic: this.#topic, acks: -1, messages });
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

/** Splits what is to be sent, in order, so that no partition gets more than `batchMaxBytes` at once. */
export function* requests(placed: readonly PlacedMessage[], batchMaxBytes: number): Generator<PlacedMessage[]> {
  let request: PlacedMessage[] = [];
  let fill = new RequestFill(batchMaxBytes);
  for (const message of placed) {
    if (request.length > 0 && !fill.hasRoomFor(message)) {
      yield request;
      request = [];
      fill = new RequestFill(batchMaxBytes);
    }
    fill.add(message);
    request.push(message);
  }
  if (request.length > 0) yield request;
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
