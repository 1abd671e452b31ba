/** The verdict as a technician meets it: profiles, docking, `verdict`, `why`, SQL, before and after a second disk. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Verdict } from '@pitlane/contracts/verdict';
import type { DockEvent } from '@pitlane/garage';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { objectOf } from '../../test/support/chunk-object.ts';
import { openShell, type Shell } from './cli.fixture.ts';
import type { Ingested } from './node/ingest-paths.ts';
import { withNode } from './wiring/with-node.ts';
import { readSettings } from './settings.ts';

const START_NS = 1_772_547_720_000_000_000n;
const SECOND_NS = 1_000_000_000n;
const IMAGE = { name: 'sensor_msgs/msg/CompressedImage', encoding: 'ros2msg', data: new Uint8Array(0) };

interface Sensor {
  readonly topic: string;
  readonly hz: number;
  /** From second to second without a message. */
  readonly silent?: readonly [number, number];
  readonly picture?: (second: number, index: number) => number;
}

/** A minute of sensors in one indexed MCAP file. */
async function recordingOf(sensors: readonly Sensor[]): Promise<Uint8Array> {
  const messages = sensors.flatMap(({ hz, silent, picture }, channel) =>
    Array.from({ length: 60 * hz }, (_, index) => ({ channel, index, second: index / hz, picture }))
      .filter(({ second }) => !silent || second < silent[0] || second >= silent[1])
      .map(({ index, second }) => ({
        channel,
        sequence: index,
        logTimeNs: START_NS + (BigInt(index) * SECOND_NS) / BigInt(hz),
        data: picture ? jpegLike(index, picture(second, index)) : Uint8Array.of(index & 255, index >> 8),
      })),
  );
  messages.sort((a, b) => Number(a.logTimeNs - b.logTimeNs));
  const channels = sensors.map(({ topic, picture }, index) => ({
    topic,
    index,
    twin: 0,
    messageEncoding: 'cdr',
    ...(picture && { schema: IMAGE }),
  }));
  return (await objectOf(messages, channels, { innerMessages: 500, compression: 'zstd' }, 'ros2')).bytes;
}

/** A header with a stamp of its own, then a picture. */
function jpegLike(stamp: number, picture: number): Uint8Array {
  const bytes = Buffer.alloc(3000, picture & 0xff);
  bytes.writeUInt32LE(stamp, 4);
  bytes.set([0xff, 0xd8, 0xff, 0xe0, 0, 16, picture & 0xff, picture >> 8], 40);
  return bytes;
}

const IMU: Sensor = { topic: '/imu', hz: 50 };
const LIDAR: Sensor = { topic: 'lidar_top', hz: 10, silent: [7, 38] };
const CAMERA: Sensor = {
  topic: '/camera/front',
  hz: 10,
  picture: (second, index) => (second < 20 || second > 32 ? index : 200),
};

const PROFILE = {
  profileVersion: 1,
  vehicleType: 'shuttle',
  vehicles: ['47'],
  topics: [
    { topic: 'lidar_*', kind: 'lidar', rateHz: 10, hint: 'check the connector' },
    { topic: '/camera/*', kind: 'camera', rateHz: 10 },
    { topic: '/imu', rateHz: 100 },
    { topic: '/gps', hint: 'check the antenna' },
  ],
};

const GAP = 'lidar_top silent from 14:22:06 for 31 s: check the connector';
const MISSING = '/gps missing: no message of it in this drive: check the antenna';
const SLOW = '/imu at 50 Hz from 14:22:00 to 14:22:59, expected 100 Hz';
const FROZEN = '/camera/front frozen from 14:22:20 for 12 s';

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
});
afterAll(() => shell[Symbol.asyncDispose]());

beforeEach(async () => {
  await mkdir(join(shell.home, 'profiles'), { recursive: true });
  await writeFile(join(shell.home, 'profiles', 'shuttle.json'), JSON.stringify(PROFILE));
});

async function disk(name: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = join(shell.home, name);
  await mkdir(folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
  return folder;
}

const sidecar = (driveId: string): string => JSON.stringify({ driveId, vehicleId: '47' });
const textsOf = ({ findings }: Verdict): string[] => findings.map(({ text }) => text);

it('judges a folder that is not docked from its indexes, or from all of its messages, and leaves no home behind', async () => {
  const folder = await disk('undocked', {
    'a.mcap': await recordingOf([IMU, LIDAR, CAMERA]),
    'pitlane.drive.json': sidecar('d-0'),
  });
  const quick = await shell.run('verdict', folder, '--json');
  expect(quick.exitCode).toBe(0);
  const [fromIndex] = quick.json<{ verdicts: (Verdict & { bytesRead: number; recordings: object[] })[] }>().verdicts;
  expect(textsOf(fromIndex as Verdict)).toEqual([MISSING, SLOW, GAP]);
  expect(fromIndex).toMatchObject({ judgedFrom: 'index', vehicleType: 'shuttle', driveId: 'd-0', vehicleId: '47' });
  expect(fromIndex?.recordings).toMatchObject([{ format: 'mcap', messages: 3890, topics: [{}, {}, {}] }]);
  const full = await shell.run('verdict', folder, '--full');
  expect(full.stdout).toContain(`!! ${FROZEN}`);
  expect(full.stdout).toContain('4 findings (from every message, by the profile of shuttle; times are UTC)');
  expect((await shell.run('drives')).exitCode).toBe(1);
});

it('says at docking what is missing, and in full when the drive is cut, with exit 0: it is no loss', async () => {
  const folder = await disk('disk-1', {
    'a.mcap': await recordingOf([IMU, LIDAR, CAMERA]),
    'pitlane.drive.json': sidecar('d-1'),
  });
  const { exitCode, stdout, stderr } = await shell.run('ingest', folder);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('verdict  3 findings (from the index');
  expect(stderr).toContain(GAP);
  expect(stdout).toContain('verdict  4 findings (from every message');
  for (const text of [MISSING, SLOW, GAP, FROZEN]) expect(stdout).toContain(text);
  const asked = await shell.run('verdict', 'd-1', '--json');
  const [verdict] = asked.json<{ verdicts: Verdict[] }>().verdicts;
  expect(textsOf(verdict as Verdict)).toEqual([MISSING, SLOW, GAP, FROZEN]);
  expect(verdict?.findings[2]).toEqual({
    topic: 'lidar_top',
    kind: 'gap',
    severity: 'error',
    startTime: String(START_NS + (69n * SECOND_NS) / 10n),
    endTime: String(START_NS + 38n * SECOND_NS),
    expected: 300,
    seen: 31_100,
    unit: 'ms',
    count: 1,
    text: GAP,
  });
  const why = await shell.run('why', 'd-1');
  expect(why.stdout).toContain('verdict: d-1 is judged from its messages, by the profile of shuttle: 4 findings');
  expect(why.stdout).toContain(`found: ${GAP}`);
  const rows = await shell.run('sql', "SELECT topic FROM findings WHERE kind = 'frozen'", '--json');
  expect(rows.json<{ rows: object[] }>().rows).toEqual([{ topic: '/camera/front' }]);
});

it('judges a drive whole that comes on two disks', async () => {
  const first = await disk('disk-2', {
    'a.mcap': await recordingOf([IMU, CAMERA]),
    'pitlane.drive.json': sidecar('d-2'),
  });
  const second = await disk('disk-3', {
    'b.mcap': await recordingOf([
      { topic: 'lidar_top', hz: 10 },
      { topic: '/gps', hz: 1 },
    ]),
    'pitlane.drive.json': sidecar('d-2'),
  });
  const verdictAfter = async (folder: string): Promise<string[]> => {
    const { drives } = (await shell.run('ingest', folder, '--json')).json<Ingested>();
    return textsOf(drives[0]?.verdict as Verdict);
  };
  expect(await verdictAfter(first)).toEqual([
    MISSING,
    'lidar_* missing: no message of it in this drive: check the connector',
    SLOW,
    FROZEN,
  ]);
  expect(await verdictAfter(second)).toEqual([SLOW, FROZEN]);
  const { verdicts } = (await shell.run('verdict', 'd-2', '--json')).json<{ verdicts: Verdict[] }>();
  expect(verdicts.map(textsOf)).toEqual([[SLOW, FROZEN]]);
});

it('keeps the verdicts of a catalog that is made anew from the bucket', async () => {
  const before = (await shell.run('sql', 'SELECT * FROM findings ORDER BY drive_id, ordinal', '--json')).stdout;
  expect((await shell.run('reindex')).exitCode).toBe(0);
  expect((await shell.run('sql', 'SELECT * FROM findings ORDER BY drive_id, ordinal', '--json')).stdout).toBe(before);
});

it('tells the quick verdict before anything is staged, and the full one before the end', async () => {
  const folder = await disk('disk-4', {
    'a.mcap': await recordingOf([IMU, LIDAR]),
    'pitlane.drive.json': sidecar('d-4'),
  });
  const settings = readSettings({ environment: { PITLANE_HOME: shell.home } }, () => {});
  const told: string[] = [];
  await withNode({ home: shell.home, settings, signal: new AbortController().signal }, async (node) => {
    for await (const event of node.events<DockEvent>('/v1/garage/docks', { path: folder })) {
      if (event.type === 'verdict') told.push(`${event.verdict.judgedFrom} ${event.verdict.summary}`);
      else if (event.type === 'progress') told.push(event.stages.stage.doneBytes > 0 ? 'staging' : 'begun');
      else told.push(event.type);
    }
  });
  expect(told.indexOf('index 4 findings')).toBeGreaterThanOrEqual(0);
  expect(told.indexOf('index 4 findings')).toBeLessThan(told.indexOf('staging'));
  expect(told.slice(told.lastIndexOf('messages 4 findings'))).toContain('done');
});

it('goes on without a profile that is faulty, and says so', async () => {
  await writeFile(join(shell.home, 'profiles', 'shuttle.json'), '{"profileVersion": 1}');
  const folder = await disk('disk-5', { 'a.mcap': await recordingOf([{ topic: '/imu', hz: 20 }]) });
  const { exitCode, stdout } = await shell.run('ingest', folder, '--vehicle', '47');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/shuttle\.json is no profile:; vehicleType: expected a name/);
  expect(stdout).toContain('no profile for vehicle 47: only gaps, frozen cameras and GNSS are judged');
});

it('learns a profile from past drives, by which they are complete, and writes over no file', async () => {
  const learnt = await shell.run(
    'profile',
    'learn',
    '--vehicle',
    '47',
    '--drives',
    '3',
    '--type',
    'learnt',
    '-o',
    'learnt.json',
  );
  expect([learnt.exitCode, learnt.stdout]).toEqual([
    0,
    expect.stringMatching(/learnt\.json: \d+ topics, \d+ with a rate, from 3 drives/),
  ]);
  expect(JSON.parse(await readFile(join(shell.home, 'learnt.json'), 'utf8'))).toMatchObject({
    vehicleType: 'learnt',
    vehicles: ['47'],
  });
  expect((await shell.run('profile', 'check', 'learnt.json')).stdout).toContain('the profile of learnt');
  const judged = await shell.run('verdict', 'disk-5', '--profile', 'learnt.json');
  expect(judged.stdout).toContain('by the profile of learnt');
  expect((await shell.run('profile', 'learn', '--vehicle', '47', '-o', 'learnt.json')).exitCode).toBe(1);
  expect((await shell.run('profile', 'learn', '--vehicle', 'nobody', '-o', 'x.json')).exitCode).toBe(1);
});

it('says of a profile all that is wrong with it, and of what is not there that it is not', async () => {
  await writeFile(
    join(shell.home, 'bad.json'),
    JSON.stringify({ profileVersion: 2, topics: [{ topic: '', rateHz: -1 }] }),
  );
  const checked = await shell.run('profile', 'check', 'bad.json');
  expect(checked.exitCode).toBe(1);
  for (const fault of ['profileVersion is 2', 'vehicleType:', 'topics[0].topic is ""', 'topics[0].rateHz is -1'])
    expect(checked.stderr).toContain(fault);
  expect((await shell.run('profile', 'check', 'none.json')).stderr).toContain('none.json cannot be read');
  expect((await shell.run('verdict', './nothing.mcap')).stderr).toContain('there is nothing at');
  expect((await shell.run('verdict', 'no-drive')).exitCode).toBe(1);
  expect((await shell.run('verdict', 'd-1', '--full')).exitCode).toBe(2);
});
