import { silentLog } from '@pitlane/base/telemetry';
import { builtObjectName, shardIndexName, shardObjectName } from '@pitlane/contracts/dataset';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import type { Catalog } from '@pitlane/ports/catalog';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '../../test/support/memory-object-store.ts';
import { catalogApi, type HttpNode, openHttpNode } from './assemble.ts';

const ID = 'ab'.repeat(32) as Sha256Hex;
const store = new MemoryObjectStore();
const TAR = Buffer.from(Array.from({ length: 5000 }, (_, i) => i % 251));
store.replace(builtObjectName('default', ID), Buffer.from('{"shard":0}\n'), {});
store.replace(shardObjectName('default', ID, 'train', 0), TAR, {});
store.replace(shardIndexName('default', ID, 'train', 0), Buffer.from('{"files":{}}'), {});
store.replace(builtObjectName('other', ID), Buffer.from('of another tenant\n'), {});

let node: HttpNode;
beforeEach(async () => {
  const program = { facts: { version: '0' }, log: silentLog, ready: async () => 1, metrics: () => ({}) };
  const texts = { tenant: 'default', receiptKeyPem: '', objectUrl: (name: string) => name, why: async () => [] };
  const plugins = [catalogApi({ program, catalog: { catalog: {} as Catalog, store, ...texts } })];
  node = await openHttpNode({ port: 0, plugins, documents: false, log: silentLog });
});
afterEach(() => node.close());

const ask = (file: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
  node.app.inject({ method, url: `/v1/datasets/${ID}/files/${file}`, headers: { host: '127.0.0.1:1', ...headers } });

describe('the files of a built dataset', () => {
  it('come whole, by their head, and in any range', async () => {
    const whole = await ask('train-000000.tar');
    expect([whole.statusCode, whole.headers['content-type']]).toEqual([200, 'application/x-tar']);
    expect(whole.rawPayload.equals(TAR)).toBe(true);
    const head = await ask('train-000000.tar', {}, 'HEAD');
    expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, '5000', '']);
    const part = await ask('train-000000.tar', { range: 'bytes=1000-1999' });
    expect([part.statusCode, part.headers['content-range']]).toEqual([206, 'bytes 1000-1999/5000']);
    expect(part.rawPayload.equals(TAR.subarray(1000, 2000))).toBe(true);
    expect((await ask('train-000000.tar', { 'if-none-match': String(whole.headers.etag) })).statusCode).toBe(304);
    expect((await ask('train-000000.json')).json()).toEqual({ files: {} });
    expect((await ask('shards.ndjson')).body).toBe('{"shard":0}\n');
  });

  it('are those of the tenant that is asked for', async () => {
    expect((await ask('shards.ndjson?tenant=other')).body).toBe('of another tenant\n');
    expect((await ask('train-000000.tar?tenant=other')).statusCode).toBe(404);
  });

  it('are nothing else that lies in the store', async () => {
    for (const file of [
      'snapshot.ndjson',
      '..%2fsnapshot.ndjson',
      'train-0.tar',
      'train-000000.tar.json',
      'Train-000000.tar',
    ])
      expect([file, (await ask(file)).statusCode]).toEqual([file, 400]);
    expect((await ask('shards.ndjson?tenant=..%2f..')).statusCode).toBe(400);
    expect((await ask('val-000000.tar')).statusCode).toBe(404);
  });
});
