import { spawnSync } from 'node:child_process';
import { shardObjectName, shardIndexName, type ShardIndex } from '@pitlane/contracts/dataset';
import { sha256Of } from '@pitlane/contracts/identity';
import { describe, expect, it } from 'vitest';
import { sampleDigests } from '../index.ts';
import { tarMembers } from './pull/tar-members.ts';
import { readList, readSnapshot } from './read-snapshot.ts';
import {
  BASE,
  built,
  FRAMES,
  frozen,
  landedDrive,
  messagesOf,
  objectBytes,
  pictureMessage,
  planFrom,
  SECOND,
  drivePlanOf,
  jobOf,
} from './dataset.fixture.ts';
import { freezeDataset } from './create/freeze.ts';

async function shardOf(
  drive: Awaited<ReturnType<typeof landedDrive>>,
  snapshotId: Parameters<typeof shardObjectName>[1],
) {
  const tar = objectBytes(drive, shardObjectName(drive.tenant, snapshotId, 'train', 0));
  const files = new Map(
    [...tarMembers(tar)].map(({ name, offset, length }) => [name, tar.subarray(offset, offset + length)]),
  );
  return { tar, files };
}

describe('a dataset', () => {
  it('holds each frame with the nearest cloud and wheel, and drops those without a cloud', async () => {
    const drive = await landedDrive();
    const { snapshotId, samples, dropped } = await frozen(drive);
    // The cloud 40 ms behind each frame; at the gap the last one lies 60 ms before the frame at 3 s.
    expect({ samples, dropped }).toEqual({ samples: 91, dropped: { '/lidar': 9 } });
    await built(drive, snapshotId);
    const { files } = await shardOf(drive, snapshotId);
    const key = `${snapshotId.slice(0, 8)}-train-000000-00005`;
    expect([...files.keys()].filter((name) => name.startsWith(key))).toEqual([
      `${key}.jpg`,
      `${key}.lidar.bin`,
      `${key}.wheel.json`,
      `${key}.json`,
    ]);
    expect(Buffer.compare(files.get(`${key}.jpg`) as Uint8Array, pictureMessage(5).picture)).toBe(0);
    expect(Buffer.from(files.get(`${key}.lidar.bin`) as Uint8Array)).toEqual(Buffer.alloc(300, 540 % 97));
    expect(JSON.parse(Buffer.from(files.get(`${key}.wheel.json`) as Uint8Array).toString())).toEqual({
      speed: 500,
      at: 25,
    });
    const about = JSON.parse(Buffer.from(files.get(`${key}.json`) as Uint8Array).toString()) as Record<string, never>;
    expect(about).toMatchObject({
      snapshot: snapshotId,
      key,
      driveId: 'drive-000',
      time: String(BASE + SECOND / 2n),
      files: {
        jpg: {
          topic: '/camera',
          content: 'picture',
          sequence: 25,
          path: 'drive.mcap',
          sha256: sha256Of(pictureMessage(5).picture),
        },
        'lidar.bin': { topic: '/lidar', content: 'message', logTime: String(BASE + 540_000_000n) },
        'wheel.json': { content: 'json', messageEncoding: 'json' },
      },
    });
  });

  it('holds all messages of each window', async () => {
    const drive = await landedDrive();
    const plan = planFrom({
      kind: 'windows',
      seconds: 2,
      strideSeconds: 1,
      topics: ['/wheel', { topic: '/lidar', missing: 'omit' }],
    });
    const { snapshotId, samples } = await frozen(drive, plan);
    expect(samples).toBe(8);
    await built(drive, snapshotId);
    const { files } = await shardOf(drive, snapshotId);
    const key = `${snapshotId.slice(0, 8)}-train-000000-00002`;
    const wanted = messagesOf(10).filter(
      ({ logTimeNs }) => logTimeNs >= BASE + 2n * SECOND && logTimeNs < BASE + 4n * SECOND,
    );
    const lines = Buffer.from(files.get(`${key}.wheel.ndjson`) as Uint8Array)
      .toString()
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual(
      wanted
        .filter(({ channel }) => channel === 2)
        .map(({ logTimeNs, sequence, data }) => ({
          logTime: String(logTimeNs),
          publishTime: String(logTimeNs),
          sequence,
          message: JSON.parse(Buffer.from(data).toString()) as object,
        })),
    );
    const clouds = [...files.keys()].filter((name) => name.startsWith(`${key}.lidar`));
    expect(clouds).toHaveLength(wanted.filter(({ channel }) => channel === 1).length);
    expect(clouds[0]).toBe(`${key}.lidar.000000.bin`);
  });

  it('is made of the selected stretches alone, and a sample that two of them hold comes once', async () => {
    const drive = await landedDrive();
    const plan = planFrom({ kind: 'frames', camera: '/camera' });
    const spans = [
      { startNs: BASE + SECOND, endNs: BASE + 2n * SECOND },
      { startNs: BASE + 5n * SECOND, endNs: BASE + 5n * SECOND + 1n },
    ];
    const one = await drivePlanOf(drive, plan, spans);
    const result = await freezeDataset(
      jobOf(drive, plan),
      (async function* () {
        yield one;
      })(),
      { store: drive.store, now: () => '' },
    );
    expect(result.samples).toBe(11);
    const snapshot = await readSnapshot(drive.store, drive.tenant, result.snapshotId);
    const { samples } = await readList(drive.store, drive.tenant, snapshot.shards[0] as never);
    expect(samples.map(({ time }) => (BigInt(time) - BASE) / 100_000_000n)).toEqual([
      10n,
      11n,
      12n,
      13n,
      14n,
      15n,
      16n,
      17n,
      18n,
      19n,
      50n,
    ]);
  });

  it('reads no message to be frozen, and gives the same snapshot again', async () => {
    const drive = await landedDrive();
    const first = await frozen(drive);
    const again = await frozen(drive);
    expect(again).toEqual({ ...first, known: true });
    const other = await frozen(drive, FRAMES, 1, { name: 'another' });
    expect(other.snapshotId).not.toBe(first.snapshotId);
  });

  it('tells by runs which samples hold something of which chunk, to the sample', async () => {
    const drive = await landedDrive();
    const { snapshotId } = await frozen(drive, FRAMES, 2);
    const snapshot = await readSnapshot(drive.store, drive.tenant, snapshotId);
    for (const line of snapshot.shards) {
      const { runs, samples } = await readList(drive.store, drive.tenant, line);
      const bySample = samples.flatMap(({ messages }, n) =>
        messages.map(([field, object]) => `${n} ${field} ${object}`),
      );
      const byRun = runs.flatMap(({ firstSample, lastSample, field, object }) =>
        Array.from({ length: lastSample - firstSample + 1 }, (_, i) => `${firstSample + i} ${field} ${object}`),
      );
      expect(byRun.sort()).toEqual([...new Set(bySample)].sort());
      expect(runs.length).toBeLessThan(bySample.length / 4);
    }
  });

  it('is a tar that tar itself lists, with an index that leads to each member', async () => {
    const drive = await landedDrive(2);
    const { snapshotId } = await frozen(drive);
    await built(drive, snapshotId);
    const { tar, files } = await shardOf(drive, snapshotId);
    const listed = spawnSync('tar', ['-tf', '-'], { input: tar, encoding: 'utf8' });
    expect(listed.stderr).toBe('');
    expect(listed.stdout.trim().split('\n')).toEqual([...files.keys()]);
    const index = JSON.parse(
      Buffer.from(objectBytes(drive, shardIndexName(drive.tenant, snapshotId, 'train', 0))).toString(),
    ) as ShardIndex;
    expect(Object.keys(index.files)).toEqual([...files.keys()]);
    for (const [name, { offset, length }] of Object.entries(index.files))
      expect(Buffer.compare(tar.subarray(offset, offset + length), files.get(name) as Uint8Array)).toBe(0);
    expect(index.sha256).toBe(sha256Of(tar));
    expect(sampleDigests(tar).size).toBe(index.samples);
  });
});
