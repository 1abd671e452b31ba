import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSettings } from '@pitlane/base/settings';
import { tryHomeLock } from '@pitlane/wiring';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readNodeFile } from '../node/node-file.ts';
import { SETTINGS } from '../settings.ts';
import { openNode } from './open-node.ts';
import { openStayingNode } from './staying-node.ts';
import { runningNode, withNode } from './with-node.ts';

const settings = parseSettings(SETTINGS, { environment: { PITLANE_PORT: '0' } });
const signal = new AbortController().signal;
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pitlane-node-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

it('refuses a home that cannot be a folder, and does not wait for it', async () => {
  const file = join(home, 'file');
  await writeFile(file, '');
  for (const wrong of [file, join(file, 'below'), '/proc/pitlane-home']) {
    await expect(withNode({ home: wrong, settings, signal, makes: true }, async () => 'never')).rejects.toMatchObject({
      code: 'bad-settings',
    });
  }
});

it('says of a home that is read-only which folder it is, and what to do', async () => {
  const asRoot = process.geteuid?.() === 0;
  await chmod(home, 0o555);
  if (asRoot) process.seteuid?.(65_534);
  try {
    const told = { code: 'bad-settings', message: expect.stringContaining(`${home} is not writable`) };
    expect(() => tryHomeLock(home)).toThrow(expect.objectContaining(told));
  } finally {
    if (asRoot) process.seteuid?.(0);
    await chmod(home, 0o755);
  }
});

it('makes no home for a command that only asks, and says how to get one', async () => {
  for (const folder of [home, join(home, 'none')]) {
    const told = { code: 'not-found', message: expect.stringMatching(/no Pitlane home at .*pitlane ingest PATH/) };
    await expect(withNode({ home: folder, settings, signal }, async () => 'never')).rejects.toMatchObject(told);
  }
  expect(await readdir(home)).toEqual([]);
});

it('holds a home for one node at a time, until it is released', () => {
  const lock = tryHomeLock(home);
  expect(lock).toBeDefined();
  expect(tryHomeLock(home)).toBeUndefined();
  lock?.release();
  const next = tryHomeLock(home);
  expect(next).toBeDefined();
  next?.release();
});

it('loses the lock with the process that is killed', async () => {
  const script = `const D = require('better-sqlite3'); const d = new D(process.argv[1]); d.exec('BEGIN EXCLUSIVE');
    console.log('held'); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['-e', script, join(home, 'node.lock')], { cwd: import.meta.dirname });
  await once(holder.stdout, 'data');
  expect(tryHomeLock(home)).toBeUndefined();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const lock = tryHomeLock(home);
  expect(lock).toBeDefined();
  lock?.release();
});

it('serves a command from the node that runs, and leaves that one running', async () => {
  const node = await openStayingNode(home, settings);
  try {
    const seen = await withNode({ home, settings, signal }, async (client) => {
      expect(await client.get('/v1/drives')).toEqual({ drives: [], next: null });
      return client.address;
    });
    expect(seen.url).toBe(node.address.url);
    expect(await runningNode(home)).toEqual(node.address);
    expect((await stat(join(home, 'node.json'))).mode & 0o777).toBe(0o600);
  } finally {
    await node.close();
  }
  expect(existsSync(join(home, 'node.json'))).toBe(false);
});

it('refuses a second node on one home, and names the first', async () => {
  const node = await openStayingNode(home, settings);
  try {
    const named = expect.stringContaining(`process ${process.pid}, port ${node.address.port}`);
    await expect(openStayingNode(home, settings)).rejects.toMatchObject({ code: 'busy', message: named });
  } finally {
    await node.close();
  }
});

it('refuses a port that is taken in plain words, and lets go of the home', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  try {
    const asked = { home, settings, port, stays: true, shares: true };
    await expect(openNode(asked)).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('--port') });
  } finally {
    other.close();
  }
  const lock = tryHomeLock(home);
  expect(lock).toBeDefined();
  lock?.release();
});

it('says of a port that another node holds on which home that is', async () => {
  const node = await openStayingNode(home, settings);
  const other = await mkdtemp(join(tmpdir(), 'pitlane-other-'));
  try {
    const taken = parseSettings(SETTINGS, { environment: { PITLANE_PORT: String(node.address.port) } });
    const told = { code: 'busy', message: expect.stringContaining(`another Pitlane node, on the home ${home}`) };
    await expect(openStayingNode(other, taken)).rejects.toMatchObject(told);
  } finally {
    await node.close();
    await rm(other, { recursive: true, force: true });
  }
});

it('starts a node of its own past what a killed node left behind', async () => {
  const stale = { url: 'http://127.0.0.1:9', token: 'x', pid: 1, port: 9, stays: true };
  await writeFile(join(home, 'node.json'), JSON.stringify(stale));
  const page = await withNode({ home, settings, signal, makes: true }, (client) => client.get('/v1/topics'));
  expect(page).toEqual({ topics: [], next: null });
});

it('never sends its token to another address than this machine', async () => {
  const elsewhere = { url: 'http://node.example:80', token: 'x', pid: 1, port: 80, stays: true };
  await writeFile(join(home, 'node.json'), JSON.stringify(elsewhere));
  expect(await runningNode(home)).toBeUndefined();
  expect(await readNodeFile(home)).toEqual(elsewhere);
});

it('lets two commands at once go one after the other', async () => {
  const both = [1, 2].map(() =>
    withNode({ home, settings, signal, makes: true }, (client) => client.get<object>('/v1/node')),
  );
  expect(await Promise.all(both)).toMatchObject([{ home }, { home }]);
});

it('gives up after a while when the home stays held', async () => {
  const lock = tryHomeLock(home);
  try {
    const asked = withNode({ home, settings, signal, makes: true, waitMs: 0 }, async () => 'never');
    await expect(asked).rejects.toMatchObject({ code: 'busy' });
  } finally {
    lock?.release();
  }
});
