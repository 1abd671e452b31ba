/** Where the tests find the real brokers, and logs over each of the listeners. */
import path from 'node:path';
import { silentLog } from '@pitlane/base/telemetry';
import { serviceAt } from '../../../test/support/services.ts';
import { type KafkaLog, type KafkaLogOptions, openKafkaLog } from './index.ts';

export const plain = serviceAt('PITLANE_TEST_KAFKA');
const secured = serviceAt('PITLANE_TEST_KAFKA_SASL_SSL');
const mutual = serviceAt('PITLANE_TEST_KAFKA_SSL');

/** A file that deploy/local/kafka/make-certificates.sh made. */
export const tlsFile = (name: string): string => path.join(process.env['PITLANE_TEST_KAFKA_TLS'] ?? '', name);

type Some = Partial<KafkaLogOptions>;

const open = (brokers: string | undefined, more: Some): KafkaLog =>
  openKafkaLog({
    brokers: [brokers ?? 'nowhere:1'],
    topics: { partitions: 4, replication: 1, createMissing: true },
    log: silentLog,
    ...more,
  });

export const openPlain = (more: Some = {}): KafkaLog => open(plain, more);

export const openScram = (more: Some = {}): KafkaLog =>
  open(secured, {
    tls: { caFile: tlsFile('ca.pem') },
    user: { username: 'garage-2', passwordFile: tlsFile('garage-2.password') },
    ...more,
  });

export const openMutual = (more: Some = {}): KafkaLog =>
  open(mutual, {
    tls: { caFile: tlsFile('ca.pem'), certFile: tlsFile('garage-1.pem'), keyFile: tlsFile('garage-1.key') },
    ...more,
  });
