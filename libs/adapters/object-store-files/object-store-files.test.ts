import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { isPitlaneError } from '@pitlane/base/errors';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { objectStoreContract } from '@pitlane/ports/object-store/contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemFileCalls } from './file-calls.ts';
import { Folders } from './folders.ts';
import { type FileStoreOptions, openFileStore } from './index.ts';
import { listNames } from './list-names.ts';

let base: string;
let root: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'pitlane-object-store-'));
  root = join(base, 'objects');
});

afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

const crcOf = (content: Uint8Array): string => crc32c(content).toString(16).padStart(8, '0');
const openStore = (options: Partial<FileStoreOptions> = {}): Promise<ObjectStore> =>
  openFileStore({ root, ...options });
const failWith = (code: string) => (): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }));

function putText(store: ObjectStore, name: string, text: string, metadata: Record<string, string> = {}) {
  const bytes = Buffer.from(text);
  return store.put(name, { bytes }, { crc32c: crcOf(bytes), metadata });
}

async function putFile(store: ObjectStore, name: string, content: Uint8Array): Promise<string> {
  const file = join(base, 'source');
  await writeFile(file, content);
  await store.put(name, { file }, { crc32c: crcOf(content) });
  return file;
}

async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.fail('did not fail'),
    (error: unknown) => error,
  );
}

const rejections = (works: readonly Promise<unknown>[]): Promise<unknown[]> => Promise.all(works.map(rejection));

describe('the object store on files keeps the contract', () => {
  it.each(objectStoreContract)('$name', async (example) => {
    await example.run(await openStore());
    const below = await readdir(root);
    expect(below.sort()).toEqual(['.meta', '.tmp']);
    expect(await readdir(join(root, '.meta'))).toEqual([]);
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
  });
});

describe('the object store on files', () => {
  it('takes a file over by link, without writing its bytes again', async () => {
    const store = await openStore();
    const file = join(base, 'source');
    await writeFile(file, 'chunk');
    const { ino } = await stat(file);
    await store.put('v1/chunk.mcap', { file }, { crc32c: crcOf(Buffer.from('chunk')) });
    expect((await stat(join(root, 'v1/chunk.mcap'))).ino).toBe(ino);
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('copies a file from another device, and leaves a wrong one as it was', async () => {
    const calls = {
      link: (from: string, to: string) =>
        from.startsWith(root) ? link(from, to) : Promise.reject(Object.assign(new Error('far'), { code: 'EXDEV' })),
    };
    const store = await openStore({ calls });
    const content = Buffer.alloc(2_500_000, 'far away ');
    const file = await putFile(store, 'far', content);
    expect(Buffer.from(await store.read('far')).equals(content)).toBe(true);
    await expect(stat(file)).rejects.toThrow('ENOENT');
    await writeFile(file, 'wrong');
    const error = await rejection(store.put('wrong', { file }, { crc32c: crcOf(content) }));
    expect(isPitlaneError(error, 'checksum-mismatch')).toBe(true);
    expect(await readFile(file, 'utf8')).toBe('wrong');
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
  });

  it('keeps what it wrote down over a reopen, and removes what a crash left in the making', async () => {
    const before = await putText(await openStore(), 'a/b', 'kept', { chunkId: '1' });
    await writeFile(join(root, '.tmp', 'leftover'), 'half');
    const store = await openStore();
    expect(await store.stat('a/b')).toEqual(before);
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
  });

  it('shows nothing when it dies between sidecar and data, and takes the object afterwards', async () => {
    const dying = await openStore({
      calls: {
        link: (from, to) =>
          to.endsWith('/a/b') ? Promise.reject(Object.assign(new Error('died'), { code: 'EIO' })) : link(from, to),
      },
    });
    const content = Buffer.from('second try');
    const file = join(base, 'source');
    await writeFile(file, content);
    const options = { crc32c: crcOf(content), metadata: { attempt: '1' } };
    await rejection(dying.put('a/b', { file }, options));
    expect(await readdir(join(root, '.meta/a'))).toEqual(['b.json']);
    const store = await openStore();
    expect(await store.stat('a/b')).toBeUndefined();
    await store.put('a/b', { file }, { ...options, metadata: { attempt: '2' } });
    expect((await store.stat('a/b'))?.metadata).toEqual({ attempt: '2' });
  });

  it('describes a file that somebody copied in by what it holds, also beside a stale sidecar', async () => {
    const store = await openStore();
    await writeFile(join(root, 'foreign'), '123456789');
    const info = await store.stat('foreign');
    expect(info).toMatchObject({ bytes: 9, crc32c: 'e3069283', metadata: {} });
    expect(info?.generation).toBe(String((await stat(join(root, 'foreign'), { bigint: true })).mtimeNs));
    await putText(store, 'mine', 'abcdefghi', { chunkId: '1' });
    await writeFile(join(root, 'mine'), '123456789');
    expect(await store.stat('mine')).toMatchObject({ crc32c: 'e3069283', metadata: {} });
  });

  it('keeps generation and metadata when the whole root was copied with new times', async () => {
    const store = await openStore();
    const before = await putText(store, 'moved', 'same bytes', { chunkId: '1' });
    await utimes(join(root, 'moved'), 1, 1);
    expect(await store.stat('moved')).toEqual(before);
  });

  it('looks past a sidecar that is torn, huge or not ours', async () => {
    const store = await openStore();
    await putText(store, 'torn', '123456789', { chunkId: '1' });
    for (const text of ['', '{"generation":"1', 'null', '[]', '{"bytes":9}', 'x'.repeat(100_000)]) {
      await writeFile(join(root, '.meta/torn.json'), text);
      expect(await store.stat('torn')).toMatchObject({ bytes: 9, crc32c: 'e3069283', metadata: {} });
    }
  });

  it('refuses names that leave the root, hide, or mean two things', async () => {
    const store = await openStore();
    const names = [
      '',
      '/a',
      'a//b',
      'a/',
      '..',
      '../a',
      'a/../b',
      '.',
      './a',
      '.meta/a',
      '.tmp/a',
      'a/.b',
      'a\0b',
      'a\nb',
    ];
    for (const name of [...names, 'a'.repeat(1025), 'n'.repeat(255), '\ud800', 'b'.repeat(300)]) {
      const works = [putText(store, name, 'x'), store.stat(name), store.read(name), store.remove(name)];
      for (const error of await rejections(works)) {
        expect(isPitlaneError(error, 'bad-usage'), JSON.stringify(name)).toBe(true);
      }
    }
    expect(await readdir(base)).toEqual(['objects']);
  });

  it('follows no symbolic link, neither in its folders nor as a source', async () => {
    const store = await openStore();
    await mkdir(join(base, 'outside'));
    await writeFile(join(base, 'outside/secret'), 'secret');
    await symlink(join(base, 'outside'), join(root, 'way'));
    await symlink(join(base, 'outside/secret'), join(root, 'direct'));
    const secret = 'way/secret';
    const works = [putText(store, 'way/new', 'x'), store.stat(secret), store.read(secret), store.remove(secret)];
    for (const error of await rejections(works)) expect(isPitlaneError(error, 'refused')).toBe(true);
    expect(isPitlaneError(await rejection(store.read('direct')), 'not-found')).toBe(true);
    expect(await store.stat('direct')).toBeUndefined();
    const file = join(root, 'direct');
    expect(isPitlaneError(await rejection(store.put('taken', { file }, { crc32c: '00000000' })), 'bad-usage')).toBe(
      true,
    );
    const listed: string[] = [];
    for await (const { name } of store.list('')) listed.push(name);
    expect(listed).toEqual([]);
    expect(await readFile(join(base, 'outside/secret'), 'utf8')).toBe('secret');
  });

  it('refuses a name that is both an object and a folder of objects', async () => {
    const store = await openStore();
    await putText(store, 'a/b', 'x');
    expect(isPitlaneError(await rejection(putText(store, 'a', 'y')), 'bad-usage')).toBe(true);
    expect(isPitlaneError(await rejection(putText(store, 'a/b/c', 'y')), 'bad-usage')).toBe(true);
    await putText(store, 'c', 'an object');
    await putText(store, 'c.json/d', 'below a folder that is named like its sidecar');
    expect((await store.stat('c'))?.bytes).toBe(9);
  });

  it('reports a full disk as one that may have room later, wherever it fills, and leaves no trace', async () => {
    for (const [code, expected] of [
      ['ENOSPC', 'disk-full'],
      ['EDQUOT', 'disk-full'],
      ['EROFS', 'unavailable'],
      ['EACCES', 'unavailable'],
    ] as const) {
      for (const call of ['link', 'rename', 'writeDurably'] as const) {
        const store = await openStore({ calls: { [call]: failWith(code) } });
        const error = await rejection(putText(store, `full/${code}/${call}`, 'x'));
        expect(isPitlaneError(error, expected), `${code} in ${call}: ${String(error)}`).toBe(true);
        expect(isPitlaneError(error) && error.retryable).toBe(expected === 'disk-full');
        expect(await store.stat(`full/${code}/${call}`)).toBeUndefined();
        expect(await readdir(join(root, '.tmp'))).toEqual([]);
      }
    }
    await putText(await openStore(), 'full/ENOSPC/link', 'room again');
  });

  it('says not-found for a source file that is gone', async () => {
    const store = await openStore();
    const error = await rejection(store.put('a', { file: join(base, 'gone') }, { crc32c: '00000000' }));
    expect(isPitlaneError(error, 'not-found')).toBe(true);
  });

  it('keeps generations rising when the clock stands still or goes back', async () => {
    let nowMs = 5000;
    const store = await openStore({ clock: { nowMs: () => nowMs, monotonicMs: () => nowMs } });
    const first = await putText(store, 'a', 'x');
    const second = await putText(store, 'b', 'x');
    nowMs = 0;
    const third = await putText(store, 'c', 'x');
    expect(first.generation).toBe('5000000000');
    expect(BigInt(second.generation)).toBeGreaterThan(BigInt(first.generation));
    expect(BigInt(third.generation)).toBeGreaterThan(BigInt(second.generation));
  });

  it('survives puts and removes of neighbours at the same time', async () => {
    const store = await openStore();
    const rounds = Array.from({ length: 40 }, (_, index) => `deep/er/${index % 4}/${index}`);
    await Promise.all(
      rounds.map(async (name) => {
        await putText(store, name, name);
        await store.remove(name);
      }),
    );
    expect((await readdir(root)).sort()).toEqual(['.meta', '.tmp']);
  });

  it('shares fsyncs of a folder, and lets none ride on one that began before it', async () => {
    const running: (() => void)[] = [];
    const folders = new Folders(base, { syncFolder: () => new Promise((resolve) => running.push(resolve)) });
    const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const done: string[] = [];
    const note = (name: string) => () => done.push(name);
    const first = folders.sync('a').then(note('first'));
    await tick();
    const others = [1, 2, 3].map((index) => folders.sync('a').then(note(`later ${index}`)));
    await tick();
    expect(running.length).toBe(1);
    running[0]?.();
    await first;
    await tick();
    expect(done).toEqual(['first']);
    expect(running.length).toBe(2);
    running[1]?.();
    await Promise.all(others);
    expect(done.length).toBe(4);
    expect(running.length).toBe(2);
  });

  it('spends fewer fsyncs of folders than puts when many come at once', async () => {
    let syncs = 0;
    const syncFolder = (path: string): Promise<void> => {
      syncs += 1;
      return systemFileCalls.syncFolder(path);
    };
    const store = await openStore({ calls: { syncFolder } });
    await Promise.all(Array.from({ length: 64 }, (_, index) => putText(store, `same/${index}`, 'x')));
    expect(syncs).toBeLessThan(64);
  });

  it('lists any tree in byte order', async () => {
    const segment = fc.string({
      unit: fc.constantFrom('a', '-', '0', 'é', '\u{ff5e}', '\u{1f697}'),
      minLength: 1,
      maxLength: 3,
    });
    const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(path, { maxLength: 12 }), fc.string({ maxLength: 3 }), async (paths, prefix) => {
        const folder = join(base, `tree-${(round += 1)}`);
        await mkdir(folder);
        const kept: string[] = [];
        for (const name of paths) {
          // A name below a file, or in a folder's place, cannot exist here.
          const made = await mkdir(join(folder, name, '..'), { recursive: true })
            .then(() => writeFile(join(folder, name), ''))
            .then(
              () => true,
              () => false,
            );
          if (made) kept.push(name);
        }
        const listed: string[] = [];
        for await (const name of listNames(folder, prefix)) listed.push(name);
        const expected = kept.filter((name) => name.startsWith(prefix));
        expect(listed).toEqual(expected.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      { numRuns: 60 },
    );
  });
});
