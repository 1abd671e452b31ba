/** What Kafka's errors mean to somebody who runs this log. The client wraps them in each other: the innermost counts. */
import { type ErrorCode, messageOf, PitlaneError } from '@pitlane/base/errors';

interface Meaning {
  readonly code: ErrorCode;
  readonly retryable?: boolean;
  readonly next: string;
}

const AWAY: Meaning = {
  code: 'unavailable',
  retryable: true,
  next: 'look at the brokers and the network on the way; nothing is lost, run again',
};
const UNTRUSTED: Meaning = {
  code: 'refused',
  next: 'see that the CA file is the one that signed the brokers, and that the client certificate is one that they know',
};
const UNAUTHENTICATED: Meaning = {
  code: 'refused',
  next: 'see that the user exists on the brokers and that the password file holds its password',
};
const UNAUTHORIZED: Meaning = { code: 'refused', next: 'have the brokers’ access rules allow it for this user' };
const TOO_LARGE: Meaning = {
  code: 'limit-exceeded',
  next: 'keep large things in the store, or raise max.message.bytes of the topic above batchMaxBytes',
};
const UNKNOWN_TOPIC: Meaning = {
  code: 'not-found',
  retryable: true,
  next: 'create the topic, or let createMissing do so',
};
const BAD_SHAPE: Meaning = {
  code: 'bad-settings',
  next: 'correct the partitions, replication or configuration of topics',
};

/** By the `type` of an answer of the brokers. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ['SASL_AUTHENTICATION_FAILED', UNAUTHENTICATED],
  ['UNSUPPORTED_SASL_MECHANISM', UNAUTHENTICATED],
  ['TOPIC_AUTHORIZATION_FAILED', UNAUTHORIZED],
  ['GROUP_AUTHORIZATION_FAILED', UNAUTHORIZED],
  ['CLUSTER_AUTHORIZATION_FAILED', UNAUTHORIZED],
  ['MESSAGE_TOO_LARGE', TOO_LARGE],
  ['RECORD_LIST_TOO_LARGE', TOO_LARGE],
  ['UNKNOWN_TOPIC_OR_PARTITION', UNKNOWN_TOPIC],
  ['INVALID_TOPIC_EXCEPTION', { code: 'bad-usage', next: 'name topics with letters, digits, ".", "_" and "-"' }],
  ['INVALID_PARTITIONS', BAD_SHAPE],
  ['INVALID_REPLICATION_FACTOR', BAD_SHAPE],
  ['INVALID_CONFIG', BAD_SHAPE],
  ['POLICY_VIOLATION', BAD_SHAPE],
]);
/** By the code of a failed connection: neither side will think otherwise in a minute. */
const TLS_CODES = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;

/** Runs `work`, which does `what` ("publishing to t"); errors of the client come out as PitlaneErrors. */
export async function withKafka<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw errorFromKafka(error, what);
  }
}

export function errorFromKafka(error: unknown, what: string): unknown {
  if (error instanceof PitlaneError) return error;
  const chain = chainOf(error);
  if (!chain.some(({ name }) => name.startsWith('KafkaJS'))) return error;
  const meaning = chain.map(meaningOf).find((one) => one !== undefined) ?? AWAY;
  const { code, retryable = false, next } = meaning;
  const said = messageOf(chain.at(-1) ?? error);
  return new PitlaneError(code, `Kafka, ${what}: ${said}; ${next}`, { retryable, cause: error });
}

/** Whether the brokers gave the partitions of this member to somebody else. */
export function isRevoked(error: unknown): boolean {
  const types = ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'NOT_COORDINATOR_FOR_GROUP'];
  return chainOf(error).some((one) => types.includes(textAt(one, 'type')));
}

function meaningOf(error: Error): Meaning | undefined {
  if (error.name === 'KafkaJSSASLAuthenticationError') return UNAUTHENTICATED;
  if (error.name === 'KafkaJSConnectionError' && TLS_CODES.test(textAt(error, 'code'))) return UNTRUSTED;
  return MEANINGS.get(textAt(error, 'type'));
}

/** The error and what is wrapped in it, innermost last. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let at: unknown = error; at instanceof Error && !chain.includes(at); ) {
    chain.push(at);
    at = at.cause ?? ('errors' in at && Array.isArray(at.errors) ? at.errors[0] : undefined);
  }
  return chain;
}

function textAt(error: Error, field: 'type' | 'code'): string {
  return field in error ? String((error as unknown as Record<string, unknown>)[field]) : '';
}
