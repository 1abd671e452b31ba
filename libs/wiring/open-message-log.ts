/** The message log and the frame log that the settings name. */
import { PitlaneError } from '@pitlane/base/errors';
import type { Log } from '@pitlane/base/telemetry';
import { LogTopic } from '@pitlane/contracts/records';
import { openSqliteLog } from '@pitlane/message-log-sqlite';
import type { FrameLog } from '@pitlane/ports/frame-log';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { HomeLayout } from './home-layout.ts';
import type { StoreSettings } from './store-settings.ts';

export interface LogClient {
  /** How this program is called in the brokers' logs. */
  readonly clientId: string;
  readonly log: Log;
}

export async function openMessageLog(
  settings: StoreSettings,
  layout: HomeLayout,
  client: LogClient,
): Promise<MessageLog> {
  if (settings.messageLog === 'embedded') return openSqliteLog({ file: layout.log });
  const { openKafkaLog } = await import('@pitlane/message-log-kafka');
  const kafka = openKafkaLog({ ...kafkaOptionsOf(settings), ...client });
  await kafka.ensureTopics(Object.values(LogTopic));
  return kafka;
}

/** Undefined where the message log is embedded: chunks then need no way of their own. */
export async function openFrameLog(settings: StoreSettings, client: LogClient): Promise<FrameLog | undefined> {
  if (settings.messageLog === 'embedded') return undefined;
  const { openKafkaFrameLog } = await import('@pitlane/message-log-kafka');
  const kafka = openKafkaFrameLog({
    ...kafkaOptionsOf(settings),
    ...client,
    producers: settings.kafkaProducers,
  });
  await kafka.ensureTopics();
  return kafka;
}

/** How the brokers of the settings are reached. */
export function kafkaOptionsOf(settings: StoreSettings) {
  return {
    brokers: settings.messageLog.slice('kafka://'.length).split(','),
    ...tlsOf(settings),
    ...userOf(settings),
    topics: {
      partitions: settings.kafkaPartitions,
      replication: settings.kafkaReplication,
      createMissing: true,
    },
  };
}

function tlsOf({ kafkaTls, kafkaCaFile, kafkaCertFile, kafkaKeyFile }: StoreSettings) {
  if (kafkaTls === 'off') return {};
  const tls = {
    ...(kafkaCaFile && { caFile: kafkaCaFile }),
    ...(kafkaCertFile && { certFile: kafkaCertFile }),
    ...(kafkaKeyFile && { keyFile: kafkaKeyFile }),
  };
  return { tls };
}

function userOf({ kafkaSaslMechanism, kafkaSaslUser, kafkaSaslPasswordFile }: StoreSettings) {
  if (kafkaSaslMechanism === 'none') return {};
  if (kafkaSaslUser === '' || kafkaSaslPasswordFile === '') {
    const text =
      'PITLANE_KAFKA_SASL_MECHANISM is set: set PITLANE_KAFKA_SASL_USER and PITLANE_KAFKA_SASL_PASSWORD_FILE too';
    throw new PitlaneError('bad-settings', text);
  }
  return { user: { username: kafkaSaslUser, passwordFile: kafkaSaslPasswordFile } };
}
