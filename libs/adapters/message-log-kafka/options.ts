/** What both logs over Kafka are opened with. */
import type { KafkaClientOptions } from './client.ts';
import type { GroupTimes } from './group-consumer.ts';
import type { TopicShape } from './topics.ts';

/** Under the 1,048,588 bytes that brokers take unless told otherwise. */
export const BATCH_MAX_BYTES = 1_000_000;
export const GROUP_TIMES: GroupTimes = { sessionMs: 30_000, rebalanceMs: 120_000, heartbeatMs: 3_000 };

export interface KafkaLogOptions extends KafkaClientOptions {
  readonly topics: TopicShape;
  /** What one partition is given at once; at most the topics' `max.message.bytes`. */
  readonly batchMaxBytes?: number;
  readonly groups?: Partial<GroupTimes>;
}

/** Members of one Kafka group must all read the same topics, or the client's assignment loses some. */
export const groupIdOf = (group: string, topic: string): string => `${group}.${topic}`;
