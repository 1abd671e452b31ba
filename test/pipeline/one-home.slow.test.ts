/** One home, many commands: each works the same through the node that runs and with one of its own. */
import { createServer } from 'node:net';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, type RunningCommand, runCommand, startCommand, until } from '../support/command.ts';
import { scratchFolder } from '../support/node-under-test.ts';
import { smallLog } from '../support/small-log.ts';

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let home: string;
let up: RunningCommand | undefined;

beforeAll(async () => {
  scratch = await scratchFolder();
  home = path.join(scratch.path, 'home');
  for (const [name, seed] of [
    ['one', 1],
    ['two', 2],
  ] as const) {
    await mkdir(path.join(scratch.path, name));
    await writeFile(path.join(scratch.path, name, 'a.mcap'), smallLog({ seed, seconds: 90 }));
    await writeFile(path.join(scratch.path, name, 'pitlane.drive.json'), `{"driveId":"drive-${name}"}`);
  }
});
afterAll(async () => {
  up?.signalAll('SIGKILL');
  await up?.ended;
  await scratch[Symbol.asyncDispose]();
});

const pitlane = (...args: string[]): Promise<Ended> => runCommand([...args, '--home', home]);
const at = (name: string): string => path.join(scratch.path, name);

async function startUp(...more: string[]): Promise<RunningCommand> {
  const running = startCommand(['up', '--port', '0', '--home', home, '--json', ...more]);
  const started = await until(() => running.said.stdout.includes('}') || running.child.exitCode !== null, 60_000);
  if (!started || running.child.exitCode !== null) throw new Error(running.said.stderr);
  return running;
}

/** What the commands say of the home. */
async function tellAll(): Promise<Record<string, unknown>> {
  const asked: Record<string, string[]> = {
    drives: ['drives', '--json'],
    chunks: ['chunks', '--json'],
    sql: ['sql', 'SELECT topic, messages FROM topics ORDER BY drive_id, topic', '--json'],
    why: ['why', 'drive-one', '--json'],
    export: ['export', 'drive-one', '-o', at('out.mcap'), '--json'],
    again: ['ingest', at('one'), '--json'],
  };
  const told: Record<string, unknown> = {};
  for (const [name, args] of Object.entries(asked)) {
    const { code, stdout, stderr } = await pitlane(...args);
    if (code !== 0) throw new Error(`${name}: ${code} ${stderr}`);
    told[name] = JSON.parse(stdout.replaceAll(/"(\w+Ms|requests)":[\d.]+/g, '"$1":0'));
  }
  // Each docking stands there, this one too.
  const why = told['why'] as { lines: string[] };
  why.lines = why.lines.filter((line) => !line.startsWith('garage: docked from'));
  told['files'] = (await readdir(scratch.path)).sort();
  await rm(at('out.mcap'));
  return told;
}

describe('commands on one home', () => {
  let alone: Record<string, unknown>;

  it('work with a node of their own', async () => {
    const { code, stderr } = await pitlane('ingest', at('one'), '--json');
    expect(code, stderr).toBe(0);
    alone = await tellAll();
    expect(alone['files']).toContain('out.mcap');
  });

  it('say the same through the node that runs', async () => {
    up = await startUp();
    expect(await tellAll()).toEqual(alone);
  });

  it('dock through the node that runs, two at once', async () => {
    const ended = await Promise.all([pitlane('ingest', at('two'), '--json'), pitlane('ingest', at('one'), '--json')]);
    expect(
      ended.map(({ code }) => code),
      ended.map(({ stderr }) => stderr).join(''),
    ).toEqual([0, 0]);
    expect((await pitlane('sql', 'SELECT count(*) AS n FROM drives', '--json')).stdout).toContain('"n":2');
  });

  it('refuse a second node in plain words', async () => {
    const { code, stderr } = await pitlane('up', '--port', '0');
    expect(code).toBe(1);
    expect(stderr).toMatch(/runs already/);
    expect(stderr).toContain(home);
  });

  it('work when the node was killed', async () => {
    up?.signalAll('SIGKILL');
    await up?.ended;
    expect(await readdir(home)).toContain('node.json');
    const { code, stdout, stderr } = await pitlane('drives', '--json');
    expect(code, stderr).toBe(0);
    expect((JSON.parse(stdout) as { drives: object[] }).drives.length).toBe(2);
    up = await startUp();
    expect((await pitlane('verify', '--json')).code).toBe(0);
  });

  it('stop the node with Ctrl-C, which leaves nothing behind', async () => {
    up?.signalAll('SIGINT');
    expect((await up?.ended)?.code).toBe(0);
    expect((await readdir(home)).filter((name) => name.startsWith('node.json'))).toEqual([]);
  });

  it('refuse a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const { code, stderr } = await pitlane('up', '--port', String(port));
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain(String(port));
    expect(stderr).toMatch(/taken|in use|another/);
  });

  it('stopped with Ctrl-C while they export say that they were stopped', async () => {
    const exporting = startCommand([
      'export',
      'drive-one',
      '-o',
      path.join(scratch.path, 'stopped.mcap'),
      '--home',
      home,
    ]);
    const written = async () => (await readdir(scratch.path)).filter((name) => name.startsWith('stopped.mcap'));
    await until(async () => (await written()).length > 0 || exporting.child.exitCode !== null);
    exporting.signalAll('SIGINT');
    const { code, stderr } = await exporting.ended;
    // It may have been done already.
    expect([0, 4], stderr).toContain(code);
    const drafts = async () => (await written()).filter((name) => name !== 'stopped.mcap');
    expect(await until(async () => (await drafts()).length === 0)).toBe(true);
    if (code === 0) expect(await written()).toEqual(['stopped.mcap']);
  });
});
