import { randomUUID } from 'node:crypto';
import { Storage } from '@google-cloud/storage';
import { concatCopy } from '@pitlane/base/bytes';
import { isPitlaneError } from '@pitlane/base/errors';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { objectStoreContract } from '@pitlane/ports/object-store/contract';
import { readInParts } from '@pitlane/ports/object-store/read-in-parts';
import { crc32c } from '@node-rs/crc32';
import { beforeAll, describe, expect, it } from 'vitest';
import { serviceAt } from '../../../test/support/services.ts';
import { openGcsStore } from './index.ts';

const endpoint = serviceAt('PITLANE_TEST_GCS');

describe.skipIf(endpoint === undefined)('the object store on Google Cloud Storage, over a stand-in', () => {
  const bucket = `contract-${randomUUID()}`;
  let store: ObjectStore;

  beforeAll(async () => {
    await new Storage({ apiEndpoint: endpoint as string, projectId: 'p1' }).createBucket(bucket);
    store = openGcsStore({ bucket, endpoint: endpoint as string, listPageItems: 3 });
  });

  it.each(objectStoreContract)('keeps the contract: $name', async (example) => {
    await example.run(store);
    for await (const { name } of store.list('')) expect.fail(`${name} was left behind`);
  });

  it('says that the bucket is missing, and not that the object is', async () => {
    const elsewhere = openGcsStore({ bucket: `none-${bucket}`, endpoint: endpoint as string });
    const error = await elsewhere
      .put('a', { bytes: new Uint8Array(1) }, { crc32c: '527d5351' })
      .catch((reason: unknown) => reason);
    expect(isPitlaneError(error, 'not-found') && error.message).toMatch(/bucket/);
  });

  it('gives a big object back in parts', async () => {
    const content = Uint8Array.from({ length: 300_007 }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
    const info = await store.put('big', { bytes: content }, { crc32c: crc32c(content).toString(16).padStart(8, '0') });
    const parts: Uint8Array[] = [];
    for await (const part of readInParts(store, info, { partBytes: 65_536 })) parts.push(part);
    await store.remove('big');
    expect(parts.length).toBe(5);
    expect(Buffer.compare(concatCopy(parts), content)).toBe(0);
  });
});
