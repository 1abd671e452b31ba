import { crc32, crc32c } from '@node-rs/crc32';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import type { ObjectInfo } from '@pitlane/ports/object-store';
import { expect, it } from 'vitest';
import { type GivenChannel, LandedDrive } from '../../../../test/support/landed-drive.ts';
import { checkChunk, planChunkCheck } from '../index.ts';

const tools = { decompressors: await loadDecompressors(), crc32, crc32c };
const SECOND_NS = 1_000_000_000n;

const CHANNELS: readonly GivenChannel[] = [
  { topic: '/imu', messageEncoding: 'json' },
  { topic: '/imu', messageEncoding: 'json' },
  { topic: '/cam', group: '/cam' },
];

/** Two recordings that hold the same two chunks, one of them with equal channels. */
async function landed(): Promise<LandedDrive> {
  const drive = new LandedDrive();
  const messages = Array.from({ length: 60 }, (_, i) => {
    return { channel: i % 3, sequence: i, logTimeNs: BigInt(i) * SECOND_NS, data: Buffer.from(`{"n":${i}}`) };
  });
  for (const path of ['a', 'b']) await drive.add({ path, channels: CHANNELS, messages });
  return drive;
}

async function faultsOf(drive: LandedDrive, chunkId: string): Promise<string[]> {
  const planned = await planChunkCheck(drive.catalog, drive.key, chunkId);
  if (!planned) throw new Error('there is no such chunk');
  const check = { ...planned, info: await drive.store.stat(planned.chunk.object) };
  const carried = JSON.parse(JSON.stringify(check)) as typeof check;
  const faults = await checkChunk(carried, { ...tools, store: drive.store });
  return faults.map(({ fault }) => fault);
}

it('finds nothing wrong with chunks that are as the catalog has them', async () => {
  const drive = await landed();
  const ids = drive.rows('chunks').map((row) => row['chunk_id'] as string);
  expect(ids).toHaveLength(2);
  for (const id of ids) expect(await faultsOf(drive, id)).toEqual([]);
  expect(drive.store.reads.length).toBeGreaterThanOrEqual(2);
});

it('says what is wrong with one that was damaged, and with one that is gone', async () => {
  const drive = await landed();
  const [first, second] = drive.rows('chunks') as [Record<string, string>, Record<string, string>];
  const { bytes, info } = drive.store.objects.get(first['object'] as string) as { bytes: Uint8Array; info: ObjectInfo };
  const damaged = bytes.slice();
  damaged[Math.floor(damaged.length / 3)] = (damaged[Math.floor(damaged.length / 3)] ?? 0) ^ 0xff;
  drive.store.replace(info.name, damaged, info.metadata);
  const faults = await faultsOf(drive, first['chunk_id'] as string);
  expect(faults.join('\n')).toMatch(/CRC-32C[^]*it was replaced[^]*SHA-256/);
  await drive.store.remove(second['object'] as string);
  expect(await faultsOf(drive, second['chunk_id'] as string)).toEqual([
    expect.stringMatching(/^it is missing from the store, with \//),
  ]);
});

it('compares what is inside with what the catalog says is there', async () => {
  const drive = await landed();
  const [row] = drive.rows('chunk_topics');
  drive.views['chunk_topics'] = drive.rows('chunk_topics').map((one) => {
    return one['chunk_id'] === row?.['chunk_id'] && one['channel'] === row?.['channel'] ? { ...one, messages: 3 } : one;
  });
  expect((await faultsOf(drive, row?.['chunk_id'] as string)).length).toBeGreaterThan(0);
});

it('knows no chunk of another drive', async () => {
  const drive = await landed();
  const id = drive.rows('chunks')[0]?.['chunk_id'] as string;
  expect(await planChunkCheck(drive.catalog, { ...drive.key, tenant: 'other' }, id)).toBeUndefined();
});
