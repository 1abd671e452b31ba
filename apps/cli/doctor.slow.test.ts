import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, runCommand, startCommand } from '../../test/support/command.ts';
import { inventoryOf } from '../../test/support/service-inventory.ts';
import { serviceAt } from '../../test/support/services.ts';

const kafka = serviceAt('PITLANE_TEST_KAFKA');
const secured = serviceAt('PITLANE_TEST_KAFKA_SASL_SSL');
const gcs = serviceAt('PITLANE_TEST_GCS');
const bigquery = serviceAt('PITLANE_TEST_BIGQUERY');
const SLOW_MS = 900_000;

interface Told {
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
}

const checksOf = ({ stdout }: Ended): Told[] => (JSON.parse(stdout) as { checks: Told[] }).checks;
const failed = (checks: readonly Told[]): Told[] => checks.filter(({ ok }) => !ok);
const kinds = (checks: readonly Told[]): Set<string | undefined> =>
  new Set(checks.map(({ name }) => name.split(' ', 1)[0]));

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'pitlane-doctor-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe.skipIf(!kafka || !gcs || !bigquery)('the doctor on a bucket, brokers and a dataset', () => {
  const bucket = `doctor-${process.pid}`;
  let environment: Record<string, string>;
  /** What the doctor makes bears its name. */
  const names = /pitlane[-_]doctor[-_]/;
  const inventory = () => inventoryOf({ kafka: kafka ?? '', gcs: gcs ?? '', bigquery: bigquery ?? '', bucket, names });

  beforeAll(async () => {
    await fetch(`${gcs}/storage/v1/b?project=p1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: bucket }),
    });
    environment = {
      PITLANE_HOME: home,
      PITLANE_OBJECT_STORE: `gs://${bucket}`,
      PITLANE_GCS_ENDPOINT: gcs ?? '',
      PITLANE_MESSAGE_LOG: `kafka://${kafka}`,
      PITLANE_KAFKA_REPLICATION: '1',
      PITLANE_KAFKA_PARTITIONS: '4',
      PITLANE_CATALOG: 'bigquery://p1.pitlane',
      PITLANE_BIGQUERY_ENDPOINT: bigquery ?? '',
    };
  });

  it('tells each case, and leaves nothing behind', { timeout: SLOW_MS }, async () => {
    const before = await inventory();
    const ended = await runCommand(['doctor', '--json'], { environment });
    const checks = checksOf(ended);
    expect(failed(checks)).toEqual([]);
    expect([ended.code, ended.stderr]).toEqual([
      0,
      expect.stringContaining('topics and groups with the prefix pitlane-doctor-'),
    ]);
    expect(kinds(checks)).toEqual(new Set(['disk', 'clock', 'object', 'brokers', 'message', 'frame', 'catalog']));
    expect(await inventory()).toEqual(before);
  });

  it.each([
    { stage: 'message log delivers', removal: 'brokers let topics be removed', embedded: {} },
    {
      stage: 'catalog lets a dataset be made',
      removal: 'catalog lets the dataset be removed',
      embedded: { PITLANE_MESSAGE_LOG: 'embedded' },
    },
  ])(
    'leaves nothing behind when it is stopped by Ctrl-C after: $stage',
    { timeout: SLOW_MS },
    async ({ stage, removal, embedded }) => {
      const before = await inventory();
      const command = startCommand(['doctor'], { environment: { ...environment, ...embedded } });
      const reached = new Promise<void>((resolve) => {
        command.child.stderr?.on('data', () => command.said.stderr.includes(stage) && resolve());
      });
      await Promise.race([reached, command.ended]);
      expect(await inventory()).not.toEqual(before);
      command.child.kill('SIGINT');
      const { code, stdout, stderr } = await command.ended;
      expect([code, stdout, stderr]).toEqual([
        4,
        expect.stringContaining(`ok    ${removal}`),
        expect.stringContaining('stopped before the end'),
      ]);
      expect(await inventory()).toEqual(before);
    },
  );
});

it.skipIf(!secured)(
  'says which rights on the brokers are missing, and tries what is embedded beside them',
  { timeout: SLOW_MS },
  async () => {
    const tlsFile = (name: string): string => join(process.env['PITLANE_TEST_KAFKA_TLS'] ?? '', name);
    const environment = {
      PITLANE_HOME: home,
      PITLANE_MESSAGE_LOG: `kafka://${secured}`,
      PITLANE_KAFKA_REPLICATION: '1',
      PITLANE_KAFKA_TLS: 'on',
      PITLANE_KAFKA_CA_FILE: tlsFile('ca.pem'),
      PITLANE_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      PITLANE_KAFKA_SASL_USER: 'stranger',
      PITLANE_KAFKA_SASL_PASSWORD_FILE: tlsFile('stranger.password'),
    };
    const ended = await runCommand(['doctor', '--json'], { environment });
    const checks = checksOf(ended);
    expect(ended.code).toBe(1);
    expect(failed(checks)).toEqual([
      { name: 'brokers let topics be made', ok: false, text: expect.stringMatching(/lacks the right CREATE/) },
      { name: 'brokers have the topics of the pipeline', ok: false, text: expect.stringContaining('create it with') },
    ]);
    expect(kinds(checks)).toEqual(new Set(['disk', 'clock', 'object', 'brokers', 'catalog']));
  },
);
