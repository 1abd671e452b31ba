/** A drive with a camera, a cloud and a wheel, and what it takes to make a dataset of it in memory. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from '@node-rs/crc32';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { type SamplingPlan, samplingPlanFromText, WITHOUT_SPLIT } from '@pitlane/contracts/dataset';
import { decoderOf } from '@pitlane/formats/decode';
import { afterAll } from 'vitest';
import { type GivenChannel, type GivenMessage, LandedDrive } from '../../../../test/support/landed-drive.ts';
import { type BuildDeps, type BuildJob, buildShards, type FreezeJob, freezeDataset } from '../index.ts';
import { type DrivePlan, planDrive } from './create/plan-drive.ts';

export const SECOND = 1_000_000_000n;
export const BASE = 1_700_000_000n * SECOND;
const MS = 1_000_000n;

const decompressors = await loadDecompressors();
export const scratchFolder = await mkdtemp(join(tmpdir(), 'pitlane-dataset-'));
afterAll(() => rm(scratchFolder, { recursive: true, force: true }));

export const CHANNELS: readonly GivenChannel[] = [
  {
    topic: '/camera',
    messageEncoding: 'ros1',
    group: '/camera',
    schema: {
      name: 'sensor_msgs/CompressedImage',
      encoding: 'ros1msg',
      data: Buffer.from('string format\nuint8[] data'),
    },
  },
  {
    topic: '/lidar',
    messageEncoding: 'cdr',
    group: '/lidar',
    schema: { name: 'x/msg/PointCloud2', encoding: 'ros2msg', data: Buffer.from('uint8[] d') },
  },
  {
    topic: '/wheel',
    messageEncoding: 'json',
    schema: { name: 'Wheel', encoding: 'jsonschema', data: Buffer.from('{}') },
  },
  { topic: '/other', messageEncoding: 'json' },
];

/** A picture as ROS 1 carries it; the bytes after the head are told by `number`. */
export function pictureMessage(number: number, bytes = 200): { data: Uint8Array; picture: Buffer } {
  const picture = Buffer.alloc(bytes, number % 251);
  picture.set([0xff, 0xd8, 0xff, 0xe0], 0);
  const text = (value: string): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(value.length);
    return Buffer.concat([length, Buffer.from(value)]);
  };
  const length = Buffer.alloc(4);
  length.writeUInt32LE(picture.byteLength);
  return { picture, data: Buffer.concat([Buffer.alloc(12), text('front'), text('jpeg'), length, picture]) };
}

/** Frames every 100 ms, clouds every 100 ms but for a gap from 3 s to 4 s, wheels every 20 ms. */
export function messagesOf(seconds: number): GivenMessage[] {
  const messages: GivenMessage[] = [];
  for (let ms = 0; ms < seconds * 1000; ms += 20) {
    const logTimeNs = BASE + BigInt(ms) * MS;
    const sequence = ms / 20;
    messages.push({ channel: 2, logTimeNs, sequence, data: Buffer.from(JSON.stringify({ speed: ms, at: sequence })) });
    if (ms % 100 === 0) messages.push({ channel: 0, logTimeNs, sequence, data: pictureMessage(ms / 100).data });
    if (ms % 100 === 40 && (ms < 3000 || ms >= 4000))
      messages.push({ channel: 1, logTimeNs, sequence, data: Buffer.alloc(300, ms % 97) });
    if (ms % 500 === 0) messages.push({ channel: 3, logTimeNs, sequence, data: Buffer.from('{}') });
  }
  return messages;
}

export async function landedDrive(seconds = 10): Promise<LandedDrive> {
  const drive = new LandedDrive({ chunkMessages: 40, innerMessages: 7 });
  await drive.add({ path: 'drive.mcap', channels: CHANNELS, messages: messagesOf(seconds) });
  return drive;
}

export const planFrom = (plan: object): SamplingPlan => samplingPlanFromText(JSON.stringify(plan), 'plan.json');

export const FRAMES = planFrom({
  kind: 'frames',
  camera: '/camera',
  with: [
    { topic: '/lidar', toleranceMs: 60, as: 'lidar' },
    { topic: '/wheel', toleranceMs: 10, missing: 'omit' },
  ],
});

export const jobOf = (drive: LandedDrive, plan: SamplingPlan, more: Partial<FreezeJob> = {}): FreezeJob => ({
  tenant: drive.tenant,
  name: 'trial',
  sql: 'SELECT drive_id FROM drives',
  plan,
  split: WITHOUT_SPLIT,
  ...more,
});

export const drivePlanOf = (
  drive: LandedDrive,
  plan: SamplingPlan,
  spans: DrivePlan['spans'] = [],
): Promise<DrivePlan> => planDrive(drive.catalog, { tenant: drive.tenant, driveId: drive.driveId, spans }, plan);

/** The same drive under other names. */
export async function* severalDrives(drive: LandedDrive, plan: SamplingPlan, count: number): AsyncGenerator<DrivePlan> {
  const one = await drivePlanOf(drive, plan);
  for (let i = 0; i < count; i += 1)
    yield { ...one, driveId: `drive-${String(i).padStart(3, '0')}` as DrivePlan['driveId'] };
}

export async function frozen(
  drive: LandedDrive,
  plan: SamplingPlan = FRAMES,
  drives = 1,
  more: Partial<FreezeJob> = {},
) {
  return freezeDataset(jobOf(drive, plan, more), severalDrives(drive, plan, drives), {
    store: drive.store,
    now: () => '2026-01-01T00:00:00Z',
  });
}

export const depsOf = (drive: LandedDrive, more: Partial<BuildDeps> = {}): BuildDeps => ({
  store: drive.store,
  decompressors,
  crc32: (bytes, previous) => crc32(bytes, previous) >>> 0,
  decoderOf,
  scratchFolder,
  ...more,
});

export const built = (drive: LandedDrive, snapshotId: BuildJob['snapshotId'], more: Partial<BuildJob> = {}) =>
  buildShards({ tenant: drive.tenant, snapshotId, worker: 0, workers: 1, ...more }, depsOf(drive));

export const objectBytes = (drive: LandedDrive, name: string): Uint8Array => {
  const object = drive.store.objects.get(name);
  if (!object) throw new Error(`the test has no object ${name}`);
  return object.bytes;
};
