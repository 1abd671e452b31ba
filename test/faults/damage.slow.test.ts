/**
 * The promise "bad input is answered, not obeyed", through a whole node in a process of its own: what is readable lands,
 * what is not is kept byte for byte and said, nothing is written elsewhere, memory stays bounded, neighbours are unhurt.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DriveResult } from '@pitlane/garage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostileCase, mcapCases } from '../adversarial/cases.ts';
import { attachment, channel, file, message, metadata } from '../adversarial/mcap-bytes.ts';
import { runCommand } from '../support/command.ts';
import { mutated } from '../support/mutations.ts';
import type { NodeUnderTest } from '../support/node-under-test.ts';
import { TreeMemory } from '../support/process-tree.ts';
import { requireData } from '../support/requires.ts';
import { smallLog } from '../support/small-log.ts';
import { bagCases } from './bag-cases.ts';
import { DamageNode } from './damage-node.ts';

const MIB = 1024 * 1024;
const GROWTH_MAX_BYTES = 256 * MIB;
const MUTATIONS = 48;
const data = requireData();

let damage: DamageNode;
let node: NodeUnderTest;
let memory: TreeMemory;

beforeAll(async () => {
  damage = await DamageNode.start({ PITLANE_CHUNKERS: '3' });
  node = damage.node;
  memory = new TreeMemory(damage.up.child.pid as number);
});
afterAll(async () => {
  await memory.close();
  await damage[Symbol.asyncDispose]();
});

let casesDocked = 0;

async function expectAnswered(hostile: HostileCase, extension: string): Promise<DriveResult> {
  const bytes = hostile.bytes();
  const driveId = `case-${(casesDocked += 1)}`;
  const folder = await damage.disk({ [`a.${extension}`]: bytes });
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
  await damage.expectKept(driveId, recording?.recordingId as string, bytes);
  await rm(folder, { recursive: true });
  return drive;
}

describe('a node', () => {
  const grown: { name: string; mib: number; each: number[] }[] = [];
  const mib = (bytes: number): number => Math.round(bytes / MIB);
  const answered = [
    ...mcapCases.map((hostile) => [hostile.name, hostile, 'mcap'] as const),
    ...bagCases.map((hostile) => [hostile.name, hostile, 'bag'] as const),
  ];
  let baseBytes = 0;
  let peakBytes = 0;

  it('lands healthy drives, after which it holds what it needs for any', async () => {
    for (const seed of [50, 51, 52]) await damage.expectHealthy(seed);
    baseBytes = await memory.nowBytes();
  });

  it.each(answered)('given %s, answers it', async (name, hostile, extension) => {
    const heldBytes = await memory.nowBytes();
    memory.takePeak();
    await expectAnswered(hostile, extension);
    const { bytes, processes } = memory.takePeak();
    peakBytes = Math.max(peakBytes, bytes);
    grown.push({ name, mib: mib(bytes - heldBytes), each: processes.map((one) => mib(one.heldBytes)) });
  });

  it('grew by a bounded amount of memory over any of them, and over all of them together', async () => {
    const [most] = grown.sort((a, b) => b.mib - a.mib);
    const keptBytes = (await memory.nowBytes()) - baseBytes;
    console.info(
      `held ${mib(baseBytes)} MiB, at most ${mib(peakBytes - baseBytes)} more, now ${mib(keptBytes)} more; at most ${JSON.stringify(most)}`,
    );
    expect((most?.mib ?? 0) * MIB).toBeLessThan(GROWTH_MAX_BYTES);
    expect(peakBytes - baseBytes).toBeLessThan(GROWTH_MAX_BYTES);
    expect(keptBytes).toBeLessThan(GROWTH_MAX_BYTES);
  });

  it(`given ${MUTATIONS} damaged copies of logs, keeps what it cannot read of each`, async () => {
    const sources = await logsToDamage();
    const wanted = new Map<string, Uint8Array>();
    const folder = path.join(damage.folder, 'disks/mutations');
    for (let seed = 0; seed < MUTATIONS; seed += 1) {
      const { bytes, how } = mutated(sources[seed % sources.length] as Uint8Array, 1000 + seed);
      const driveId = `mutation-${seed}`;
      await mkdir(path.join(folder, driveId), { recursive: true });
      await writeFile(path.join(folder, driveId, 'pitlane.drive.json'), JSON.stringify({ driveId, labels: { how } }));
      await writeFile(path.join(folder, driveId, 'log'), bytes);
      wanted.set(driveId, bytes);
    }
    const [drives] = await Promise.all([node.dock(folder), damage.expectHealthy(60)]);
    expect(drives.length).toBe(MUTATIONS);
    for (const { driveId, recordings, receiptId } of drives) {
      expect(receiptId, driveId).not.toBeNull();
      const recording = recordings.find((one) => one.path.endsWith('/log'));
      await damage.expectKept(driveId, recording?.recordingId as string, wanted.get(driveId) as Uint8Array);
    }
    expect((await node.verify()).filter(({ ok }) => !ok)).toEqual([]);
  }, 300_000);

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
    const folder = await damage.disk({
      'a.mcap': evil,
      'b..txt': 'b',
      '..c/..d': 'c',
      'pitlane.drive.json': JSON.stringify(sidecar),
    });
    const before = await namesOutside();
    const drive = await node.dockOne(folder);
    expect(drive.driveId).toMatch(/^[A-Za-z0-9][A-Za-z0-9._~-]*$/);
    const out = path.join(damage.folder, 'restored');
    await node.task('restore', { driveId: drive.driveId, out });
    expect((await node.exported(drive.driveId)).attachments.length).toBeLessThanOrEqual(1);
    await node.verify(drive.driveId);
    expect((await readdir(out)).sort()).toEqual(['..c', 'a.mcap', 'b..txt', 'pitlane.drive.json']);
    expect((await namesOutside()).filter((name) => !name.startsWith('restored'))).toEqual(before);
    const everywhere = await readdir(damage.folder, { recursive: true });
    expect(everywhere.filter((name) => name.includes('escaped'))).toEqual([]);
  });
});

/** Everything around home and disks. */
async function namesOutside(): Promise<string[]> {
  const names = await readdir(damage.folder, { recursive: true });
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
  const folder = (): string => path.join(damage.folder, 'command-disk');
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
