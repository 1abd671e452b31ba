/** The catalog's API as the program that it is, over the stand-ins for BigQuery and the object store. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Storage } from '@google-cloud/storage';
import { openBigQueryCatalog } from '@pitlane/catalog-bigquery';
import { parseDriveId } from '@pitlane/contracts/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceAt } from '../support/services.ts';
import { StartedProgram } from '../support/started-program.ts';

const gcs = serviceAt('PITLANE_TEST_GCS');
const bigquery = serviceAt('PITLANE_TEST_BIGQUERY');
const TOKEN = 'the-token-of-this-test';

describe.skipIf(!gcs || !bigquery)('two catalog APIs over one catalog', { timeout: 300_000 }, () => {
  const name = `catalog-api-${randomUUID().slice(0, 8)}`;
  const datasetId = name.replaceAll('-', '_');
  const programs: StartedProgram[] = [];
  let work: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'pitlane-catalog-api-'));
    const file = (of: string): string => path.join(work, of);
    const { publicKey } = generateKeyPairSync('ed25519');
    await writeFile(file('receipt.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
    await writeFile(file('token'), `${TOKEN}\n`);
    await new Storage({ apiEndpoint: gcs as string, projectId: 'p1' }).createBucket(name);
    environment = {
      PITLANE_HOME: file('home'),
      PITLANE_OBJECT_STORE: `gs://${name}`,
      PITLANE_GCS_ENDPOINT: gcs as string,
      PITLANE_CATALOG: `bigquery://p1.${datasetId}`,
      PITLANE_BIGQUERY_ENDPOINT: bigquery as string,
      PITLANE_RECEIPT_KEY_FILE: file('receipt.pub'),
      PITLANE_PORT: '0',
      PITLANE_HEALTH_PORT: '0',
    };
    await fillCatalog();
  });
  afterAll(async () => {
    await Promise.all(programs.map((program) => program.kill()));
    await rm(work, { recursive: true });
  });

  async function fillCatalog(): Promise<void> {
    const batches = { everyMs: 0, gatherMs: 0 };
    const catalog = await openBigQueryCatalog({ projectId: 'p1', datasetId, endpoint: bigquery as string, batches });
    const drive = {
      tenant: 'default',
      driveId: parseDriveId('drive-1'),
      vehicleId: 'car-1',
      labels: {},
      startTime: null,
    };
    await catalog.append([{ type: 'dock', drive, dock: { dockId: 'dock-1', garage: 'north', dockedAtMs: 1 } }]);
    await catalog.close();
  }

  async function start(more: Record<string, string> = {}) {
    const program = new StartedProgram('catalog-api', { ...environment, ...more });
    programs.push(program);
    const { url } = await program.said('api.opened');
    const { port } = await program.said('program.started');
    return { program, url: String(url), health: `http://127.0.0.1:${String(port)}` };
  }

  const driveIds = async (answer: Response): Promise<unknown> =>
    ((await answer.json()) as { drives: { driveId: string }[] }).drives.map(({ driveId }) => driveId);

  it('both list the drives, say that they are ready, and dock nothing', async () => {
    const both = await Promise.all([start(), start()]);
    for (const { url, health } of both) {
      expect(await driveIds(await fetch(`${url}/v1/drives`))).toEqual(['drive-1']);
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      expect((await fetch(`${health}/readyz`)).status).toBe(200);
      const docks = await fetch(`${url}/v1/garage/docks`);
      expect([docks.status, ((await docks.json()) as { detail: string }).detail]).toEqual([
        404,
        expect.stringContaining('asked of a garage'),
      ]);
    }
  });

  it('drains at SIGTERM: what is being answered is answered whole, and it ends with 0', async () => {
    const { program, url } = await start();
    const asked = fetch(`${url}/v1/drives`);
    // The node has the request before it has the signal: the answer to a later one is there.
    await fetch(`${url}/healthz`);
    program.signal('SIGTERM');
    expect(await driveIds(await asked)).toEqual(['drive-1']);
    expect(await program.ended).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  it('beyond loopback does not start without a token, and with one wants it', async () => {
    const open = new StartedProgram('catalog-api', { ...environment, PITLANE_API_HOST: '0.0.0.0' });
    programs.push(open);
    expect(await open.ended).toBe(2);
    expect(open.lines.at(-1)).toMatchObject({ event: 'program.failed', reason: expect.stringContaining('TOKEN_FILE') });
    const { url } = await start({ PITLANE_API_HOST: '0.0.0.0', PITLANE_API_TOKEN_FILE: path.join(work, 'token') });
    const address = url.replace('0.0.0.0', '127.0.0.1');
    expect((await fetch(`${address}/v1/drives`)).status).toBe(403);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect(await driveIds(await fetch(`${address}/v1/drives`, { headers }))).toEqual(['drive-1']);
  });
});
