/**
 * The promise "bad input is answered, not obeyed", through a whole node in a process of its own: what is readable lands,
 * what is not is kept byte for byte and said, nothing is written elsewhere, memory stays bounded, neighbours are unhurt.
 */
import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DriveResult } from '@pitlane/garage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostileCase, mcapCases } from '../adversarial/cases.ts';
import { attachment, channel, file, message, metadata } from '../adversarial/mcap-bytes.ts';
import { type RunningCommand, runCommand, startCommand, until } from '../support/command.ts';
import { mutated } from '../support/mutations.ts';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { processTree, TreeMemory } from '../support/process-tree.ts';
import { requireData } from '../support/requires.ts';
import { messagesIn, smallLog } from '../support/small-log.ts';
import { bagCases } from './bag-cases.ts';

const MIB = 1024 * 1024;
const GROWTH_MAX_BYTES = 512 * MIB;
const MUTATIONS = 48;
const data = requireData();

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let up: RunningCommand;
let node: NodeUnderTest;
let memory: TreeMemory;

beforeAll(async () => {
  scratch = await scratchFolder();
  const home = path.join(scratch.path, 'home');
  up = startCommand(['up', '--port', '0', '--home', home, '--json'], { environment: { PITLANE_CHUNKERS: '3' } });
  if (!(await until(() => up.said.stdout.includes('}'), 60_000))) throw new Error(up.said.stderr);
  node = await NodeUnderTest.attach(home);
  memory = new TreeMemory(up.child.pid as number);
});
afterAll(async () => {
  await memory.close();
  up.signalAll('SIGKILL');
  await up.ended;
  await scratch[Symbol.asyncDispose]();
});

let disks = 0;
async function disk(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = path.join(scratch.path, 'disks', String((disks += 1)));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

/** The byte ranges that a recording's diary names are kept, and are the file's. */
async function expectKept(driveId: string, recordingId: string, bytes: Uint8Array): Promise<void> {
  const of = `drive_id = '${driveId}'`;
  const losses = await node.rows(`SELECT byte_offset, bytes, kept_in FROM losses WHERE ${of}
    AND recording_id = '${recordingId}' ORDER BY byte_offset`);
  // Parts that are alike are one object, which then comes more than once.
  const objects = await node.rows(`SELECT t.chunk_id, c.object, c.kind FROM chunk_topics t
    JOIN chunks c USING (tenant, drive_id, chunk_id) WHERE t.${of} AND t.recording_id = '${recordingId}'
    AND c.kind IN ('unread', 'opaque') ORDER BY t.ordinal`);
  const kept = Buffer.concat(await Promise.all(objects.map(({ object }) => node.rawBytes(String(object)))));
  if (objects.some(({ kind }) => kind === 'opaque'))
    return expect(kept.equals(bytes), 'the file, byte for byte').toBe(true);
  const ids = new Set(objects.map(({ chunk_id: id }) => id));
  for (const loss of losses) if (Number(loss['bytes']) > 0) expect(ids.has(loss['kept_in'] as string)).toBe(true);
  const lost = losses.map(({ byte_offset: at, bytes: length }) =>
    bytes.subarray(Number(at), Number(at) + Number(length)),
  );
  return expect(kept.equals(Buffer.concat(lost)), 'the unread ranges, byte for byte').toBe(true);
}

/** Docks a log that nothing is wrong with, and expects all of it. */
async function expectHealthy(seed: number): Promise<void> {
  const log = smallLog({ seed, seconds: 70 });
  const healthy = await node.dockOne(
    await disk({ 'healthy.mcap': log, 'pitlane.drive.json': `{"driveId":"healthy-${seed}"}` }),
  );
  expect(healthy.loss).toEqual([]);
  expect(healthy.receiptId).not.toBeNull();
  expect(healthy.recordings.map(({ opaqueReason }) => opaqueReason)).toEqual([null, null]);
  expect((await node.exportedLines(healthy.driveId)).length).toBe(messagesIn({ seconds: 70 }));
  expect(await node.verify(healthy.driveId)).toMatchObject([{ ok: true }]);
}

async function expectAnswered(hostile: HostileCase, extension: string): Promise<DriveResult> {
  const bytes = hostile.bytes();
  const driveId = `case-${(disks += 1)}`;
  const folder = await disk({ [`a.${extension}`]: bytes });
  await writeFile(path.join(folder, 'pitlane.drive.json'), JSON.stringify({ driveId }));
  const drive = await node.dockOne(folder);
  const recording = drive.recordings.find((one) => one.path === `a.${extension}`);
  const wanted = hostile.expect;
  expect(drive.receiptId).not.toBeNull();
  expect(recording?.bytes).toBe(bytes.byteLength);
  // The garage takes fewer channels than the reader could.
  const isOpaque = recording?.opaqueReason !== null;
  if (wanted.channels === undefined || wanted.channels < 16_384) expect(isOpaque).toBe(wanted.opaque ?? false);
  if (isOpaque)
    expect(drive.loss.map(({ reason, bytes: lost }) => [reason, lost])).toEqual([['landed-opaque', bytes.byteLength]]);
  else {
    if (wanted.messages !== undefined) expect(recording?.messages).toBe(wanted.messages);
    if (wanted.losses) expect([...new Set(drive.loss.map(({ reason }) => reason))]).toEqual(wanted.losses);
    if (wanted.note) expect(recording?.notes.join('\n')).toMatch(wanted.note);
  }
  await expectKept(driveId, recording?.recordingId as string, bytes);
  await rm(folder, { recursive: true });
  return drive;
}

describe('a node', () => {
  let hung: Promise<DriveResult>;
  let isHungDone = false;

  it('lands a drive while the decoder of another hangs', async () => {
    const folder = await disk({ 'hangs.mcap': smallLog({ seed: 51, seconds: 2000, payloadBytes: 4000 }) });
    hung = node.dockOne(folder).finally(() => (isHungDone = true));
    hung.catch(() => {});
    let stopped = 0;
    await until(async () => {
      stopped = await stopReaderOf(path.join(folder, 'hangs.mcap'));
      return stopped > 0;
    });
    expect(stopped).toBe(1);
    await expectHealthy(52);
    expect(isHungDone).toBe(false);
  });

  const grown: { name: string; mib: number; each: number[] }[] = [];
  const cases = [
    ...mcapCases.map((hostile) => [hostile.name, hostile, 'mcap'] as const),
    ...bagCases.map((hostile) => [hostile.name, hostile, 'bag'] as const),
  ];
  let baseBytes = 0;

  it.each(cases)('given %s, answers it', async (name, hostile, extension) => {
    if (baseBytes === 0) baseBytes = await memory.nowBytes();
    memory.takePeak();
    await expectAnswered(hostile, extension);
    const { bytes, processes } = memory.takePeak();
    const mib = (part: number): number => Math.round(part / MIB);
    grown.push({ name, mib: mib(bytes - baseBytes), each: processes.map((one) => mib(one.residentBytes)) });
  });

  it('grew by a bounded amount of memory over all of them', () => {
    const most = grown.sort((a, b) => b.mib - a.mib).slice(0, 5);
    console.info(`memory above ${Math.round(baseBytes / MIB)} MiB at most: ${JSON.stringify(most)}`);
    expect((most[0]?.mib ?? 0) * MIB).toBeLessThan(GROWTH_MAX_BYTES);
  });

  it('gave the hanging decoder up, and landed its recording byte for byte', async () => {
    const { recordings, receiptId, loss } = await hung;
    expect(receiptId).not.toBeNull();
    expect(recordings[0]?.opaqueReason).toMatch(/said nothing for \d+ s/);
    expect(loss.map(({ reason }) => reason)).toEqual(['landed-opaque']);
  });

  it(`given ${MUTATIONS} damaged copies of logs, keeps what it cannot read of each`, async () => {
    const sources = await logsToDamage();
    const wanted = new Map<string, Uint8Array>();
    const folder = path.join(scratch.path, 'disks/mutations');
    for (let seed = 0; seed < MUTATIONS; seed += 1) {
      const { bytes, how } = mutated(sources[seed % sources.length] as Uint8Array, 1000 + seed);
      const driveId = `mutation-${seed}`;
      await mkdir(path.join(folder, driveId), { recursive: true });
      await writeFile(path.join(folder, driveId, 'pitlane.drive.json'), JSON.stringify({ driveId, labels: { how } }));
      await writeFile(path.join(folder, driveId, 'log'), bytes);
      wanted.set(driveId, bytes);
    }
    const [drives] = await Promise.all([node.dock(folder), expectHealthy(60)]);
    expect(drives.length).toBe(MUTATIONS);
    for (const { driveId, recordings, receiptId } of drives) {
      expect(receiptId, driveId).not.toBeNull();
      const recording = recordings.find((one) => one.path.endsWith('/log'));
      await expectKept(driveId, recording?.recordingId as string, wanted.get(driveId) as Uint8Array);
    }
    expect((await node.verify()).filter(({ ok }) => !ok)).toEqual([]);
  });

  it('given names that lead elsewhere, writes nothing outside of its home', async () => {
    const evil = file([
      attachment('../../../../escaped-attachment', new Uint8Array(10)),
      metadata('../../escaped-metadata', [['../../key', '../../value']]),
      channel(1, '/../../../../escaped-topic\n"\'`$(touch escaped-command)'),
      message(1, 0, 0n),
    ]);
    const sidecar = {
      driveId: '../../escaped-drive',
      vehicleId: '../escaped-vehicle',
      tenant: '../..',
      labels: { '../a': '../b' },
    };
    const folder = await disk({
      'a.mcap': evil,
      'b..txt': 'b',
      '..c/..d': 'c',
      'pitlane.drive.json': JSON.stringify(sidecar),
    });
    const before = await namesOutside();
    const drive = await node.dockOne(folder);
    expect(drive.driveId).toMatch(/^[A-Za-z0-9][A-Za-z0-9._~-]*$/);
    const out = path.join(scratch.path, 'restored');
    await node.task('restore', { driveId: drive.driveId, out });
    expect((await node.exported(drive.driveId)).attachments.length).toBeLessThanOrEqual(1);
    await node.verify(drive.driveId);
    expect((await readdir(out)).sort()).toEqual(['..c', 'a.mcap', 'b..txt', 'pitlane.drive.json']);
    expect((await namesOutside()).filter((name) => !name.startsWith('restored'))).toEqual(before);
    const everywhere = await readdir(scratch.path, { recursive: true });
    expect(everywhere.filter((name) => name.includes('escaped'))).toEqual([]);
  });
});

/** Stops the chunker that has the file open, as if it hung; how many there were. */
async function stopReaderOf(name: string): Promise<number> {
  let stopped = 0;
  for (const { pid, command } of await processTree(up.child.pid as number)) {
    if (!command.includes('chunker.child')) continue;
    const open = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const files = await Promise.all(open.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    if (!files.includes(name)) continue;
    process.kill(pid, 'SIGSTOP');
    stopped += 1;
  }
  return stopped;
}

/** Everything around home and disks. */
async function namesOutside(): Promise<string[]> {
  const names = await readdir(scratch.path, { recursive: true });
  return names.filter((name) => !/^(home|disks)(\/|$)/.test(name)).sort();
}

async function logsToDamage(): Promise<Uint8Array[]> {
  const small = [smallLog({ seed: 70 }), smallLog({ seed: 71, payloadBytes: 9000, seconds: 20 })];
  if (!data) return small;
  const names = [
    'mcap/crate-compressed.mcap',
    'mcap/example_logs.mcap',
    'bag/tilt_laser.bag',
    'bag/example-lz4.bag',
    'bag/example-bz2.bag',
  ];
  return [...small, ...(await Promise.all(names.map((name) => readFile(path.join(data, name)))))];
}

describe('the command', () => {
  const folder = (): string => path.join(scratch.path, 'command-disk');
  const cut = (): Uint8Array => smallLog({ seed: 80, seconds: 20 }).subarray(0, 9000);
  const noFooter = (): Uint8Array => (mcapCases.find(({ name }) => name === 'no footer') as HostileCase).bytes();
  const opaque = (): Uint8Array =>
    (mcapCases.find(({ name }) => name === 'a message of 300 MB') as HostileCase).bytes();
  const cases = [
    ['a file of no known format', () => new Uint8Array(5000).fill(7), 0, /opaque/],
    ['a log without a footer', noFooter, 0, /no footer/],
    ['a log that was cut off', cut, 3, /LOSS|loss/],
    ['a log that lands byte for byte', opaque, 3, /byte for byte/],
  ] as const;

  it.each(cases)('ends for %s with the code for it', async (name, bytes, code, text) => {
    await mkdir(folder(), { recursive: true });
    const docked = path.join(folder(), `${name.replaceAll(' ', '-')}.log`);
    await writeFile(docked, bytes());
    const ended = await runCommand(['ingest', docked, '--home', node.home]);
    expect(ended.code, ended.stderr).toBe(code);
    expect(ended.stdout).toMatch(text);
  });
});
