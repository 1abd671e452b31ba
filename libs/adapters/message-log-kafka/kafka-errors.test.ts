import { PitlaneError } from '@pitlane/base/errors';
import { KafkaJSConnectionError, KafkaJSError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } from 'kafkajs';
import { expect, it } from 'vitest';
import { errorFromKafka, isRevoked } from './kafka-errors.ts';

const answer = (type: string): Error => new KafkaJSProtocolError(Object.assign(new Error('said the broker'), { type }));
const connection = (code: string): Error => new KafkaJSConnectionError('Connection error', { broker: 'b:1', code });
const afterRetries = (error: Error): Error =>
  new KafkaJSNumberOfRetriesExceeded(error, { retryCount: 5, retryTime: 100 } as never);

it.each([
  ['MESSAGE_TOO_LARGE', answer('MESSAGE_TOO_LARGE'), 'limit-exceeded', false],
  ['a refused topic', answer('TOPIC_AUTHORIZATION_FAILED'), 'refused', false],
  ['a refused group, after retries', afterRetries(answer('GROUP_AUTHORIZATION_FAILED')), 'refused', false],
  ['an unknown CA', afterRetries(connection('SELF_SIGNED_CERT_IN_CHAIN')), 'refused', false],
  ['a missing client certificate', connection('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'refused', false],
  ['a missing topic', answer('UNKNOWN_TOPIC_OR_PARTITION'), 'not-found', true],
  ['too few brokers', answer('INVALID_REPLICATION_FACTOR'), 'bad-settings', false],
  ['nobody there', afterRetries(connection('ECONNREFUSED')), 'unavailable', true],
  ['anything else of the client', new KafkaJSError('something'), 'unavailable', true],
] as const)('takes %s as what an operator would do about it', (_, error, code, retryable) => {
  const told = errorFromKafka(error, 'publishing to t');
  expect(told).toBeInstanceOf(PitlaneError);
  expect(told).toMatchObject({ code, retryable });
  expect((told as Error).message).toMatch(/^Kafka, publishing to t: .+; .+/);
});

it('passes on what is not the client’s', () => {
  const own = new PitlaneError('busy', 'mine');
  const mistake = new TypeError('undefined is not a function');
  expect(errorFromKafka(own, 'x')).toBe(own);
  expect(errorFromKafka(mistake, 'x')).toBe(mistake);
});

it('knows a partition that was given away from an outage', () => {
  expect(isRevoked(answer('ILLEGAL_GENERATION'))).toBe(true);
  expect(isRevoked(connection('ECONNRESET'))).toBe(false);
});
