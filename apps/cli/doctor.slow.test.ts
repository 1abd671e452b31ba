import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, startCommand } from '../../test/support/command.ts';
import { serviceAt } from '../../test/support/services.ts';

const kafka = serviceAt('PITLANE_TEST_KAFKA');
const gcs = serviceAt('PITLANE_TEST_GCS');
const SLOW_MS = 300_000;

describe.skipIf(kafka === undefined || gcs === undefined)('the doctor on a bucket and brokers', () => {
  const bucket = `doctor-${process.pid}`;
  let home: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pitlane-doctor-'));
    await fetch(`${gcs}/storage/v1/b?project=p1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: bucket }),
    });
    environment = {
      PITLANE_HOME: home,
      PITLANE_OBJECT_STORE: `gs://${bucket}`,
      PITLANE_GCS_ENDPOINT: gcs as string,
      PITLANE_MESSAGE_LOG: `kafka://${kafka}`,
      PITLANE_KAFKA_REPLICATION: '1',
      PITLANE_KAFKA_PARTITIONS: '4',
    };
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  /** Every topic, group and object that is there. */
  async function inventory(): Promise<{ topics: string[]; groups: string[]; objects: number }> {
    const admin = new Kafka({ brokers: [kafka as string], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const topics = (await admin.listTopics()).filter((topic) => !topic.startsWith('__')).sort();
    const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId).sort();
    await admin.disconnect();
    const listed = (await (await fetch(`${gcs}/storage/v1/b/${bucket}/o`)).json()) as { items?: object[] };
    return { topics, groups, objects: listed.items?.length ?? 0 };
  }

  it('tells each case, and leaves nothing behind', { timeout: SLOW_MS }, async () => {
    const before = await inventory();
    const { code, stdout, stderr } = await runCommand(['doctor', '--json'], { environment });
    const { checks } = JSON.parse(stdout) as { checks: { name: string; ok: boolean; text: string }[] };
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('topics and groups with the prefix pitlane-doctor-')]);
    expect(new Set(checks.map(({ name }) => name.split(' ', 1)[0]))).toEqual(
      new Set(['disk', 'clock', 'object', 'brokers', 'message', 'frame']),
    );
    expect(await inventory()).toEqual(before);
  });

  it('leaves nothing behind when it is stopped by Ctrl-C', { timeout: SLOW_MS }, async () => {
    const before = await inventory();
    const command = startCommand(['doctor'], { environment });
    await new Promise<void>((resolve) => {
      command.child.stderr?.on('data', () => command.said.stderr.includes('message log') && resolve());
    });
    expect((await inventory()).topics.length).toBeGreaterThan(before.topics.length);
    command.child.kill('SIGINT');
    expect((await command.ended).code).toBe(4);
    expect(await inventory()).toEqual(before);
  });
});
