/** The topics on the brokers: made where they are missing, checked where they are there, and how far each group has come. */
import { setTimeout } from 'node:timers/promises';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import type { Log } from '@pitlane/base/telemetry';
import type { Admin, Kafka, PartitionMetadata } from 'kafkajs';
import { PATIENCE } from './client.ts';
import { withKafka } from './kafka-errors.ts';

export interface TopicShape {
  /** Topics with fewer are refused: the order of each key is kept only while the number stays. */
  readonly partitions: number;
  /** Copies of each partition; those with fewer are refused. */
  readonly replication: number;
  /** Whether missing topics are made; otherwise they are an error that says what to make. */
  readonly createMissing: boolean;
  /** Settings of topics that are made, such as `retention.ms`. */
  readonly configuration?: Readonly<Record<string, string>>;
}

/** Where a group stands in one partition; offsets are [low, high). */
export interface GroupPosition {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
  /** The first record that the group has not finished; undefined while it has finished none. */
  readonly next: bigint | undefined;
}

const SERVED_WITHIN_MS = 10_000;
const SERVED_PAUSE_MS = 100;

export class Topics {
  readonly #kafka: Kafka;
  readonly #shape: TopicShape;
  readonly #known = new Map<string, readonly PartitionMetadata[]>();
  readonly #looking = new Map<string, Promise<void>>();

  constructor(kafka: Kafka, shape: TopicShape) {
    this.#kafka = kafka;
    this.#shape = shape;
  }

  /** Makes what is missing and checks what is there, or throws and says what to do about it. */
  async ensure(topics: readonly string[]): Promise<void> {
    if (topics.length === 0) return;
    // Another program may be making the same topics just now, and the brokers may not serve them yet.
    const found = await untilServed(() =>
      this.#ask(`looking at ${topics.join(', ')}`, (admin) => this.#made(admin, topics)),
    );
    for (const { name, partitions } of found) this.#check(name, partitions);
    for (const { name, partitions } of found) {
      await untilServed(() => this.#ask(`waiting for the leaders of ${name}`, (admin) => boundsOf(admin, name)));
      this.#known.set(name, partitions);
    }
  }

  /** The partitions of a topic, which is made if it may be. */
  async partitionsOf(topic: string): Promise<readonly PartitionMetadata[]> {
    const known = this.#known.get(topic);
    if (known) return known;
    // One look for all who ask: whoever finds a topic that another is making finds it without leaders.
    const looking = this.#looking.get(topic) ?? this.ensure([topic]).finally(() => this.#looking.delete(topic));
    this.#looking.set(topic, looking);
    await looking;
    return this.#known.get(topic) ?? [];
  }

  /** Looks at the topic again before it is next used. */
  forget(topic: string): void {
    this.#known.delete(topic);
  }

  /** Where the records of each partition lie: [low, high). */
  async bounds(topic: string): Promise<Map<number, { readonly low: bigint; readonly high: bigint }>> {
    await this.partitionsOf(topic);
    const bounds = await this.#ask(`looking at ${topic}`, (admin) => boundsOf(admin, topic));
    return new Map(bounds.map(({ partition, low, high }) => [partition, { low: BigInt(low), high: BigInt(high) }]));
  }

  async positions(topic: string, groupId: string): Promise<GroupPosition[]> {
    await this.partitionsOf(topic);
    return this.#ask(`looking where ${groupId} stands`, async (admin) => {
      // The group first: a group that moves meanwhile is then believed behind, never ahead.
      const [finished] = await admin.fetchOffsets({ groupId, topics: [topic] });
      const bounds = await boundsOf(admin, topic);
      return bounds.map(({ partition, low, high }) => {
        const offset = finished?.partitions.find((one) => one.partition === partition)?.offset ?? '-1';
        const next = offset === '-1' ? undefined : BigInt(offset);
        return { partition, low: BigInt(low), high: BigInt(high), next };
      });
    });
  }

  /** Records that the group has not finished. */
  async lag(topic: string, groupId: string): Promise<number> {
    const positions = await this.positions(topic, groupId);
    // From the oldest record on where the group has finished none, or where its place was forgotten meanwhile.
    const behind = positions.map(({ low, high, next = low }) => high - (next > low ? next : low));
    return Number(behind.reduce((sum, records) => sum + records, 0n));
  }

  /** Retention does not ask whether anybody has read: what it took from this group is lost, and said. */
  async sayWhatExpired(topic: string, group: string, log: Log): Promise<void> {
    for (const { partition, low, next } of await this.positions(topic, group)) {
      if (next === undefined || next >= low) continue;
      log.error('records.expired', { topic, group, partition, records: Number(low - next) });
    }
  }

  async #made(admin: Admin, topics: readonly string[]) {
    const there = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !there.has(topic));
    if (missing.length > 0) await this.#create(admin, missing);
    return (await admin.fetchTopicMetadata({ topics: [...topics] })).topics;
  }

  async #create(admin: Admin, topics: readonly string[]): Promise<void> {
    const { partitions, replication, createMissing, configuration = {} } = this.#shape;
    if (!createMissing) {
      const told = `Kafka has no topic ${topics.join(', ')}, or hides it from this user`;
      const next = `create it with ${partitions} partitions and replication ${replication}, or allow its making`;
      throw new PitlaneError('not-found', `${told}: ${next}`);
    }
    const configEntries = Object.entries(configuration).map(([name, value]) => ({ name, value }));
    await admin.createTopics({
      waitForLeaders: true,
      topics: topics.map((topic) => ({
        topic,
        numPartitions: partitions,
        replicationFactor: replication,
        configEntries,
      })),
    });
  }

  #check(topic: string, partitions: readonly PartitionMetadata[]): void {
    const wanted = this.#shape;
    if (partitions.length < wanted.partitions) {
      const told = `topic ${topic} has ${partitions.length} partitions of the ${wanted.partitions} in the settings`;
      const next = 'add partitions while its readers have nothing to do, or lower the setting';
      throw new PitlaneError('bad-settings', `Kafka: ${told}: ${next}`);
    }
    const copies = Math.min(...partitions.map(({ replicas }) => replicas.length));
    if (copies < wanted.replication) {
      const told = `topic ${topic} keeps ${copies} copies of the ${wanted.replication} in the settings`;
      throw new PitlaneError('bad-settings', `Kafka: ${told}: reassign its partitions, or lower the setting`);
    }
  }

  /**
   * Asks over a connection of its own: answers to questions that were asked at the same time over one would overwrite what
   * the client knows of each other's topics.
   */
  #ask<T>(what: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    return withKafka(what, async () => {
      const admin = this.#kafka.admin({ retry: PATIENCE });
      try {
        await admin.connect();
        return await question(admin);
      } finally {
        await admin.disconnect().catch(() => {});
      }
    });
  }
}

/** The oldest and the next offset of each partition. */
async function boundsOf(admin: Admin, topic: string) {
  try {
    return await admin.fetchTopicOffsets(topic);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // So the client stumbles over a topic of which it was told no leaders; the next connection asks again.
    const told = `Kafka: topic ${topic} has no leaders; look at the brokers, then run again`;
    throw new PitlaneError('unavailable', told, { retryable: true, cause: error });
  }
}

/** Asks again for a while where the brokers do not serve a topic that was made a moment ago. */
async function untilServed<T>(question: () => Promise<T>): Promise<T> {
  for (const endMs = performance.now() + SERVED_WITHIN_MS; ; ) {
    try {
      return await question();
    } catch (error) {
      if (!isPitlaneError(error) || !error.retryable || performance.now() > endMs) throw error;
      await setTimeout(SERVED_PAUSE_MS);
    }
  }
}
