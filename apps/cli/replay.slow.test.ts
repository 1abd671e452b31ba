/** `pitlane replay` as people run it: the build, in a process of its own, with pipes that close, sleep and are killed. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FoxgloveClient } from '@foxglove/ws-protocol';
import { McapStreamReader } from '@mcap/core';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { requireData, requirePython } from '../../test/support/requires.ts';
import { openShell, type Shell } from './cli.fixture.ts';

const PITLANE = fileURLToPath(new URL('bin/pitlane.js', import.meta.url));
/** Of the generated drive of seed 11, two seconds: the same on every machine and under every plan of chunks, as long as the generator is. */
const GOLDEN_DIGEST = '44f92db94386ec0d97a829fa14c58c2624d07c68ebd63449019ab7299b586f8a';

const DIGEST = fileURLToPath(new URL('../../test/support/replay_digest.py', import.meta.url));
const python = requirePython();

interface Line {
  readonly topic: string;
  readonly logTime: string;
  readonly publishTime: string;
  readonly sequence: number;
  readonly data?: string;
  readonly message?: unknown;
}
interface Report {
  readonly messages: number;
  readonly digest: string;
  readonly missing: readonly { readonly topic: string; readonly reason: string }[];
}

let shell: Shell;
let driveId: string;
beforeAll(async () => {
  shell = await openShell();
  await shell.run('generate', '-o', 'drive', '--size', 'small', '--seed', '11', '--vehicle', 'car-9');
  driveId = await ingested('drive');
});
afterAll(() => shell[Symbol.asyncDispose]());

async function ingested(...paths: string[]): Promise<string> {
  const { drives } = (await shell.run('ingest', ...paths, '--json')).json<{ drives: { driveId: string }[] }>();
  return (drives[0] as { driveId: string }).driveId;
}

function started(...args: string[]) {
  const child = spawn(process.execPath, [PITLANE, ...args, '--home', shell.home], { stdio: ['pipe', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (stderr += text));
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  return { child, ended, stderr: () => stderr };
}

async function linesOf(file: string): Promise<Line[]> {
  const text = await readFile(join(shell.home, file), 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

/** All messages of an MCAP file in the order of the file, read by the format's own reader. */
async function messagesOf(file: string): Promise<string[]> {
  const { zstd } = await loadDecompressors();
  const reader = new McapStreamReader({ decompressHandlers: { zstd: (bytes, size) => zstd(bytes, Number(size)) } });
  reader.append(await readFile(join(shell.home, file)));
  const [topics, messages] = [new Map<number, string>(), [] as string[]];
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
    if (record.type === 'Channel') topics.set(record.id, record.topic);
    if (record.type !== 'Message') continue;
    const data = Buffer.from(record.data).toString('base64');
    messages.push(`${topics.get(record.channelId)} ${record.logTime} ${record.publishTime} ${record.sequence} ${data}`);
  }
  return messages;
}

describe('a replay at the command line', () => {
  it('gives every message once and in order, as lines and as MCAP, with the digest that it always had', async () => {
    await shell.run('export', driveId, '-o', 'whole.mcap');
    const asked = ['replay', driveId, '--speed', 'max', '--digest', '--json'];
    expect((await shell.run(...asked, '-o', 'a.ndjson')).exitCode).toBe(0);
    expect((await shell.run(...asked, '-o', 'a.mcap', '--format', 'mcap')).exitCode).toBe(0);
    const expected = await messagesOf('whole.mcap');
    expect(await messagesOf('a.mcap')).toEqual(expected);
    const lines = await linesOf('a.ndjson');
    const told = lines.map((line, i) => {
      // A message that is JSON stands there as such, and its bytes are those of the export.
      const data = line.data ?? (expected[i] as string).split(' ')[4];
      return `${line.topic} ${line.logTime} ${line.publishTime} ${line.sequence} ${data}`;
    });
    expect(told).toEqual(expected);
    const report = (await shell.run('replay', driveId, '--digest', '--json')).json<Report>();
    expect(report).toMatchObject({ messages: expected.length, digest: GOLDEN_DIGEST, missing: [] });
  });

  it.skipIf(python === undefined)('has the digest that another reader makes of the exported file', async () => {
    await shell.run('export', driveId, '-o', 'other.mcap');
    const made = spawnSync(python as string, [DIGEST, join(shell.home, 'other.mcap')], { encoding: 'utf8' });
    expect(made.stdout.trim()).toBe(GOLDEN_DIGEST);
  });

  it('keeps to a pace, topics and range, and adds a clock', async () => {
    const asked = ['replay', driveId, '--speed', '8', '--topics', '/gnss/*', '--clock', '10'];
    const { exitCode, stdout } = await shell.run(...asked, '-o', 'gnss.ndjson', '--json');
    const lines = await linesOf('gnss.ndjson');
    expect([exitCode, new Set(lines.map(({ topic }) => topic))]).toEqual([
      0,
      new Set(['/clock', '/gnss/fix', '/gnss/location']),
    ]);
    const clock = lines.filter(({ topic }) => topic === '/clock');
    expect(clock.every(({ logTime }) => BigInt(logTime) % 100_000_000n === 0n)).toBe(true);
    expect(clock.length).toBeGreaterThan(15);
    const { rate } = JSON.parse(stdout) as { rate: number };
    expect(rate).toBeGreaterThan(0.5);
    expect(rate).toBeLessThan(8.5);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const { child, ended, stderr } = started('replay', driveId, '--speed', 'max');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect([await ended, stderr()]).toEqual([[0, null], '']);
  });

  it('stops with exit 4 though its reader sleeps, and is not there afterwards', async () => {
    const { child, ended } = started('replay', driveId, '--speed', 'max');
    child.stdout.pause();
    await once(child.stdout, 'readable');
    child.kill('SIGINT');
    expect(await ended).toEqual([4, null]);
  });

  it('killed midway and run again gives the same', async () => {
    const { child, ended } = started('replay', driveId, '--speed', '0.01');
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect((await shell.run('replay', driveId, '--digest')).stdout.trim()).toBe(GOLDEN_DIGEST);
  });

  it('is steered by lines on stdin', async () => {
    const { child, ended, stderr } = started('replay', driveId, '--speed', '0.001', '--control');
    let lines = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (lines += text.split('\n').length - 1));
    await once(child.stdout, 'data');
    child.stdin.write('nonsense\npause\nstep 3\nspeed max\nresume\n');
    expect(await ended).toEqual([0, null]);
    const { messages } = (await shell.run('replay', driveId, '--digest', '--json')).json<Report>();
    expect(lines).toBe(messages);
    expect(stderr()).toContain('"nonsense" is no command');
  });

  it('shows itself to a client of the Foxglove WebSocket protocol, from the first message to the last', async () => {
    const asked = ['replay', driveId, '--speed', 'max', '--topics', '/imu/data', '--serve', '--serve-port', '0'];
    const { child, ended, stderr } = started(...asked);
    await expect.poll(() => /ws:\S+\d/.exec(stderr())?.[0], { timeout: 60_000 }).toBeDefined();
    const [url] = /ws:\S+\d/.exec(stderr()) as unknown as [string];
    const client = new FoxgloveClient({ ws: new WebSocket(url, [FoxgloveClient.SUPPORTED_SUBPROTOCOL]) as never });
    let [messages, jumps] = [0, 0];
    client.on('message', () => void (messages += 1));
    client.on('error', () => void (jumps += 1)); // the states of playback, which this client does not know
    type Advertised = { readonly id: number; readonly topic: string; readonly schema: string };
    const channels = await new Promise<Advertised[]>((resolve) => client.on('advertise', resolve));
    const imu = channels.find(({ topic }) => topic === '/imu/data');
    expect(imu).toMatchObject({ encoding: 'cdr', schemaEncoding: 'ros2msg' });
    expect(imu?.schema).toContain('geometry_msgs/Quaternion');
    // Beside it what carries state, which comes after a seek.
    expect(channels.map(({ topic }) => topic)).toContain('/tf_static');
    client.subscribe(imu?.id as number);
    child.stdin.end();
    await expect.poll(() => jumps, { timeout: 30_000 }).toBeGreaterThan(1);
    expect(messages).toBeLessThanOrEqual(400);
    client.close();
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  });

  it('names what is lost, and ends with exit 3, or not at all where it must be whole', async () => {
    const whole = await readFile(join(shell.home, 'drive', 'vehicle.mcap'));
    await writeFile(join(shell.home, 'cut.mcap'), whole.subarray(0, whole.length >> 1));
    const cut = await ingested('cut.mcap', '--vehicle', 'car-10');
    const played = await shell.run('replay', cut, '--digest', '--json');
    expect(played.exitCode).toBe(3);
    expect(played.json<Report>().missing[0]).toMatchObject({ state: 'lost' });
    expect(played.stderr).toContain('missing: ');
    const refused = await shell.run('replay', cut, '--digest', '--missing', 'fail');
    expect([refused.exitCode, refused.stdout]).toEqual([1, '']);
    const waited = await shell.run('replay', cut, '--digest', '--missing', 'wait');
    expect(waited.exitCode).toBe(3);
  });

  it('names the object that is gone from the store midway', async () => {
    await shell.run('generate', '-o', 'other', '--size', 'small', '--seed', '12', '--vehicle', 'car-11');
    const other = await ingested('other');
    const { rows } = (
      await shell.run(
        'sql',
        `SELECT object FROM chunks WHERE drive_id = '${other}' AND kind = 'log' ORDER BY object`,
        '--json',
      )
    ).json<{ rows: { object: string }[] }>();
    const { object } = rows[0] as { object: string };
    await rm(join(shell.home, 'objects', object));
    const { exitCode, stderr } = await shell.run('replay', other, '--digest');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(object)]);
  });

  it.each([
    ['an unknown drive', 1, ['nothing']],
    ['a speed of nothing', 2, ['x', '--speed', '0']],
    ['a file for viewers', 2, ['x', '--serve', '-o', 'a']],
    ['a server for the world without a token', 2, ['DRIVE', '--serve', '--host', '0.0.0.0']],
    ['a state before nothing', 2, ['DRIVE', '--primer', 'last']],
  ])('answers %s with exit %i', async (_, code, [drive = '', ...more]) => {
    expect((await shell.run('replay', drive === 'DRIVE' ? driveId : drive, ...more)).exitCode).toBe(code);
  });
});

const data = requireData();
describe.skipIf(data === undefined)('a replay of real logs', () => {
  it.each([[join('bag', 'tilt_laser.bag')], [join('openpilot')]])(
    '%s gives the messages of an export in their order, and the same digest again',
    async (log) => {
      const drive = await ingested(join(data as string, log), '--vehicle', 'real');
      const name = log.replaceAll(/\W/g, '-');
      await shell.run('export', drive, '-o', `${name}.mcap`);
      await shell.run('replay', drive, '--speed', 'max', '-o', `${name}-played.mcap`, '--format', 'mcap');
      const expected = await messagesOf(`${name}.mcap`);
      expect(expected.length).toBeGreaterThan(100);
      expect(await messagesOf(`${name}-played.mcap`)).toEqual(expected);
      const one = (await shell.run('replay', drive, '--digest')).stdout;
      expect((await shell.run('replay', drive, '--digest', '--speed', '10000')).stdout).toBe(one);
    },
  );
});
