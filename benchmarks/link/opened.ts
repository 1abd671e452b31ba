/** Logs and store as the programs of garage and cloud open them, against one broker and the sink. */
import { silentLog } from '@pitlane/base/telemetry';
import { type KafkaFrameLog, type KafkaLog, openKafkaFrameLog, openKafkaLog } from '@pitlane/message-log-kafka';
import { openGcsStore } from '@pitlane/object-store-gcs';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { retryingStore } from '@pitlane/ports/object-store/retrying';

export const PARTITIONS = 8;
export const BUCKET = 'bench';

const optionsFor = (brokers: string, configuration: Readonly<Record<string, string>> = {}) => ({
  brokers: [brokers],
  topics: { partitions: PARTITIONS, replication: 1, createMissing: true, configuration },
  log: silentLog,
});

/**
 * @param configuration of topics that are missing and made
 * @param producers threads that publish to a lane
 */
export const openFrames = (
  brokers: string,
  topicPrefix = '',
  configuration?: Readonly<Record<string, string>>,
  producers = 1,
): KafkaFrameLog => openKafkaFrameLog({ ...optionsFor(brokers, configuration), topicPrefix, producers });

export const openLog = (brokers: string): KafkaLog => openKafkaLog(optionsFor(brokers));

export const openStore = (endpoint: string): ObjectStore => retryingStore(openGcsStore({ bucket: BUCKET, endpoint }));
