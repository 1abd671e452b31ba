/** What is refused, in words that help, and without the secret that it was about. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { isPitlaneError, type PitlaneError } from '@pitlane/base/errors';
import { memoryLog, silentLog } from '@pitlane/base/telemetry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMutual, openPlain, openScram, plain, tlsFile } from './brokers.fixture.ts';
import { type KafkaLog, openKafkaLog } from './index.ts';

const records = [{ key: 'k', value: 'v' }];
const shape = { partitions: 4, replication: 1, createMissing: true };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pitlane-kafka-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What the log says to a publication, which it must not take. */
async function refusal(log: KafkaLog, topic = `refusals-${randomUUID()}`, sent = records): Promise<PitlaneError> {
  try {
    await log.publish(topic, sent);
  } catch (error) {
    if (isPitlaneError(error)) return error;
    throw error;
  } finally {
    await log.close();
  }
  return expect.fail('it was taken');
}

describe.skipIf(!plain)('brokers refuse', () => {
  it('a wrong password, and neither error nor log says it', async () => {
    const passwordFile = path.join(folder, 'wrong-password');
    await writeFile(passwordFile, 'a-secret-that-is-wrong\n');
    const told = memoryLog();
    const error = await refusal(openScram({ user: { username: 'garage-2', passwordFile }, log: told }));
    expect(error).toMatchObject({ code: 'refused', retryable: false });
    expect(error.message).toMatch(/looking at refusals-.*authentication failed.*; see that the user exists/i);
    expect(inspect([error, told.events], { depth: 20, showHidden: true })).not.toContain('a-secret-that-is-wrong');
  });

  it('no brokers whose CA is unknown here', async () => {
    const error = await refusal(openScram({ tls: { caFile: tlsFile('unknown-ca.pem') } }));
    expect(error).toMatchObject({ code: 'refused', retryable: false });
    expect(error.message).toMatch(/certificate.*; see that the CA file/);
  });

  it('a client without a certificate where they ask for one', async () => {
    const error = await refusal(openMutual({ tls: { caFile: tlsFile('ca.pem') } }));
    expect(error).toMatchObject({ code: 'refused', retryable: false });
  });

  it('a topic that the user may not see', async () => {
    const topic = `refusals-${randomUUID()}`;
    const owner = openScram();
    await owner.ensureTopics([topic]);
    await owner.close();
    const user = { username: 'stranger', passwordFile: tlsFile('stranger.password') };
    expect(await refusal(openScram({ user }), topic)).toMatchObject({ code: 'refused', retryable: false });
  });

  it('a record that is too large, and take the next one', async () => {
    const log = openPlain();
    const topic = `refusals-${randomUUID()}`;
    const large = [{ key: 'k', value: 'x'.repeat(2_000_000) }];
    const sent = [log.publish(topic, large), log.publish(topic, records)];
    const [first, second] = await Promise.allSettled(sent);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'limit-exceeded', retryable: false } });
    expect(second?.status).toBe('fulfilled');
    expect(await log.lag(topic, 'g')).toBe(1);
    await log.close();
  });
});

describe.skipIf(!plain)('topics', () => {
  it('that are missing are an error which says what to make, where they may not be made', async () => {
    const error = await refusal(openPlain({ topics: { ...shape, createMissing: false } }), 'no-such-topic');
    expect(error).toMatchObject({ code: 'not-found' });
    expect(error.message).toMatch(/no topic no-such-topic.*create it with 4 partitions and replication 1/);
  });

  it('are made once when several programs make them at the same time', async () => {
    const topics = Array.from({ length: 6 }, () => `refusals-${randomUUID()}`);
    const logs = [1, 2, 3, 4].map(() => openPlain());
    await Promise.all(logs.map((log) => log.ensureTopics(topics)));
    for (const log of logs) {
      for (const topic of topics) await log.publish(topic, records);
      await log.close();
    }
  });

  it('with fewer partitions or copies than the settings say are refused', async () => {
    const topic = `refusals-${randomUUID()}`;
    const log = openPlain({ topics: { ...shape, partitions: 2 } });
    await log.ensureTopics([topic]);
    await log.ensureTopics([topic]);
    await log.close();
    const narrow = await refusal(openPlain(), topic);
    expect(narrow).toMatchObject({ code: 'bad-settings' });
    expect(narrow.message).toContain('has 2 partitions of the 4');
    const thin = await refusal(openPlain({ topics: { ...shape, partitions: 2, replication: 3 } }), topic);
    expect(thin.message).toContain('keeps 1 copies of the 3');
  });

  it('that want more copies than there are brokers are not made', async () => {
    const error = await refusal(openPlain({ topics: { ...shape, replication: 3 } }));
    expect(error).toMatchObject({ code: 'bad-settings' });
    expect(error.message).toMatch(/replication/i);
  });
});

describe.skipIf(!plain)('a secret that is replaced', () => {
  it('is used by the next connection', async () => {
    const passwordFile = path.join(folder, 'rotated-password');
    await writeFile(passwordFile, 'the old one');
    const log = openScram({ user: { username: 'garage-2', passwordFile } });
    const topic = `refusals-${randomUUID()}`;
    await expect(log.publish(topic, records)).rejects.toMatchObject({ code: 'refused' });
    await writeFile(passwordFile, await readFile(tlsFile('garage-2.password')));
    await log.publish(topic, records);
    await log.close();
  });
});

it('a secret file that is missing is said at once, by its name', () => {
  const user = { username: 'u', passwordFile: path.join(folder, 'nothing-here') };
  const open = (): KafkaLog => openKafkaLog({ brokers: ['127.0.0.1:1'], topics: shape, user, log: silentLog });
  expect(open).toThrow(/the password for Kafka in .*nothing-here/);
});

it('brokers that are away are an outage that may pass', { timeout: 120_000 }, async () => {
  const log = openKafkaLog({ brokers: ['127.0.0.1:1'], topics: shape, log: silentLog });
  expect(await refusal(log)).toMatchObject({ code: 'unavailable', retryable: true });
});
