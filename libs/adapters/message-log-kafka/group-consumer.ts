/** The client's consumer, set up and run as both kinds of consumption need it. */
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { PATIENCE } from './client.ts';

export interface GroupTimes {
  /** A member that is not heard of for so long has lost its partitions. */
  readonly sessionMs: number;
  /** So long a rebalance waits for the handlers of other members to finish their batch. */
  readonly rebalanceMs: number;
  readonly heartbeatMs: number;
}

export interface GroupConsumerOptions {
  readonly groupId: string;
  readonly times: GroupTimes;
  readonly fetchBytesMax: number;
  readonly partitionBytesMax: number;
}

/** How long the brokers hold back an answer while there is nothing new; leaving a group waits for it. */
const IDLE_FETCH_MS = 250;
/** About 20 s. */
const RETRIES_MAX = 14;

export function groupConsumer(kafka: Kafka, { groupId, times, ...bytes }: GroupConsumerOptions): Consumer {
  return kafka.consumer({
    groupId,
    sessionTimeout: times.sessionMs,
    rebalanceTimeout: times.rebalanceMs,
    heartbeatInterval: times.heartbeatMs,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: IDLE_FETCH_MS,
    maxBytes: bytes.fetchBytesMax,
    maxBytesPerPartition: bytes.partitionBytesMax,
    // What cannot be mended in its time is told to the caller, who begins again. That costs the group the session of
    // the member that was, so a broker that starts again is waited for.
    retry: { ...PATIENCE, retries: RETRIES_MAX, restartOnFailure: async () => false },
  });
}

/** Resolves when the signal aborts, or after so long. */
export function aborted(signal: AbortSignal, withinMs?: number): Promise<void> {
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

/** Joins the group and takes batch after batch, of one partition at a time, until the signal aborts; it does not leave. */
export async function takeBatches(
  consumer: Consumer,
  topic: string,
  take: (payload: EachBatchPayload) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  // Stopping a consumer that is joining would leave it joined for ever: `run` is waited for.
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: 1,
    eachBatch: take,
  });
  await aborted(signal);
}
