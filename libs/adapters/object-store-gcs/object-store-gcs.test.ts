import { mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { MIB } from '@pitlane/base/bytes';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import type { ObjectStore, PutSource } from '@pitlane/ports/object-store';
import { retryingStore } from '@pitlane/ports/object-store/retrying';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GcsStoreOptions, openGcsStore } from './index.ts';
import { type Fault, refusal, ScriptedStore } from './scripted-store.fixture.ts';

let server: ScriptedStore;
let base: string;

beforeEach(async () => {
  server = await ScriptedStore.open();
  base = await mkdtemp(join(tmpdir(), 'pitlane-gcs-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(base, { recursive: true, force: true });
});

const crcOf = (content: Uint8Array): string => crc32c(content).toString(16).padStart(8, '0');
const text = Buffer.from('content');
const options = { crc32c: crcOf(text), metadata: { chunkId: 'c1' } };

const openStore = (given: Partial<GcsStoreOptions> = {}): ObjectStore =>
  openGcsStore({ bucket: 'b1', endpoint: server.endpoint, ...given });

/** The store as a program wires it, without the waiting. */
const openRetried = (): ObjectStore => retryingStore(openStore(), { pause: async () => {}, attemptsMax: 4 });

const once = (fault: Fault, method = 'POST') => {
  let left = 1;
  server.script = (request) => (request.method === method && left-- > 0 ? fault : undefined);
};

async function rejection(work: Promise<unknown>): Promise<PitlaneError> {
  const error = await work.then(
    () => expect.fail('did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof PitlaneError)) throw error;
  return error;
}

describe('a put', () => {
  it('is one request of known length that creates only, with what the store shall check and keep', async () => {
    const store = openStore({ kmsKeyName: 'projects/p/locations/l/keyRings/r/cryptoKeys/k', storageClass: 'NEARLINE' });
    const info = await store.put('v1/a b', { bytes: text }, { ...options, contentType: 'application/x-mcap' });
    expect(server.arrived.length).toBe(1);
    const [{ path, query, headers, body }] = server.arrived as [(typeof server.arrived)[0]];
    expect(path).toBe('/upload/storage/v1/b/b1/o');
    expect(Object.fromEntries(query)).toEqual({
      uploadType: 'multipart',
      ifGenerationMatch: '0',
      name: 'v1/a b',
      kmsKeyName: 'projects/p/locations/l/keyRings/r/cryptoKeys/k',
    });
    expect(headers['content-length']).toBe(String(body.length));
    expect(headers.authorization).toBeUndefined();
    expect(server.objects.get('v1/a b')?.resource).toMatchObject({
      contentType: 'application/x-mcap',
      storageClass: 'NEARLINE',
      metadata: { chunkId: 'c1' },
    });
    expect(info).toEqual({ name: 'v1/a b', generation: '1700000000000001', bytes: 7, ...options });
    expect(await store.stat('v1/a b')).toEqual(info);
  });

  it('sends a file block by block and leaves it where it is', async () => {
    const content = Buffer.from(Uint8Array.from({ length: 3 * MIB + 17 }, (_, index) => (index * 31) & 0xff));
    const file = join(base, 'source');
    await writeFile(file, content);
    const info = await openStore().put('a', { file }, { crc32c: crcOf(content) });
    expect(info.bytes).toBe(content.length);
    expect(server.objects.get('a')?.content.equals(content)).toBe(true);
  });

  it('refuses a source that is gone, a link, or a folder before it asks the store', async () => {
    await symlink('source', join(base, 'link'));
    for (const [leaf, code] of [
      ['gone', 'not-found'],
      ['link', 'bad-usage'],
      ['', 'bad-usage'],
    ] as const) {
      expect((await rejection(openStore().put('a', { file: join(base, leaf) }, options))).code).toBe(code);
    }
    expect(server.arrived).toEqual([]);
  });

  it('leaves no request open and nothing in the store when its file gets shorter under it', async () => {
    const file = join(base, 'source');
    await writeFile(file, Buffer.alloc(64 * MIB));
    const shrunk = new Promise<void>((resolve, reject) => {
      server.script = () => void truncate(file, 0).then(resolve, reject);
    });
    const error = await rejection(openStore().put('a', { file }, { crc32c: '00000000' }));
    await shrunk;
    expect(error.code).toBe('changed-while-read');
    await vi.waitFor(async () => expect(await server.connections()).toBe(0));
    expect(server.objects.size).toBe(0);
  });

  it('leaves no request open and nothing in the store when it is stopped half-way', async () => {
    const file = join(base, 'source');
    await writeFile(file, Buffer.alloc(64 * MIB));
    const stopping = new AbortController();
    server.script = () => {
      stopping.abort();
      return undefined;
    };
    const error = await rejection(openStore().put('a', { file }, { crc32c: '00000000', signal: stopping.signal }));
    expect(error.code).toBe('interrupted');
    await vi.waitFor(async () => expect(await server.connections()).toBe(0));
    expect(server.arrived.filter(({ isWhole }) => isWhole)).toEqual([]);
    expect(server.objects.size).toBe(0);
  });

  it('tells wrong content from content that broke on its way', async () => {
    const wrong = await rejection(openStore().put('a', { bytes: text }, { crc32c: '00000000' }));
    expect([wrong.code, wrong.retryable]).toEqual(['checksum-mismatch', false]);
    once(refusal(400, "Provided CRC32C doesn't match calculated CRC32C"));
    const broken = await rejection(openStore().put('a', { bytes: text }, options));
    expect([broken.code, broken.retryable]).toEqual(['checksum-mismatch', true]);
    once(refusal(400, 'Invalid storage class'));
    expect((await rejection(openStore().put('a', { bytes: text }, options))).code).toBe('bad-usage');
  });

  it('does not believe a store that says it holds something else', async () => {
    const said = { name: 'a', generation: '1', size: '6', crc32c: 'AAAAAA==' };
    once({ status: 200, body: JSON.stringify(said) });
    expect((await rejection(openStore().put('a', { bytes: text }, options))).code).toBe('checksum-mismatch');
  });

  it('hears a refusal that comes before all was sent', async () => {
    const file = join(base, 'source');
    await writeFile(file, Buffer.alloc(16 * MIB));
    once({ ...refusal(403, 'no permission'), early: true });
    const error = await rejection(openStore().put('a', { file }, { crc32c: '00000000' }));
    // The store may close before its answer is read: then it was away, and the next attempt hears it.
    expect(['refused', 'unavailable']).toContain(error.code);
  });

  it('refuses metadata that the store would not take, and a CRC that is none', async () => {
    const metadata = { note: 'x'.repeat(9000) };
    const tooMuch = openStore().put('a', { bytes: text }, { ...options, metadata });
    expect((await rejection(tooMuch)).code).toBe('limit-exceeded');
    expect((await rejection(openStore().put('a', { bytes: text }, { crc32c: 'E3' }))).code).toBe('bad-usage');
    expect(server.arrived).toEqual([]);
  });
});

describe('what the store answers', () => {
  it.each([
    [401, 'refused', false],
    [403, 'refused', false],
    [404, 'not-found', false],
    [408, 'unavailable', true],
    [412, 'already-exists', false],
    [413, 'limit-exceeded', false],
    [429, 'unavailable', true],
    [500, 'unavailable', true],
    [502, 'unavailable', true],
    [503, 'unavailable', true],
    [504, 'unavailable', true],
  ] as const)('with status %i is %s, tried again later: %s', async (status, code, retryable) => {
    server.script = () => refusal(status, 'said so');
    const store = openStore();
    for (const call of [() => store.put('a', { bytes: text }, options), () => drained(store)]) {
      const error = await rejection(call());
      expect([error.code, error.retryable]).toEqual([code, retryable]);
      expect(error.message).toMatch(/said so/);
      expect(error.message).toMatch(/b1/);
    }
    if (status !== 404) {
      for (const call of ['stat', 'read', 'remove'] as const) {
        expect((await rejection(store[call]('a'))).code).toBe(code);
      }
    }
  });

  it('about a bucket is never taken for an absent object', async () => {
    server.script = () => refusal(404, 'The specified bucket does not exist.');
    const store = openStore();
    for (const call of ['stat', 'read', 'remove'] as const) {
      const error = await rejection(store[call]('a'));
      expect([error.code, /bucket does not exist/.test(error.message)]).toEqual(['not-found', true]);
    }
  });

  it('not at all is a store that is away, in every call', async () => {
    server.script = () => 'never-answer';
    const store = openStore({ stallMs: 100 });
    const calls = [
      () => store.put('a', { bytes: text }, options),
      () => store.stat('a'),
      () => store.read('a'),
      () => drained(store),
    ];
    for (const call of calls) {
      const error = await rejection(call());
      expect([error.code, error.retryable]).toEqual(['unavailable', true]);
    }
  });

  it('by a closed port is a store that is away', async () => {
    const { endpoint } = server;
    await server.close();
    server = await ScriptedStore.open();
    const error = await rejection(openStore({ endpoint }).put('a', { bytes: text }, options));
    expect([error.code, error.retryable]).toEqual(['unavailable', true]);
  });
});

describe('a put that is tried again', () => {
  it.each([503, 429, 408, 500])('lands once after status %i', async (status) => {
    once(refusal(status, 'later'));
    await openRetried().put('a', { bytes: text }, options);
    expect(server.arrived.filter(({ method }) => method === 'POST').length).toBe(2);
    expect(server.objects.size).toBe(1);
  });

  it('takes its own object for landed when the answer to its write was lost', async () => {
    const file = join(base, 'source');
    await writeFile(file, text);
    const sources: PutSource[] = [{ bytes: text }, { file }];
    for (const [index, source] of sources.entries()) {
      once('lose-answer');
      const info = await openRetried().put(`a${index}`, source, options);
      expect(info).toEqual(await openStore().stat(`a${index}`));
    }
    expect(server.objects.size).toBe(2);
  });

  it("passes on a stranger's object that it met after a lost answer", async () => {
    const stranger = Buffer.from('other');
    await openStore().put('a', { bytes: stranger }, { crc32c: crcOf(stranger) });
    once(refusal(503, 'later'));
    expect((await rejection(openRetried().put('a', { bytes: text }, options))).code).toBe('already-exists');
    expect(server.objects.get('a')?.content.equals(stranger)).toBe(true);
  });

  it.each([401, 403, 412])('is not tried again after status %i', async (status) => {
    server.script = () => refusal(status, 'no');
    await rejection(openRetried().put('a', { bytes: text }, options));
    expect(server.arrived.length).toBe(1);
  });
});

describe('a read', () => {
  it('notices content that does not have the CRC-32C of the store', async () => {
    await openStore().put('a', { bytes: text }, options);
    const stored = server.objects.get('a') as { resource: { generation: string }; content: Buffer };
    server.objects.set('a', { ...stored, content: Buffer.from('CONTENT') });
    const error = await rejection(openStore().read('a'));
    expect([error.code, error.retryable]).toEqual(['checksum-mismatch', true]);
  });

  it('notices an answer that was cut off, and gets the whole of it when tried again', async () => {
    await openStore().put('a', { bytes: text }, options);
    once('cut-body', 'GET');
    expect((await rejection(openStore().read('a'))).code).toBe('unavailable');
    once('cut-body', 'GET');
    expect(Buffer.from(await openRetried().read('a')).equals(text)).toBe(true);
  });

  it('asks for the bytes of its range and no more', async () => {
    await openStore().put('a', { bytes: text }, options);
    expect(Buffer.from(await openStore().read('a', { start: 2, end: 5 })).toString()).toBe('nte');
    expect(server.arrived.at(-1)?.headers.range).toBe('bytes=2-4');
  });
});

describe('a removal', () => {
  it('takes what it looked at, and never what came in its place', async () => {
    const store = openStore();
    await store.put('a', { bytes: text }, options);
    const looked = server.objects.get('a');
    server.beforeDelete = () => {
      if (looked) server.objects.set('a', { ...looked, resource: { ...looked.resource, generation: '2' } });
    };
    expect((await rejection(store.remove('a'))).code).toBe('already-exists');
    expect(server.objects.size).toBe(1);
  });

  it('is done when somebody else was faster', async () => {
    const store = openStore();
    await store.put('a', { bytes: text }, options);
    once(refusal(404, 'No such object: b1/a'), 'DELETE');
    await store.remove('a');
    await store.remove('none');
  });
});

describe('opening', () => {
  it('refuses an endpoint that is none, or that carries a password', () => {
    for (const endpoint of ['storage', 'ftp://a', 'https://user:password@a', 'https://a/path?x']) {
      expect(() => openGcsStore({ bucket: 'b1', endpoint })).toThrow(/endpoint/);
    }
  });

  it('refuses to have its reads redirected by a variable of the environment', () => {
    vi.stubEnv('STORAGE_EMULATOR_HOST', 'http://127.0.0.1:1');
    expect(() => openStore()).toThrow(/STORAGE_EMULATOR_HOST/);
  });

  it('proves who it is by the identity of the machine, and says so when there is none', async () => {
    const token = join(base, 'token');
    const identity = join(base, 'identity.json');
    await writeFile(token, 'what the cluster gave us');
    const federation = {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/k',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${server.endpoint}/v1/token`,
      credential_source: { file: token },
    };
    await writeFile(identity, JSON.stringify(federation));
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', identity);
    server.script = () => ({ status: 400, body: '{"error":"invalid_grant"}' });
    const secure = openStore({ endpoint: 'https://127.0.0.1:9' });
    const notBelieved = await rejection(secure.put('a', { bytes: text }, options));
    expect(server.arrived.map(({ path }) => path)).toEqual(['/v1/token']);
    expect(String(server.arrived[0]?.body)).toMatch(/subject_token=what/);
    expect([notBelieved.code, notBelieved.retryable]).toEqual(['refused', false]);
    server.script = () => ({ status: 404, body: '{"error":"not_found"}' });
    expect((await rejection(openStore({ endpoint: 'https://127.0.0.1:9' }).stat('a'))).code).toBe('refused');
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', join(base, 'none.json'));
    const nobody = await rejection(openStore({ endpoint: 'https://127.0.0.1:9' }).put('a', { bytes: text }, options));
    expect([nobody.code, nobody.message]).toEqual(['bad-settings', expect.stringMatching(/Workload Identity/)]);
  });

  it('names the bucket as receipts do', () => {
    expect(openStore({ parallelPutsMax: 3 }).traits).toEqual({ storeName: 'gs://b1', parallelPutsMax: 3 });
  });
});

describe('an object name', () => {
  it('that means another address, or none, is refused before any request', async () => {
    const store = openStore();
    for (const name of ['', '.', '..', 'a\nb', 'a\0b', '\ud800', 'a'.repeat(1025), '.well-known/acme-challenge/a']) {
      const calls = [
        () => store.put(name, { bytes: text }, options),
        () => store.stat(name),
        () => store.read(name),
        () => store.remove(name),
      ];
      for (const call of calls) {
        const error = await rejection(call());
        expect(isPitlaneError(error, 'bad-usage'), JSON.stringify(name)).toBe(true);
      }
    }
    expect(server.arrived).toEqual([]);
  });
});

async function drained(store: ObjectStore): Promise<void> {
  for await (const { name } of store.list('')) expect(name).toBeDefined();
}
