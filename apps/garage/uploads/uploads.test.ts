import { appendFile, mkdir, mkdtemp, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPitlaneError, type PitlaneError } from '@pitlane/base/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asking, KEEP_MS, MAX_BYTES, openUploads, sha256, type UploadsUnderTest } from './uploads.fixture.ts';
import { SILENT_MS } from './uploads.ts';

let test: UploadsUnderTest;
beforeEach(async () => {
  test = await openUploads();
});
afterEach(() => test[Symbol.asyncDispose]());

const failure = (work: Promise<unknown>): Promise<PitlaneError> =>
  work.then(
    () => expect.fail('did not fail'),
    (error: unknown) => (isPitlaneError(error) ? error : expect.fail(`no PitlaneError: ${String(error)}`)),
  );
const stateOf = async (id: string) => (await test.uploads.list()).find((one) => one.id === id);
const folder = (drive = 'run-1'): string => join(test.root, 'drives', 'car-47', drive);
/** Sets the time of the part's last byte to that of the clock. */
const touch = (id: string): Promise<void> => utimes(test.uploads.partOf(id), test.nowMs / 1000, test.nowMs / 1000);

describe('an upload', () => {
  it('is receiving until all of it is there, then in its drive, and its part is gone', async () => {
    const { id } = await test.uploads.begin(asking({ filename: 'a/log.mcap' }), 5);
    await appendFile(test.uploads.partOf(id), 'hel');
    expect(await stateOf(id)).toMatchObject({ state: 'receiving', bytesReceived: 3, bytes: 5, drive: 'run-1' });
    await appendFile(test.uploads.partOf(id), 'lo');
    expect(await test.uploads.finish(id)).toMatchObject({ state: 'done', sha256: sha256('hello') });
    expect(await test.placed('car-47/run-1/a/log.mcap')).toBe('hello');
    expect(await stateOf(id)).toMatchObject({ state: 'done', bytesReceived: 5, url: `/v1/garage/uploads/${id}` });
    expect(await readdir(test.uploads.partsRoot)).toEqual([`${id}.json`]);
  });

  it('without a drive is one by itself', async () => {
    const id = await test.send('hello', { drive: undefined });
    expect(await test.placed(`car-47/${id}/log.mcap`)).toBe('hello');
  });

  it('whose bytes are not what was said is refused, told so, and kept nowhere', async () => {
    const id = await test.send('hello', { sha256: sha256('other') as never });
    expect(await stateOf(id)).toMatchObject({
      state: 'refused',
      text: expect.stringMatching(/^log\.mcap arrived with SHA-256 2cf2.*it is not kept/) as string,
    });
    expect(await readdir(join(test.root, 'drives')).catch(() => [])).toEqual([]);
    expect(await readdir(test.uploads.partsRoot)).toEqual([`${id}.json`]);
    expect(await stateOf(await test.send('hello', { sha256: sha256('hello') as never }))).toMatchObject({
      state: 'done',
    });
  });

  it('never lands on another file, nor where a file lies as a folder', async () => {
    const one = await test.uploads.begin(asking(), 5);
    await test.send('first');
    expect((await failure(test.uploads.begin(asking(), 5))).code).toBe('already-exists');
    await appendFile(test.uploads.partOf(one.id), 'later');
    expect(await test.uploads.finish(one.id)).toMatchObject({ state: 'refused' });
    expect(await stateOf(await test.send('x', { filename: 'log.mcap/x' }))).toMatchObject({ state: 'refused' });
    expect(await test.placed('car-47/run-1/log.mcap')).toBe('first');
  });

  it('does not go through a link that somebody laid below the home', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'pitlane-elsewhere-'));
    await mkdir(join(test.root, 'drives', 'car-47'), { recursive: true });
    await symlink(elsewhere, folder());
    expect(await stateOf(await test.send('hello'))).toMatchObject({
      state: 'refused',
      text: expect.stringMatching(/is a link/) as string,
    });
    expect(await readdir(elsewhere)).toEqual([]);
    await rm(elsewhere, { recursive: true });
  });
});

describe('what is taken in', () => {
  it('has a size that is allowed, and for which there is room beside what was promised', async () => {
    expect(await failure(test.uploads.begin(asking(), MAX_BYTES + 1))).toMatchObject({ code: 'limit-exceeded' });
    test.disk = { freeBytes: 1500, totalBytes: 10_000 };
    const { id } = await test.uploads.begin(asking(), 400);
    const refused = await failure(test.uploads.begin(asking({ filename: 'b' }), 101));
    expect(refused).toMatchObject({ code: 'disk-full', retryable: true });
    expect(refused.message).toMatch(/there is room for 100 B .*400 B are promised to other uploads/);
    await test.uploads.begin(asking({ filename: 'b' }), 100);
    await test.uploads.cancel(id);
    await test.uploads.begin(asking({ filename: 'c' }), 400);
  });

  it('gets the room of what is signed for, where there is none else', async () => {
    test.disk = { freeBytes: 1050, totalBytes: 10_000 };
    const freeing = (bytes: number) => async (isEnough: () => Promise<boolean>) => {
      test.disk = { ...test.disk, freeBytes: test.disk.freeBytes + bytes };
      return isEnough();
    };
    test.uploads.makeRoom = freeing(10);
    expect(await failure(test.uploads.begin(asking(), 100))).toMatchObject({ code: 'disk-full' });
    test.uploads.makeRoom = freeing(40);
    await test.uploads.begin(asking(), 100);
  });

  it('has its room also when many ask at once', async () => {
    test.disk = { freeBytes: 1100, totalBytes: 1000 };
    const asks = Array.from({ length: 20 }, (_, i) => test.uploads.begin(asking({ filename: `${i}` }), 100));
    const outcomes = await Promise.allSettled(asks);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(10);
  });
});

describe('after a crash', () => {
  it('an upload is known with what came of it', async () => {
    const { id } = await test.uploads.begin(asking(), 5);
    await appendFile(test.uploads.partOf(id), 'hel');
    test.restart();
    expect(await stateOf(id)).toMatchObject({ state: 'receiving', bytesReceived: 3 });
  });

  it('before or in checking it is checked again', async () => {
    const { id } = await test.uploads.begin(asking(), 5);
    await appendFile(test.uploads.partOf(id), 'hello');
    test.beforeHash = () => {
      throw new Error('killed');
    };
    await expect(test.uploads.finish(id)).rejects.toThrow('killed');
    expect(await stateOf(id)).toMatchObject({ state: 'checking', bytesReceived: 5 });
    test.restart();
    test.beforeHash = () => {};
    await test.uploads.tend();
    expect(await stateOf(id)).toMatchObject({ state: 'done' });
  });

  it('between moving it and saying so it is found in its drive, and not read again', async () => {
    const id = await test.send('hello');
    const records = await test.uploads.records();
    const done = records.get(id);
    await records.put({ ...(done as NonNullable<typeof done>), state: 'checking', endedAtMs: null });
    test.restart();
    test.beforeHash = () => expect.fail('it was read again');
    await test.uploads.tend();
    expect(await stateOf(id)).toMatchObject({ state: 'done', sha256: sha256('hello') });
  });

  it('a record that cannot be read is told of and holds up no other', async () => {
    const id = await test.send('hello');
    await writeFile(join(test.uploads.partsRoot, `${'0'.repeat(32)}.json`), '{"id":');
    test.restart();
    expect((await test.uploads.list()).map((one) => one.id)).toEqual([id]);
  });
});

describe('an unfinished upload', () => {
  it('is forgotten when nothing came for its time, and no other is', async () => {
    const { id: silent } = await test.uploads.begin(asking({ filename: 'silent' }), 5);
    const { id: alive } = await test.uploads.begin(asking({ filename: 'alive' }), 5);
    const done = await test.send('hello');
    const refused = await test.send('hello', { filename: 'r', sha256: sha256('other') as never });
    await touch(silent);
    test.nowMs += KEEP_MS;
    await touch(alive);
    await test.uploads.tend();
    expect((await test.uploads.list()).length).toBe(4);
    test.nowMs += 1;
    await test.uploads.tend();
    expect((await test.uploads.list()).map(({ id }) => id).sort()).toEqual([alive, done].sort());
    expect(await readdir(test.uploads.partsRoot)).not.toContain(silent);
    expect(await stateOf(refused)).toBeUndefined();
  });

  it('holds its drive back while bytes come, and not when its client has gone silent', async () => {
    expect(await test.uploads.arrival(folder())).toBe('unknown');
    const { id } = await test.uploads.begin(asking({ filename: 'b' }), 5);
    await test.send('hello', { complete: true });
    expect(await test.uploads.arrival(folder())).toBe('under-way');
    expect(await test.uploads.arrival(folder('run-2'))).toBe('unknown');
    await touch(id);
    test.nowMs += SILENT_MS;
    expect(await test.uploads.arrival(folder())).toBe('complete');
  });
});

describe('freeing what was uploaded', () => {
  it('takes the files with those bytes out of those folders, and the folders that it leaves empty', async () => {
    await test.send('hello', { filename: 'a/log.mcap' });
    await test.send('hello', { drive: 'run-2' });
    await test.send('other', { filename: 'other.mcap' });
    const free = (dryRun: boolean) => test.uploads.free(sha256('hello'), new Set([folder()]), dryRun);
    expect([await free(true), await free(false), await free(false)]).toEqual([5, 5, 0]);
    expect(await readdir(folder())).toEqual(['other.mcap']);
    expect(await test.placed('car-47/run-2/log.mcap')).toBe('hello');
    await test.uploads.free(sha256('hello'), new Set([folder('run-2')]), false);
    expect(await readdir(join(test.root, 'drives', 'car-47'))).toEqual(['run-1']);
    expect((await test.uploads.list()).map(({ filename }) => filename)).toEqual(['other.mcap']);
  });

  it('leaves a file that was changed or replaced since it came', async () => {
    const id = await test.send('hello');
    await writeFile(join(folder(), 'new'), 'hello');
    await rename(join(folder(), 'new'), join(folder(), 'log.mcap'));
    expect(await test.uploads.free(sha256('hello'), new Set([folder()]), false)).toBe(0);
    expect(await test.placed('car-47/run-1/log.mcap')).toBe('hello');
    expect(await stateOf(id)).toMatchObject({ state: 'done' });
  });
});
