/** Logs and store as the programs of garage and cloud open them, against one broker and the sink. */
import { silentLog } from '@pitlane/base/telemetry';
import { type KafkaFrameLog, type KafkaLog, openKafkaFrameLog, openKafkaLog } from '@pitlane/message-log-kafka';
import { openGcsStore } from '@pitlane/object-store-gcs';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { retryingStore } from '@pitlane/ports/object-store/retrying';

export const PARTITIONS = 8;
export const BUCKET = 'bench';

const optionsFor = (brokers: string) => ({
  brokers: [brokers],
  topics: { partitions: PARTITIONS, replication: 1, createMissing: true },
  log: silentLog,
});

export const openFrames = (brokers: string, topicPrefix = ''): KafkaFrameLog =>
  openKafkaFrameLog({ ...optionsFor(brokers), topicPrefix });

export const openLog = (brokers: string): KafkaLog => openKafkaLog(optionsFor(brokers));

export const openStore = (endpoint: string): ObjectStore => retryingStore(openGcsStore({ bucket: BUCKET, endpoint }));
