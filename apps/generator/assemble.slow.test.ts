import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { McapIndexedReader } from '@mcap/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decompress } from 'zstd-napi';
import { type GeneratedDrive, type GenerateOptions, generateDrive } from './assemble.ts';
import { framesPerSecond } from './can.ts';
import { CHANNELS } from './channels.ts';
import { decodeJpeg } from './jpeg-encoder.ts';

let root: string;
let made = 0;

const generate = (options: Partial<GenerateOptions> = {}): Promise<GeneratedDrive> => {
  made += 1;
  return generateDrive({
    outDir: join(root, `drive-${made}`),
    seed: 1,
    vehicleId: 'car-7',
    size: 'small',
    ...options,
  });
};

async function hashesOf(drive: GeneratedDrive): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const { path } of drive.files) {
    hashes[path] = createHash('sha256')
      .update(await readFile(join(drive.dir, path)))
      .digest('hex');
  }
  return hashes;
}

interface Read {
  readonly topic: string;
  readonly logTime: bigint;
  readonly publishTime: bigint;
  readonly sequence: number;
  readonly data: Uint8Array;
}

async function openIndexed(path: string): Promise<McapIndexedReader> {
  const bytes = await readFile(path);
  return McapIndexedReader.Initialize({
    readable: {
      size: () => Promise.resolve(BigInt(bytes.byteLength)),
      read: (offset, size) => Promise.resolve(bytes.subarray(Number(offset), Number(offset + size))),
    },
    decompressHandlers: { zstd: (chunk) => decompress(chunk) },
  });
}

async function readAll(path: string): Promise<Read[]> {
  const reader = await openIndexed(path);
  const found: Read[] = [];
  for await (const message of reader.readMessages()) {
    const topic = reader.channelsById.get(message.channelId)?.topic ?? '';
    const { logTime, publishTime, sequence } = message;
    found.push({ topic, logTime, publishTime, sequence, data: message.data.slice() });
  }
  return found;
}

const DURATION_S = 2;

describe('a generated drive', () => {
  let drive: GeneratedDrive;
  let messages: Read[];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'pitlane-generator-'));
    drive = await generate();
    messages = [];
    for (const file of drive.files) {
      if (file.kind !== 'mcap') continue;
      const read = await readAll(join(drive.dir, file.path));
      expect(read.length).toBe(file.messages);
      messages.push(...read);
    }
  });

  afterAll(async () => {
    await rm(root, { recursive: true, force: true });
  });

  it('has the same bytes for the same seed, with threads and without', async () => {
    const expected = await hashesOf(drive);
    expect(await hashesOf(await generate())).toEqual(expected);
    expect(await hashesOf(await generate({ threads: 2 }))).toEqual(expected);
  });

  it('has other bytes in every recording for another seed or another vehicle', async () => {
    const own = await hashesOf(drive);
    for (const other of [await generate({ seed: 2 }), await generate({ vehicleId: 'car-8' })]) {
      const hashes = await hashesOf(other);
      for (const path of Object.keys(own)) expect(hashes[path], path).not.toBe(own[path]);
    }
  });

  it('reports its files as they are on disk, and nothing else is there', async () => {
    const sizes = await Promise.all(
      drive.files.map(async ({ path }) => [path, (await readFile(join(drive.dir, path))).byteLength]),
    );
    expect(sizes).toEqual(drive.files.map(({ path, bytes }) => [path, bytes]));
    expect((await readdir(drive.dir)).sort()).toEqual(drive.files.map(({ path }) => path).sort());
  });

  it('names vehicle, start and labels in the sidecar, and leaves the drive id to the garage', async () => {
    const sidecar = JSON.parse(await readFile(join(drive.dir, 'pitlane.drive.json'), 'utf8')) as object;
    expect(sidecar).toEqual({
      vehicleId: 'car-7',
      startTime: new Date(Number(drive.startTimeNs / 1_000_000n)).toISOString().replace('.000Z', 'Z'),
      labels: { software: expect.any(String), map: expect.any(String), calibration: 'car-7-cal-5' },
    });
  });

  it('carries every channel at its rate', () => {
    const counts = new Map<string, number>();
    for (const { topic } of messages) counts.set(topic, (counts.get(topic) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      '/camera/front/image/compressed': 10 * DURATION_S,
      '/camera/front/camera_info': 1,
      '/camera/rear/image': 10 * DURATION_S,
      '/camera/rear/calibration': 1,
      '/lidar/top/points': 10 * DURATION_S,
      '/imu/data': 200 * DURATION_S,
      '/gnss/fix': 10 * DURATION_S,
      '/gnss/location': 10 * DURATION_S,
      '/odometry': 50 * DURATION_S,
      '/tf': 50 * DURATION_S,
      '/tf_static': 1,
      '/can/chassis': framesPerSecond('chassis') * DURATION_S,
      '/can/powertrain': framesPerSecond('powertrain') * DURATION_S,
      '/can/radar': framesPerSecond('radar') * DURATION_S,
      '/diagnostics': DURATION_S,
      '/perception/objects': 10 * DURATION_S,
      '/vehicle/state': 10 * DURATION_S,
    });
    expect(counts.size).toBe(Object.keys(CHANNELS).length);
  });

  it('logs each topic in order, after it was published, with gapless sequences', () => {
    const last = new Map<string, Read>();
    for (const message of messages) {
      const before = last.get(message.topic);
      expect(message.sequence).toBe(before ? before.sequence + 1 : 0);
      if (before) {
        expect(message.logTime >= before.logTime).toBe(true);
        expect(message.publishTime > before.publishTime).toBe(true);
      }
      expect(message.logTime > message.publishTime).toBe(true);
      last.set(message.topic, message);
    }
  });

  it('repeats no payload', () => {
    const seen = new Set(messages.map(({ data }) => createHash('sha256').update(data).digest('base64')));
    expect(seen.size).toBe(messages.length);
  });

  it('has cameras whose frames decode as JPEG and differ', async () => {
    const frames = messages.filter(({ topic }) => topic.includes('/image'));
    const means = new Set<number>();
    for (const { data } of frames) {
      const bytes = Buffer.from(data);
      const start = bytes.indexOf(Buffer.from([0xff, 0xd8, 0xff]));
      const end = bytes.lastIndexOf(Buffer.from([0xff, 0xd9]));
      const picture = await decodeJpeg(bytes.subarray(start, end + 2));
      expect([picture.width, picture.height, picture.channels]).toEqual([480, 272, 3]);
      means.add(picture.pixels.reduce((sum, level) => sum + level, 0));
    }
    expect(frames.length).toBe(20 * DURATION_S);
    expect(means.size).toBe(frames.length);
  });

  it('carries metadata in each recording and an attachment in one', async () => {
    for (const name of ['cameras', 'lidar', 'vehicle']) {
      const reader = await openIndexed(join(drive.dir, `${name}.mcap`));
      expect(reader.metadataIndexes.map((index) => index.name)).toEqual(['drive']);
      expect(reader.attachmentIndexes.map((index) => index.name)).toEqual(name === 'vehicle' ? ['chassis.dbc'] : []);
    }
  });

  it('compresses only the vehicle recording of a small drive', async () => {
    for (const [name, compression] of [
      ['cameras', ''],
      ['lidar', ''],
      ['vehicle', 'zstd'],
    ] as const) {
      const reader = await openIndexed(join(drive.dir, `${name}.mcap`));
      expect(new Set(reader.chunkIndexes.map((chunk) => chunk.compression))).toEqual(new Set([compression]));
    }
  });

  it('takes start and duration from the caller', async () => {
    const short = await generate({ durationS: 0.5, startTimeNs: 1_700_000_000_000_000_000n });
    expect([short.startTimeNs, short.durationS]).toEqual([1_700_000_000_000_000_000n, 0.5]);
    const points = await readAll(join(short.dir, 'lidar.mcap'));
    expect(points.map(({ publishTime }) => publishTime)).toEqual(
      [0n, 1n, 2n, 3n, 4n].map((turn) => 1_700_000_000_000_000_000n + turn * 100_000_000n),
    );
  });

  it('reports progress that ends at one', async () => {
    const fractions: number[] = [];
    await generate({ onProgress: ({ fraction }) => fractions.push(fraction) });
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('refuses a folder that holds a drive, and leaves it as it was', async () => {
    const before = await hashesOf(drive);
    await expect(generate({ outDir: drive.dir })).rejects.toMatchObject({ code: 'already-exists' });
    expect(await hashesOf(drive)).toEqual(before);
  });

  it('stops when told to, without a sidecar', async () => {
    const outDir = join(root, 'stopped');
    await expect(generate({ outDir, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'interrupted' });
    expect(await readdir(outDir)).not.toContain('pitlane.drive.json');
  });

  it.each([
    { seed: -1 },
    { seed: 0.5 },
    { vehicleId: '../car' },
    { vehicleId: '' },
    { durationS: 0 },
    { durationS: Number.NaN },
    { size: 'huge' as 'small' },
    { startTimeNs: -1n },
  ])('refuses $seed $vehicleId $durationS $size $startTimeNs as bad usage', async (options) => {
    await expect(generate(options)).rejects.toMatchObject({ code: 'bad-usage' });
  });
});
