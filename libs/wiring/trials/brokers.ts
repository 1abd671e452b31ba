/** The customer's brokers tried: message log and frame log on topics of one prefix, which are removed at the end. */
import { LogTopic } from '@pitlane/contracts/records';
import type { KafkaLogOptions } from '@pitlane/message-log-kafka';
import { frameLogContract } from '@pitlane/ports/frame-log/contract';
import type { FrameLog } from '@pitlane/ports/frame-log';
import type { MessageLog } from '@pitlane/ports/message-log';
import { messageLogContract } from '@pitlane/ports/message-log/contract';
import { type Check, checked, cleared, tryCases } from './check.ts';

const RIGHTS = 'CREATE, DELETE, DESCRIBE, READ and WRITE on topics of that prefix, DELETE, DESCRIBE and READ on groups';

/** @param prefix of the trial's topics, at least 16 characters, such as `pitlane-doctor-1f0c2a94.` */
export async function* tryBrokers(
  options: KafkaLogOptions,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  const { openKafkaLog, removeTopics } = await import('@pitlane/message-log-kafka');
  const open = (): MessageLog => belowPrefix(openKafkaLog(options), prefix);
  let log = open();
  const reopen = async (): Promise<MessageLog> => {
    await log.close();
    log = open();
    return log;
  };
  try {
    // To ask for a topic makes it.
    const made = await checked('brokers let topics be made', () => log.lag('first', 'none'), RIGHTS);
    yield made;
    if (!made.ok) {
      yield await checkTopics(options);
      return;
    }
    for (const one of messageLogContract) yield* tryCases('message log', [one], { log, reopen }, signal);
    yield* tryFrames(options, prefix, signal);
  } finally {
    const remove = async (): Promise<void> => {
      await Promise.allSettled([log.close()]);
      await removeTopics(options, prefix);
    };
    const what = `the topics and groups of ${prefix}`;
    yield await cleared('brokers let topics be removed', remove, what, RIGHTS);
  }
}

/** Each case on lanes of its own: what it leaves unread would count in the next one. */
async function* tryFrames(options: KafkaLogOptions, prefix: string, signal: AbortSignal): AsyncGenerator<Check> {
  const { openKafkaFrameLog } = await import('@pitlane/message-log-kafka');
  for (const [index, one] of frameLogContract.entries()) {
    if (signal.aborted) return;
    const open = (): FrameLog => openKafkaFrameLog({ ...options, topicPrefix: `${prefix}${index}.` });
    const log = open();
    try {
      yield* tryCases('frame log', [one], { log, another: async () => open() }, signal);
    } finally {
      await log.close();
    }
  }
}

/** Without the right to make topics: whether those of the pipeline are there, in the shape of the settings. */
async function checkTopics(options: KafkaLogOptions): Promise<Check> {
  const { openKafkaLog } = await import('@pitlane/message-log-kafka');
  const log = openKafkaLog({ ...options, topics: { ...options.topics, createMissing: false } });
  try {
    return await checked('brokers have the topics of the pipeline', () => log.ensureTopics(Object.values(LogTopic)));
  } finally {
    await log.close();
  }
}

/** The same log, whose topics have the prefix on the brokers and none for who uses it. */
function belowPrefix(log: MessageLog, prefix: string): MessageLog {
  return {
    publish: (topic, records) => log.publish(prefix + topic, records),
    consume: (topic, group, options, handler) =>
      log.consume(prefix + topic, group, options, (batch) => handler(batch.map((record) => ({ ...record, topic })))),
    lag: (topic, group) => log.lag(prefix + topic, group),
    newest: async (topic, max) => (await log.newest(prefix + topic, max)).map((record) => ({ ...record, topic })),
    trim: (topic, keep) => log.trim(prefix + topic, keep),
    close: () => log.close(),
  };
}
