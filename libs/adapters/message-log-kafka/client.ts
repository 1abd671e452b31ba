/**
 * The client of one cluster: addresses, TLS, user and patience. Secrets come from files and are read again for each new
 * connection, so that a rotated one is taken up without a restart; none of them is ever logged.
 */
import net from 'node:net';
import tls from 'node:tls';
import { SecretFile } from '@pitlane/base/secret-file';
import type { Log } from '@pitlane/base/telemetry';
import { type ISocketFactory, Kafka, type LogEntry, logLevel } from 'kafkajs';

export interface KafkaTls {
  /** The CA that signed the brokers, PEM; without it, those that the system trusts. */
  readonly caFile?: string;
  /** Certificate and key of this client, PEM, where the brokers ask for them. */
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** SCRAM-SHA-512. Without TLS anybody on the way could read what follows. */
export interface KafkaUser {
  readonly username: string;
  readonly passwordFile: string;
}

export interface KafkaClientOptions {
  /** Some of the brokers, `host:port`; they tell of the others. */
  readonly brokers: readonly string[];
  /** How this program is called in the brokers' logs and quotas. */
  readonly clientId?: string;
  readonly tls?: KafkaTls;
  readonly user?: KafkaUser;
  readonly log: Log;
}

const KEEP_ALIVE_MS = 60_000;
const CONNECT_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 30_000;

/**
 * How long the client tries by itself, about 5 s: long enough for a new leader, short enough to say what is the matter.
 * The client tries to connect inside of each try to send, so that an outage is reported after some 35 s.
 */
export const PATIENCE = { initialRetryTime: 100, multiplier: 2, factor: 0.2, maxRetryTime: 2000, retries: 6 } as const;

export function openClient({ brokers, clientId = 'pitlane', tls: secured, user, log }: KafkaClientOptions): Kafka {
  return new Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: CONNECT_WITHIN_MS,
    authenticationTimeout: CONNECT_WITHIN_MS,
    requestTimeout: ANSWER_WITHIN_MS,
    retry: PATIENCE,
    socketFactory: socketFactory(secured, log),
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => pass(entry, log),
    ...(user ? { sasl: saslOf(user, log) } : {}),
  });
}

/** The client asks for the password at each authentication: a getter gives it the newest. */
function saslOf({ username, passwordFile }: KafkaUser, log: Log) {
  const password = new SecretFile(passwordFile, 'the password for Kafka', log);
  return {
    mechanism: 'scram-sha-512',
    username,
    get password() {
      return password.line;
    },
  } as const;
}

function socketFactory(secured: KafkaTls | undefined, log: Log): ISocketFactory {
  const contextOf = secured && tlsContexts(secured, log);
  return ({ host, port, onConnect }) => {
    const socket = contextOf
      ? tls.connect({ host, port, ...(net.isIP(host) ? {} : { servername: host }), ...contextOf() }, onConnect)
      : net.connect({ host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    return socket;
  };
}

/** What each new connection is secured with, as the files say at that moment. */
function tlsContexts({ caFile, certFile, keyFile }: KafkaTls, log: Log): () => tls.ConnectionOptions {
  const ca = caFile === undefined ? undefined : new SecretFile(caFile, 'the CA for Kafka', log);
  const cert = certFile === undefined ? undefined : new SecretFile(certFile, 'the client certificate for Kafka', log);
  const key = keyFile === undefined ? undefined : new SecretFile(keyFile, 'the client key for Kafka', log);
  return () => ({
    ...(ca ? { ca: ca.content } : {}),
    ...(cert ? { cert: cert.content } : {}),
    ...(key ? { key: key.content } : {}),
  });
}

/** What the client says of every producer; `publisher.ts` never uses one again that gave up, which is the danger it means. */
const KNOWN = 'Limiting retries for the idempotent producer may invalidate EoS guarantees';

/**
 * The client's own log, of which warnings and errors arrive here, as ours. It calls an error what it then tries again:
 * to us that is degraded, since whatever cannot be mended comes back as an error of the call. Of the fields only plain
 * names pass.
 */
function pass({ namespace, log: { message, broker, groupId } }: LogEntry, log: Log): void {
  if (message === KNOWN) return;
  log.warn('kafka.degraded', {
    said: message,
    part: namespace,
    ...(typeof broker === 'string' ? { broker } : {}),
    ...(typeof groupId === 'string' ? { group: groupId } : {}),
  });
}
