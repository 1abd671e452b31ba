/** The customer's brokers tried: message log and frame log on topics of one prefix, which are removed at the end. */
import { LogTopic } from '@pitlane/contracts/records';
import type { KafkaLogOptions } from '@pitlane/message-log-kafka';
import { frameLogContract } from '@pitlane/ports/frame-log/contract';
import type { MessageLog } from '@pitlane/ports/message-log';
import { messageLogContract } from '@pitlane/ports/message-log/contract';
import { type Check, checked, tryCases } from './check.ts';

/** @param prefix of the trial's topics, at least 16 characters, such as `pitlane-doctor-1f0c2a94.` */
export async function* tryBrokers(
  options: KafkaLogOptions,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  const { openKafkaFrameLog, openKafkaLog, removeTopics } = await import('@pitlane/message-log-kafka');
  const openFrames = () => openKafkaFrameLog({ ...options, topicPrefix: prefix });
  const frames = openFrames();
  let log = belowPrefix(openKafkaLog(options), prefix);
  const reopen = async (): Promise<MessageLog> => {
    await log.close();
    log = belowPrefix(openKafkaLog(options), prefix);
    return log;
  };
  try {
    const rights = 'CREATE, DELETE and DESCRIBE on topics of that prefix, READ on groups';
    const made = await checked('brokers let topics be made', () => frames.ensureTopics(), rights);
    yield made;
    if (made.ok) {
      for (const one of messageLogContract) {
        yield* tryCases('message log', [one], { log, reopen }, signal);
      }
      yield* tryCases('frame log', frameLogContract, { log: frames, another: async () => openFrames() }, signal);
    } else {
      yield await checkTopics({ ...options, topics: { ...options.topics, createMissing: false } });
    }
  } finally {
    await Promise.allSettled([log.close(), frames.close()]);
    await removeTopics(options, prefix);
  }
}

/** Without the right to make topics: whether those of the pipeline are there, in the shape of the settings. */
async function checkTopics(options: KafkaLogOptions): Promise<Check> {
  const { openKafkaLog } = await import('@pitlane/message-log-kafka');
  const log = openKafkaLog(options);
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
