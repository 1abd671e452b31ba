/** Where the tests find the real brokers, and logs over each of the listeners. */
import path from 'node:path';
import { silentLog } from '@pitlane/base/telemetry';
import { type KafkaLog, type KafkaLogOptions, openKafkaLog } from './index.ts';

/** A variable that `deploy/local/services.mjs run` sets, or undefined: the tests that need it skip, and it is said. */
export function brokerAt(variable: string): string | undefined {
  const value = process.env[variable];
  if (value) return value;
  const message = 'the real Kafka was not found: run under node deploy/local/services.mjs run --only kafka --';
  if (process.env['CI'] === 'true') throw new Error(`${message}; ${variable} is not set`);
  if (!announced.has(variable)) process.stderr.write(`SKIPPING the tests that need ${variable}: ${message}\n`);
  announced.add(variable);
  return undefined;
}
const announced = new Set<string>();

export const plain = brokerAt('PITLANE_TEST_KAFKA');
const secured = brokerAt('PITLANE_TEST_KAFKA_SASL_SSL');
const mutual = brokerAt('PITLANE_TEST_KAFKA_SSL');

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
