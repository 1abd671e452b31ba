import { execFileSync } from 'node:child_process';
import {
  appendFile,
  link,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isPitlaneError } from '@pitlane/base/errors';
import { contractFiles, driveSourceContract } from '@pitlane/ports/drive-source/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileDriveSource as source } from './index.ts';

let base: string;
let root: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'pitlane-source-'));
  root = join(base, 'disk');
  await mkdir(root);
});

afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

async function lay(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail('did not fail'),
    (error: unknown) => error,
  );

describe('the drive source over a folder keeps the contract', () => {
  it.each(driveSourceContract)('$name', async (example) => {
    for (const [path, content] of Object.entries(contractFiles)) await lay(path, content);
    await example.run({ source, root });
  });
});

describe('what is no regular file', () => {
  it('is named and not taken: links, pipes, sockets', async () => {
    await lay('log.mcap', 'x');
    await writeFile(join(base, 'secret'), 'outside');
    await symlink(join(base, 'secret'), join(root, 'to-a-file'));
    await symlink(base, join(root, 'to-a-folder'));
    await symlink(join(root, 'nowhere'), join(root, 'to-nothing'));
    await symlink(root, join(root, 'to-itself'));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, 'socket'), resolve));
    try {
      const listed = await source.list(root);
      expect(listed.filter(({ skipped }) => skipped === undefined).map(({ path }) => path)).toEqual(['log.mcap']);
      expect(Object.fromEntries(listed.map(({ path, skipped }) => [path, skipped]))).toEqual({
        'log.mcap': undefined,
        'to-a-file': 'a link: links are not followed',
        'to-a-folder': 'a link: links are not followed',
        'to-nothing': 'a link: links are not followed',
        'to-itself': 'a link: links are not followed',
        pipe: 'no regular file',
        socket: 'no regular file',
      });
    } finally {
      server.close();
    }
  });

  it('is not opened either, though it took the place of a file that was listed', async () => {
    await writeFile(join(base, 'secret'), 'outside');
    await symlink(join(base, 'secret'), join(root, 'link'));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await mkdir(join(root, 'folder'));
    for (const path of ['link', 'pipe', 'folder']) {
      expect(isPitlaneError(await failure(source.open(root, path)), 'unavailable', 'refused'), path).toBe(true);
    }
  });

  it('is not reached through a folder that became a link', async () => {
    await mkdir(join(base, 'outside'));
    await writeFile(join(base, 'outside', 'secret'), 'outside');
    await symlink(join(base, 'outside'), join(root, 'logs'));
    expect(isPitlaneError(await failure(source.open(root, 'logs/secret')), 'refused')).toBe(true);
  });

  it('does not keep a root from being named through a link of the mounting', async () => {
    await lay('logs/log.mcap', 'x');
    await symlink(root, join(base, 'mounted'));
    const file = await source.open(join(base, 'mounted'), 'logs/log.mcap');
    expect(file.sizeBytes).toBe(1);
    await file.close();
    expect((await source.list(join(base, 'mounted'))).map(({ path }) => path)).toEqual(['logs/log.mcap']);
  });
});

describe('a file that changes while it is open', () => {
  it('is read up to the size that it had, and told when it grew', async () => {
    await lay('log', '0123456789');
    const file = await source.open(root, 'log');
    await appendFile(join(root, 'log'), 'more');
    const into = new Uint8Array(100);
    expect([file.sizeBytes, await file.read(0, into), await file.read(9, into)]).toEqual([10, 10, 1]);
    expect(await file.unchanged()).toBe(false);
    await file.close();
  });

  it('gives less when it shrank, and is told', async () => {
    await lay('log', '0123456789');
    const file = await source.open(root, 'log');
    await truncate(join(root, 'log'), 4);
    expect(await file.read(2, new Uint8Array(8))).toBe(2);
    expect(await file.read(6, new Uint8Array(8))).toBe(0);
    expect(await file.unchanged()).toBe(false);
    await file.close();
  });

  it('is told when it was written over in place, replaced or taken away', async () => {
    for (const change of [
      () => utimes(join(root, 'log'), 1, 1),
      async () => {
        await lay('other', '0123456789');
        await rename(join(root, 'other'), join(root, 'log'));
      },
      () => rm(join(root, 'log')),
    ]) {
      await lay('log', '0123456789');
      const file = await source.open(root, 'log');
      expect(await file.unchanged()).toBe(true);
      await change();
      expect(await file.unchanged()).toBe(false);
      await file.close();
    }
  });
});

describe('names on a hostile disk', () => {
  it('that are no UTF-8 are taken under labels that differ, and with a note', async () => {
    await lay('good.mcap', 'x');
    const raw = (text: string): Buffer => Buffer.from(text, 'latin1');
    await writeFile(raw(`${root}/caf\xe9.bag`), 'first');
    await writeFile(raw(`${root}/caf\xe8.bag`), 'second');
    await mkdir(raw(`${root}/\xff`));
    await writeFile(raw(`${root}/\xff/log`), 'third');
    const label = (await source.list(root)).find(({ path }) => path.startsWith('caf'))?.path ?? '';
    await lay(label, 'named like a label');
    await lay('plain \uFFFD', 'plain');
    const listed = await source.list(root);
    expect(new Set(listed.map(({ path }) => path)).size).toBe(6);
    const texts: Record<string, string> = {};
    for (const { path, bytes, note } of listed) {
      const file = await source.open(root, path);
      const into = new Uint8Array(bytes);
      await file.read(0, into);
      texts[Buffer.from(into).toString()] = `${path} ${note === undefined ? 'quiet' : 'noted'}`;
      expect(await file.unchanged()).toBe(true);
      await file.close();
    }
    expect(texts).toEqual({
      x: 'good.mcap quiet',
      first: expect.stringMatching(/^caf\uFFFD~[0-9a-f]{8}\.bag noted$/),
      second: expect.stringMatching(/^caf\uFFFD~[0-9a-f]{8}\.bag noted$/),
      third: expect.stringMatching(/^\uFFFD~[0-9a-f]{8}\/log noted$/),
      'named like a label': expect.stringMatching(/^caf\uFFFD~[0-9a-f]{8}~[0-9a-f]{8}\.bag quiet$/),
      plain: 'plain \uFFFD quiet',
    });
  });

  it('are listed as they are, and open what they name', async () => {
    const names = ['..mcap', '...', 'back\\slash', 'new\nline', '-rf', 'quote"', '%2e%2e'];
    for (const name of names) await lay(name, name);
    const listed = await source.list(root);
    expect(listed.map(({ path }) => path).sort()).toEqual([...names].sort());
    for (const { path } of listed) {
      const file = await source.open(root, path);
      const into = new Uint8Array(file.sizeBytes);
      await file.read(0, into);
      expect(Buffer.from(into).toString()).toBe(path);
      await file.close();
    }
  });

  it('take a second name of one file as a file of its own', async () => {
    await lay('log', 'x');
    await link(join(root, 'log'), join(root, 'hard'));
    expect((await source.list(root)).map(({ path, skipped }) => [path, skipped])).toEqual([
      ['hard', undefined],
      ['log', undefined],
    ]);
  });
});

describe('a clone', () => {
  const target = (): string => join(base, 'clone');

  it('by a hard link is the file under a second name, whatever stood there', async () => {
    await lay('log', 'the bytes');
    await writeFile(target(), 'an older one');
    expect(await source.clone(root, 'log', target(), 'hard-link')).toBe(true);
    expect((await stat(target())).ino).toBe((await stat(join(root, 'log'))).ino);
    await rm(join(root, 'log'));
    expect(await readFile(target(), 'utf8')).toBe('the bytes');
  });

  it('by sharing blocks is a file of its own, or is not to be had here', async () => {
    await lay('log', 'the bytes');
    const isShared = await source.clone(root, 'log', target(), 'reflink');
    if (isShared) expect(await readFile(target(), 'utf8')).toBe('the bytes');
    else expect(await stat(target()).catch(() => 'nothing')).toBe('nothing');
  });

  it('is not to be had of what lies on another file system', async () => {
    const other = await mkdtemp('/dev/shm/pitlane-clone-');
    try {
      await writeFile(join(other, 'log'), 'x');
      if ((await source.device(other)) === (await source.device(base))) return;
      for (const kind of ['hard-link', 'reflink'] as const)
        expect(await source.clone(other, 'log', target(), kind)).toBe(false);
    } finally {
      await rm(other, { recursive: true });
    }
  });

  it('is never made of a link, or of what lies outside', async () => {
    await writeFile(join(base, 'secret'), 'outside');
    await symlink(join(base, 'secret'), join(root, 'link'));
    for (const path of ['link', '../secret'])
      expect(
        isPitlaneError(await failure(source.clone(root, path, target(), 'hard-link')), 'unavailable', 'refused'),
      ).toBe(true);
    expect(await stat(target()).catch(() => 'nothing')).toBe('nothing');
  });
});
