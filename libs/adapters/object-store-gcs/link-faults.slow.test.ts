import { randomUUID } from 'node:crypto';
import { Storage } from '@google-cloud/storage';
import { crc32c } from '@node-rs/crc32';
import { MIB } from '@pitlane/base/bytes';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { retryingStore } from '@pitlane/ports/object-store/retrying';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serviceAt } from '../../../test/support/services.ts';
import { openGcsStore } from './index.ts';

const gcs = serviceAt('PITLANE_TEST_GCS');
const toxiproxy = serviceAt('PITLANE_TEST_TOXIPROXY');
const content = Buffer.from(Uint8Array.from({ length: 4 * MIB }, (_, index) => (index * 31 + (index >> 8)) & 0xff));
const options = { crc32c: crc32c(content).toString(16).padStart(8, '0'), metadata: { chunkId: 'c1' } };

describe.skipIf(gcs === undefined || toxiproxy === undefined)('the link to the store', () => {
  const name = `gcs-${randomUUID()}`;
  let direct: ObjectStore;
  let proxied: ObjectStore;
  let retries: string[];

  beforeEach(async () => {
    await new Storage({ apiEndpoint: gcs as string, projectId: 'p1' }).createBucket(name);
    const { host } = new URL(gcs as string);
    const { listen } = (await ask('POST', '/proxies', { name, listen: '127.0.0.1:0', upstream: host })) as {
      listen: string;
    };
    direct = openGcsStore({ bucket: name, endpoint: gcs as string });
    retries = [];
    proxied = retryingStore(openGcsStore({ bucket: name, endpoint: `http://${listen}`, stallMs: 5000 }), {
      onRetry: ({ operation }) => void retries.push(operation),
      // The link is repaired while the store waits to try again.
      pause: () => ask('DELETE', `/proxies/${name}/toxics/fault`).then(() => {}),
    });
  });

  afterEach(async () => {
    await ask('DELETE', `/proxies/${name}`);
    for await (const { name: left } of direct.list('')) await direct.remove(left);
    await new Storage({ apiEndpoint: gcs as string, projectId: 'p1' }).bucket(name).delete();
  });

  const spoil = (type: string, stream: 'upstream' | 'downstream', attributes: Record<string, number>) =>
    ask('POST', `/proxies/${name}/toxics`, { name: 'fault', type, stream, attributes });

  it('cut in the middle of an object leaves nothing of it, and lands it whole when it is back', async () => {
    await spoil('limit_data', 'upstream', { bytes: MIB });
    const cut = openGcsStore({ bucket: name, endpoint: await addressOf() });
    await expect(cut.put('a', { bytes: content }, options)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await direct.stat('a')).toBeUndefined();
    expect((await proxied.put('a', { bytes: content }, options)).bytes).toBe(content.length);
    expect(retries).toEqual(['put']);
    expect(content.equals(await direct.read('a'))).toBe(true);
  });

  it('that loses the answer to a write has landed it once', async () => {
    await spoil('limit_data', 'downstream', { bytes: 1 });
    const info = await proxied.put('a', { bytes: content }, options);
    expect(retries).toEqual(['put']);
    expect(info).toEqual(await direct.stat('a'));
  });

  it('cut in the middle of an answer does not pass half an object for the whole', async () => {
    await direct.put('a', { bytes: content }, options);
    await spoil('limit_data', 'downstream', { bytes: MIB });
    expect(content.equals(await proxied.read('a'))).toBe(true);
    expect(retries).toEqual(['read']);
  });

  it('that is slow is waited for as long as something moves', async () => {
    await spoil('bandwidth', 'upstream', { rate: 4096 });
    await proxied.put('a', { bytes: content }, options);
    expect(retries).toEqual([]);
  });

  async function addressOf(): Promise<string> {
    const { listen } = (await ask('GET', `/proxies/${name}`)) as { listen: string };
    return `http://${listen}`;
  }
});

async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${toxiproxy}${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}
