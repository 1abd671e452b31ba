/** Slices over BigQuery and a bucket: from a node, and from the catalog's API as the program that it is. */
import { createHash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Storage } from '@google-cloud/storage';
import { PitlaneClient } from '@pitlane/client';
import { generateDrive } from '@pitlane/generator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNodeFile } from '../../apps/cli/node/node-file.ts';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { serviceAt } from '../support/services.ts';
import { StartedProgram } from '../support/started-program.ts';

const gcs = serviceAt('PITLANE_TEST_GCS');
const bigquery = serviceAt('PITLANE_TEST_BIGQUERY');
const TOKEN = 'the-token-of-this-test';
const IMU = '/imu/data';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(!gcs || !bigquery)('slices over the cloud', { timeout: 300_000 }, () => {
  const name = `slices-${randomUUID().slice(0, 8)}`;
  let scratch: Awaited<ReturnType<typeof scratchFolder>>;
  let node: NodeUnderTest;
  let program: StartedProgram;
  let drive: string;
  let clients: PitlaneClient[];

  beforeAll(async () => {
    scratch = await scratchFolder();
    const at = (what: string): string => path.join(scratch.path, what);
    await new Storage({ apiEndpoint: gcs as string, projectId: 'p1' }).createBucket(name);
    const stores = {
      PITLANE_OBJECT_STORE: `gs://${name}`,
      PITLANE_GCS_ENDPOINT: gcs as string,
      PITLANE_CATALOG: `bigquery://p1.${name.replaceAll('-', '_')}`,
      PITLANE_BIGQUERY_ENDPOINT: bigquery as string,
      PITLANE_BIGQUERY_LOAD_SECONDS: '1',
    };
    await generateDrive({ outDir: at('drive'), seed: 3, durationS: 6, vehicleId: 'car-3', size: 'small' });
    node = await NodeUnderTest.open(at('home'), { ...stores, PITLANE_PORT: '0' });
    ({ driveId: drive } = await node.dockOne(at('drive')));
    const address = await readNodeFile(at('home'));
    await writeFile(at('token'), `${TOKEN}\n`);
    program = new StartedProgram('catalog-api', {
      ...stores,
      PITLANE_HOME: at('api-home'),
      PITLANE_RECEIPT_KEY_FILE: at('home/keys/receipt.pub'),
      PITLANE_API_TOKEN_FILE: at('token'),
      PITLANE_PORT: '0',
      PITLANE_HEALTH_PORT: '0',
    });
    const { url } = await program.said('api.opened');
    clients = [
      new PitlaneClient({ url: address?.url ?? '', token: address?.token }),
      new PitlaneClient({ url: String(url), token: TOKEN }),
    ];
  });
  afterAll(async () => {
    await program?.kill();
    await node?.close();
    await scratch[Symbol.asyncDispose]();
  });

  it('have the same bytes and tag from both, and say what is missing', async () => {
    const slices = await Promise.all(clients.map((client) => client.slice({ drive, topics: [IMU], primer: 'none' })));
    const [one, two] = await Promise.all(slices.map(async (slice) => [slice.etag, sha256(await slice.bytes())]));
    expect(one).toEqual(two);
    expect(slices.map(({ missing }) => missing)).toEqual([0, 0]);
  });

  it('begin with the state of before, and are read past the program by their manifest', async () => {
    const client = clients[1] as PitlaneClient;
    const [{ startTime }] = (await node.list('topics', { drive, topic: IMU })) as [{ startTime: string }];
    const start = BigInt(startTime) + 2_000_000_000n;
    const text = Buffer.from(
      await (await client.slice({ drive, topics: [IMU], start, primer: 'state', format: 'ndjson' })).bytes(),
    ).toString();
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { topic?: string; logTime?: string });
    const before = lines.filter(({ logTime }) => logTime !== undefined && BigInt(logTime) < start);
    expect(before.map(({ topic }) => topic)).toContain('/tf_static');
    expect(before.map(({ topic }) => topic)).not.toContain(IMU);
    const { objects } = await client.manifest({ drive, topics: [IMU], start });
    // The stand-in has no credentials that sign: the links lead to the program instead.
    expect(objects.map(({ via }) => via)).toEqual(objects.map(() => 'api'));
    for (const { url, bytes } of objects) {
      const chunk = await fetch(url, { headers: { range: 'bytes=0-7' } });
      expect([chunk.status, chunk.headers.get('content-range')]).toEqual([206, `bytes 0-7/${bytes}`]);
      expect(Buffer.from(await chunk.arrayBuffer()).toString('latin1')).toBe('\x89MCAP0\r\n');
    }
  });
});
