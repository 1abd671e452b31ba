import { mkdir, mkdtemp, readFile, readdir, rm, stat, statfs, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPitlaneError } from '@pitlane/base/errors';
import { spoolContract } from '@pitlane/ports/spool/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HashThread, openFileSpool, openStagedCopy } from './index.ts';

let base: string;
let root: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'pitlane-spool-'));
  root = join(base, 'spool');
});

afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail('did not fail'),
    (error: unknown) => error,
  );

describe('the spool on files keeps the contract', () => {
  it.each(spoolContract)('$name', async (example) => {
    await example.run(await openFileSpool({ root }));
  });

  it.each(spoolContract)('where a thread hashes: $name', async (example) => {
    const hasher = new HashThread();
    await example.run(await openFileSpool({ root, hasher }));
    await hasher[Symbol.asyncDispose]();
  });
});

describe('the spool on files', () => {
  it('finds what was sealed before a crash, and grows over what was not', async () => {
    const before = await openFileSpool({ root });
    const sealed = await before.create('recording', 'sealed');
    await sealed.append([Buffer.from('whole')]);
    await sealed.seal();
    const half = await before.create('recording', 'half');
    await half.append([Buffer.from('a half that is longer than what comes')]);

    const after = await openFileSpool({ root });
    expect((await after.find('recording', 'sealed'))?.bytes).toBe(5);
    expect(await after.find('recording', 'half')).toBeUndefined();
    const again = await after.create('recording', 'half');
    await again.append([Buffer.from('anew')]);
    const { path } = await again.seal();
    expect(await readFile(path, 'utf8')).toBe('anew');
    expect((await readdir(join(root, 'recording'))).sort()).toEqual(['half', 'sealed']);
  });

  it('does not write through a link that lies in the place of a growing file', async () => {
    const outside = join(base, 'outside');
    await writeFile(outside, 'untouched');
    await mkdir(join(root, 'recording'), { recursive: true });
    await symlink(outside, join(root, 'recording', 'name.part'));
    const spool = await openFileSpool({ root });
    expect(isPitlaneError(await failure(spool.create('recording', 'name')), 'unavailable')).toBe(true);
    expect(await readFile(outside, 'utf8')).toBe('untouched');
  });

  it('says so when it cannot be written', async () => {
    const spool = await openFileSpool({ root });
    await writeFile(join(root, 'recording'), 'a file where a folder belongs');
    const error = await failure(spool.create('recording', 'name'));
    expect(isPitlaneError(error, 'unavailable')).toBe(true);
  });

  it('says disk-full when the disk is full', async () => {
    // /dev/full answers every write as a full disk does.
    await mkdir(join(root, 'recording'), { recursive: true });
    const device = await stat('/dev/full').catch(() => undefined);
    if (!device?.isCharacterDevice()) return;
    const { spoolCall } = await import('./spool-call.ts');
    const error = await failure(spoolCall('/spool/recording/name', () => writeFile('/dev/full', 'x')));
    expect(isPitlaneError(error, 'disk-full') && error.retryable).toBe(true);
  });
});

describe('a staged copy', () => {
  it('gets its name only when it is whole and read back', async () => {
    const path = join(base, 'staged', 'dock', 'copy');
    const copy = await openStagedCopy(path);
    await copy.append(Buffer.from('one '));
    await copy.append(Buffer.from('two'));
    expect(await readdir(join(base, 'staged', 'dock'))).toEqual(['copy.part']);
    await copy.seal();
    expect(await readFile(path, 'utf8')).toBe('one two');
    expect(await readdir(join(base, 'staged', 'dock'))).toEqual(['copy']);
  });

  it('is refused when it reads back differently', async () => {
    const path = join(base, 'copy');
    const copy = await openStagedCopy(path);
    await copy.append(Buffer.from('what was meant'));
    await writeFile(`${path}.part`, 'what is there ');
    expect(isPitlaneError(await failure(copy.seal()), 'checksum-mismatch')).toBe(true);
    await copy.discard();
    expect(await readdir(base)).toEqual([]);
  });

  it('replaces what a crash left, and leaves nothing when it is discarded', async () => {
    const path = join(base, 'copy');
    await writeFile(`${path}.part`, 'left behind, and much longer than the copy');
    const copy = await openStagedCopy(path);
    await copy.append(Buffer.from('short'));
    await copy.seal();
    expect(await readFile(path, 'utf8')).toBe('short');
    await (await openStagedCopy(join(base, 'other'))).discard();
    expect(await readdir(base)).toEqual(['copy']);
  });

  it('is read back from the disk where the disk can give it, and says so', async () => {
    const isInMemory = (await statfs(base)).type === 0x01021994;
    for (const bytes of [0, 1, 4096, 5 * 1024 * 1024 + 17]) {
      const copy = await openStagedCopy(join(base, `copy-${bytes}`));
      await copy.append(new Uint8Array(bytes).map((_, i) => i % 251));
      expect(await copy.seal()).toBe(isInMemory ? 'memory' : 'disk');
    }
  });

  it('is read back from memory where its file system lies there', async () => {
    if ((await statfs('/dev/shm').catch(() => undefined))?.type !== 0x01021994) return;
    const folder = await mkdtemp('/dev/shm/pitlane-spool-');
    try {
      const copy = await openStagedCopy(join(folder, 'copy'));
      await copy.append(Buffer.from('in memory'));
      expect(await copy.seal()).toBe('memory');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
