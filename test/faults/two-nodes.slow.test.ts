/** Two nodes on one home, spool, store or assembly folder: the second is told so and writes nothing, until the first is gone. */
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { generateKeyPairSync } from 'node:crypto';
import { holdFolders, layoutOf } from '@pitlane/wiring';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningCommand, runCommand, startCommand, until } from '../support/command.ts';
import { scratchFolder } from '../support/node-under-test.ts';
import { programArguments } from '../support/program-arguments.ts';
import { smallLog } from '../support/small-log.ts';

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
const running: RunningCommand[] = [];
const home = (name: string): string => path.join(scratch.path, name);

beforeEach(async () => {
  scratch = await scratchFolder();
  await mkdir(home('disk'));
  await writeFile(home('disk/a.mcap'), smallLog({ seconds: 20 }));
});
afterEach(async () => {
  for (const node of running.splice(0)) await killed(node);
  await scratch[Symbol.asyncDispose]();
});

async function killed(node: RunningCommand): Promise<void> {
  node.signalAll('SIGKILL');
  await node.ended;
}

/** A node that stays, once it serves. */
async function up(name: string): Promise<RunningCommand> {
  const node = startCommand(['up', '--port', '0', '--home', home(name), '--json']);
  running.push(node);
  const isUp = await until(() => node.said.stdout.includes('"url"') || node.child.exitCode !== null, 60_000);
  expect([isUp, node.child.exitCode], node.said.stderr).toEqual([true, null]);
  return node;
}

const ingest = (name: string) => runCommand(['ingest', home('disk'), '--home', home(name), '--json']);

/** A program of the cloud's shape with settings that lead nowhere: a lock that is held is found before anything is reached. */
async function program(app: string, name: string): Promise<{ code: unknown; last: Record<string, unknown> }> {
  const key = home('receipt.pub');
  await writeFile(key, generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));
  const child = spawn(process.execPath, programArguments(app), {
    env: {
      PATH: process.env['PATH'],
      PITLANE_HOME: home(name),
      PITLANE_OBJECT_STORE: 'gs://nowhere',
      PITLANE_GCS_ENDPOINT: 'http://127.0.0.1:1',
      PITLANE_MESSAGE_LOG: 'kafka://127.0.0.1:1',
      PITLANE_RECEIPT_KEY_FILE: key,
      PITLANE_HEALTH_PORT: '0',
      PITLANE_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  child.stdout.on('data', (text: Buffer) => (log += text.toString()));
  const [code] = await once(child, 'close');
  return { code, last: JSON.parse(log.trimEnd().split('\n').at(-1) ?? '{}') as Record<string, unknown> };
}

describe('a second node', () => {
  it('on the same home is refused with who has it, and takes over as soon as that one is killed', async () => {
    const first = await up('one');
    const second = await runCommand(['up', '--port', '0', '--home', home('one')]);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`a node runs already on ${home('one')} (process ${first.child.pid}`);
    expect(second.stderr).toContain('stop it first');
    const garage = await program('garage', 'one');
    expect(garage).toMatchObject({ code: 1, last: { event: 'program.failed', code: 'busy' } });
    expect(garage.last['reason']).toContain(`another process is at work on ${home('one')}`);
    await killed(first);
    await up('one');
    const after = await ingest('one');
    expect(after.code, after.stderr).toBe(0);
  });

  it.each(['spool', 'staged', 'objects'])(
    'whose %s leads to the same folder is refused, leaves it as it is, and works once the first is killed',
    async (folder) => {
      const first = await up('one');
      await mkdir(home('two'));
      await symlink(home(`one/${folder}`), home(`two/${folder}`));
      await writeFile(home(`one/${folder}/a-file-of-the-first`), 'untouched');
      const second = await ingest('two');
      expect(second.code).toBe(1);
      expect(second.stderr).toContain(`at ${home(`two/${folder}`)} is held by another Pitlane process`);
      expect(second.stderr).toContain('give this one a folder of its own');
      expect(await readFile(home(`one/${folder}/a-file-of-the-first`), 'utf8')).toBe('untouched');
      expect(await readdir(home('two'))).not.toContain('journal.sqlite');
      await killed(first);
      const after = await ingest('two');
      expect(after.code, after.stderr).toBe(0);
    },
  );

  it('of landers on one assembly folder is refused before it empties it', async () => {
    const held = holdFolders(layoutOf(home('lander')), ['assembly']);
    await mkdir(home('lander/assembly/bulk'));
    await writeFile(home('lander/assembly/bulk/7.object'), 'half a chunk');
    const refused = await program('lander', 'lander');
    expect(refused).toMatchObject({ code: 1, last: { event: 'program.failed', code: 'busy' } });
    expect(refused.last['reason']).toContain(home('lander/assembly'));
    expect(await readFile(home('lander/assembly/bulk/7.object'), 'utf8')).toBe('half a chunk');
    held.release();
  });
});
