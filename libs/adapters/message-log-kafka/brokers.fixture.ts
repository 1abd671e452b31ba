/** Where the tests find the real brokers, and logs over each of the listeners. */
import path from 'node:path';
import { silentLog } from '@pitlane/base/telemetry';
import { serviceAt } from '../../../test/support/services.ts';
import { type KafkaFrameLog, type KafkaLog, type KafkaLogOptions, openKafkaFrameLog, openKafkaLog } from './index.ts';

export const plain = serviceAt('PITLANE_TEST_KAFKA');
const secured = serviceAt('PITLANE_TEST_KAFKA_SASL_SSL');
const mutual = serviceAt('PITLANE_TEST_KAFKA_SSL');

/** A file that deploy/local/kafka/make-certificates.sh made. */
export const tlsFile = (name: string): string => path.join(process.env['PITLANE_TEST_KAFKA_TLS'] ?? '', name);

type Some = Partial<KafkaLogOptions>;

const optionsFor = (brokers: string | undefined, more: Some): KafkaLogOptions => ({
  brokers: [brokers ?? 'nowhere:1'],
  topics: { partitions: 4, replication: 1, createMissing: true },
  log: silentLog,
  ...more,
});

const scram = (more: Some): KafkaLogOptions =>
  optionsFor(secured, {
    tls: { caFile: tlsFile('ca.pem') },
    user: { username: 'garage-2', passwordFile: tlsFile('garage-2.password') },
    ...more,
  });

const mutually = (more: Some): KafkaLogOptions =>
  optionsFor(mutual, {
    tls: { caFile: tlsFile('ca.pem'), certFile: tlsFile('garage-1.pem'), keyFile: tlsFile('garage-1.key') },
    ...more,
  });

export const openPlain = (more: Some = {}): KafkaLog => openKafkaLog(optionsFor(plain, more));
export const openScram = (more: Some = {}): KafkaLog => openKafkaLog(scram(more));
export const openMutual = (more: Some = {}): KafkaLog => openKafkaLog(mutually(more));

export const openPlainFrames = (topicPrefix: string): KafkaFrameLog =>
  openKafkaFrameLog({ ...optionsFor(plain, {}), topicPrefix });
/** Three threads a lane. */
export const openThreadedFrames = (topicPrefix: string): KafkaFrameLog =>
  openKafkaFrameLog({ ...optionsFor(plain, {}), topicPrefix, producers: 3 });
export const openScramFrames = (topicPrefix: string): KafkaFrameLog => openKafkaFrameLog({ ...scram({}), topicPrefix });
