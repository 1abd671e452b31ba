/** Takes away the topics and groups of a trial: whatever has its prefix, and nothing else. */
import { assert } from '@pitlane/base/errors';
import { type KafkaClientOptions, openClient, PATIENCE } from './client.ts';
import { withKafka } from './kafka-errors.ts';

/** A shorter prefix could be the beginning of somebody's own topics. */
const PREFIX_CHARACTERS_MIN = 16;

/** @param prefix of the topics' names; groups are named after the topic that they read. */
export function removeTopics(options: KafkaClientOptions, prefix: string): Promise<void> {
  assert(prefix.length >= PREFIX_CHARACTERS_MIN, 'the prefix of a trial is long');
  return withKafka(`removing topics and groups of ${prefix}`, async () => {
    const admin = openClient(options).admin({ retry: PATIENCE });
    try {
      await admin.connect();
      try {
        const { groups } = await admin.listGroups();
        const ours = groups.map(({ groupId }) => groupId).filter((groupId) => groupId.includes(`.${prefix}`));
        if (ours.length > 0) await admin.deleteGroups(ours);
      } finally {
        const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
        if (topics.length > 0) await admin.deleteTopics({ topics });
      }
    } finally {
      await admin.disconnect().catch(() => {});
    }
  });
}
