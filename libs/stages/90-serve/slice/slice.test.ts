import { crc32 } from '@node-rs/crc32';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { describe, expect, it } from 'vitest';
import { indexedReaderOf } from '../../../../test/support/foreign-mcap.ts';
import {
  type GivenChannel,
  type GivenMessage,
  LandedDrive,
  plainCompressor,
} from '../../../../test/support/landed-drive.ts';
import {
  type ExportDeps,
  type ExportRequest,
  type ManifestObject,
  manifestObjects,
  planSlice,
  runSlice,
  SLICE_METADATA,
  type SliceFormat,
  sliceTag,
} from '../index.ts';

const decompressors = await loadDecompressors();
const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;

const CHANNELS: readonly GivenChannel[] = [
  { topic: '/imu', messageEncoding: 'json' },
  { topic: '/odom', messageEncoding: 'cdr' },
  { topic: '/cam', group: '/cam' },
  { topic: '/tf_static', messageEncoding: 'cdr' },
  { topic: '/cam/camera_info', messageEncoding: 'cdr' },
  { topic: '/map', metadata: { offered_qos_profiles: '- history: 1\n  depth: 1\n  durability: 1\n' } },
  { topic: '/volatile', metadata: { offered_qos_profiles: '- durability: 2\n' } },
  {
    topic: '/speed',
    messageEncoding: 'ros1',
    schema: { name: 'pkg/Speed', encoding: 'ros1msg', data: Buffer.from('float32 mps\nuint64 count\n') },
  },
];
const [IMU, ODOM, CAM, TF_STATIC, CAMERA_INFO, MAP, VOLATILE, SPEED] = [0, 1, 2, 3, 4, 5, 6, 7];

const noise = (bytes: number, seed: number): Buffer => {
  const data = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4) data.writeUInt32LE(Math.imul(seed * 4099 + at, 2654435761) >>> 0, at);
  return data;
};

const at = (
  channel: number,
  logTimeNs: bigint,
  sequence = 0,
  data: Uint8Array = noise(16, sequence),
): GivenMessage => ({
  channel,
  sequence,
  logTimeNs,
  data,
});

/** Each of `count` messages `everyNs` after the other. */
const many = (channel: number, count: number, everyNs: bigint, bytes: number): GivenMessage[] =>
  Array.from({ length: count }, (_, i) => at(channel, BigInt(i) * everyNs, i, noise(bytes, i)));

async function driveOf(messages: readonly GivenMessage[], cuts = { chunkMessages: 2000, innerMessages: 100 }) {
  const drive = new LandedDrive({ ...cuts, compression: '' });
  await drive.add({ path: 'r', channels: CHANNELS, messages });
  return drive;
}

async function sliced(drive: LandedDrive, request: Partial<ExportRequest>, format: SliceFormat = 'mcap') {
  const planned = await planSlice(drive.catalog, { ...drive.key, ...request }, format);
  const slice = JSON.parse(JSON.stringify(planned)) as typeof planned;
  const parts: Uint8Array[] = [];
  const deps: ExportDeps = {
    store: drive.store,
    decompressors,
    crc32: (bytes, previous) => crc32(bytes, previous) >>> 0,
    compressor: plainCompressor,
    append: async (bytes) => void parts.push(...bytes.map((part) => part.slice())),
  };
  drive.store.reads.length = 0;
  const result = await runSlice(slice, deps);
  return { slice, result, deps, file: Buffer.concat(parts), tag: sliceTag(slice, ['1']) };
}

async function topicsIn(file: Uint8Array): Promise<string[]> {
  const reader = await indexedReaderOf(file, decompressors);
  const topics: string[] = [];
  for await (const { channelId, logTime } of reader.readMessages()) {
    topics.push(`${reader.channelsById.get(channelId)?.topic} ${logTime}`);
  }
  return topics;
}

describe('a slice', () => {
  it('of 30 s of one thin topic takes 4 requests, and twice the bytes of its inner chunks and 256 KiB at most', async () => {
    // Two windows of a shared group, each of many inner chunks whose indexes lie between them, and a camera beside.
    const thin = [...many(IMU, 12_000, SECOND / 100n, 300), ...many(ODOM, 12_000, SECOND / 100n, 300)];
    thin.sort((a, b) => Number(a.logTimeNs - b.logTimeNs));
    const drive = await driveOf([...thin, ...many(CAM, 120, SECOND, 50_000)], {
      chunkMessages: 12_000,
      innerMessages: 1000,
    });
    const request = { topics: ['/imu'], startNs: 45n * SECOND, endNs: 75n * SECOND };
    const { result, slice, deps } = await sliced(drive, request);
    expect(result).toMatchObject({ messages: 3000, requests: drive.store.reads.length });
    expect(result.requests).toBeLessThanOrEqual(4);
    const objects: ManifestObject[] = [];
    for await (const object of manifestObjects(slice.plan, deps)) objects.push(object);
    const touched = objects.flatMap(({ innerChunks }) => innerChunks).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(result.bytesRead).toBeLessThanOrEqual(2 * touched + 256 * 1024);
    const camera = new Set(drive.facts.filter(({ group }) => group === '/cam').map(({ object }) => object));
    expect(drive.store.reads.filter(({ name }) => camera.has(name))).toEqual([]);
  });

  it('has the same bytes and tag each time, and another tag for another selection, generation or version', async () => {
    const drive = await driveOf([...many(IMU, 500, SECOND, 40), ...many(ODOM, 500, SECOND, 40)]);
    const request = { topics: ['/imu'], startNs: MINUTE, endNs: 3n * MINUTE };
    const [one, two] = [await sliced(drive, request), await sliced(drive, request)];
    expect(one.file.equals(two.file)).toBe(true);
    expect(two.tag).toBe(one.tag);
    const others = [
      (await sliced(drive, { ...request, topics: ['/odom'] })).tag,
      (await sliced(drive, { ...request, endNs: 2n * MINUTE })).tag,
      (await sliced(drive, request, 'ndjson')).tag,
      sliceTag(one.slice, ['2']),
    ];
    drive.views['chunks'] = drive.rows('chunks').map((row) => ({ ...row, generation: 'another' }));
    others.push((await sliced(drive, request)).tag);
    expect(new Set([one.tag, ...others]).size).toBe(6);
    drive.rows('drives')[0] = { ...drive.rows('drives')[0], state: 'indexed' };
    expect((await sliced(drive, request)).tag).toBe(others.at(-1));
  });

  it('says in itself what is missing in it, and of nothing else', async () => {
    const drive = await driveOf(many(IMU, 100, SECOND, 16));
    const run = (topic: string, start: bigint | null, end: bigint | null, state: string, reason: string | null) =>
      drive.row('coverage', {
        topic,
        start_ns: start?.toString() ?? null,
        end_ns: end?.toString() ?? null,
        state,
        reason,
      });
    run('/imu', 0n, 99n * SECOND, 'indexed', null);
    run('/imu', 40n * SECOND, 50n * SECOND, 'lost', 'corrupt-chunk');
    run('/imu', 90n * SECOND, 95n * SECOND, 'in-flight', null);
    run('/odom', 40n * SECOND, 50n * SECOND, 'in-flight', null);
    run('/secret', null, null, 'lost', 'withheld');
    const request = { topics: ['/imu', '/secret'], startNs: 30n * SECOND, endNs: 60n * SECOND };
    const { file, slice } = await sliced(drive, request);
    const missing = [
      { topic: '/imu', startTime: '40000000000', endTime: '50000000000', state: 'lost', reason: 'corrupt-chunk' },
      { topic: '/secret', startTime: null, endTime: null, state: 'lost', reason: 'withheld' },
    ];
    expect(slice.note.missing).toEqual(missing);
    const reader = await indexedReaderOf(file, decompressors);
    const records = [];
    for await (const record of reader.readMetadata({ name: SLICE_METADATA })) records.push(record.metadata);
    expect(records.map((entries) => JSON.parse(entries.get('missing') ?? '') as unknown)).toEqual([missing]);
    const lines = (await sliced(drive, request, 'ndjson')).file.toString().trim().split('\n');
    expect(lines).toHaveLength(31);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ slice: { missing, messages: 30 } });
  });

  it('leaves JSON as it is, digit by digit, decodes what a schema explains, and carries all else as base64', async () => {
    const [big, broken] = ['{"n":\n12345678901234567890}', '{"n":'];
    const drive = await driveOf([
      at(IMU, 1n, 1, Buffer.from(big)),
      at(IMU, 2n, 2, Buffer.from(broken)),
      at(ODOM, 3n, 3, Buffer.from([0, 255])),
      at(SPEED, 4n, 4, Buffer.from('0000c03fffffffffffffffff', 'hex')),
      at(SPEED, 5n, 5, Buffer.from([1])),
    ]);
    const [first, second, third, decoded, short] = (await sliced(drive, {}, 'ndjson')).file.toString().split('\n');
    expect(first).toContain('"message":{"n": 12345678901234567890}}');
    expect(JSON.parse(first ?? '')).toMatchObject({ topic: '/imu', logTime: '1', sequence: 1, encoding: 'json' });
    expect(JSON.parse(second ?? '')).toMatchObject({ data: Buffer.from(broken).toString('base64') });
    expect(JSON.parse(third ?? '')).toMatchObject({ topic: '/odom', encoding: 'cdr', data: 'AP8=' });
    expect(JSON.parse(decoded ?? '')).toMatchObject({ message: { mps: 1.5, count: '18446744073709551615' } });
    expect(JSON.parse(short ?? '')).toMatchObject({ topic: '/speed', data: 'AQ==' });
  });
});

describe('the primer of a slice', () => {
  const messages = [
    at(TF_STATIC, 1n * SECOND, 1),
    at(TF_STATIC, 2n * SECOND, 2),
    at(CAMERA_INFO, 3n * SECOND, 3),
    at(CAMERA_INFO, 4n * SECOND, 4),
    at(MAP, 5n * SECOND, 5),
    at(VOLATILE, 6n * SECOND, 6),
    at(IMU, 7n * SECOND, 7),
    at(ODOM, 8n * SECOND, 8),
    at(IMU, 100n * SECOND, 9),
    at(TF_STATIC, 101n * SECOND, 10),
    at(ODOM, 102n * SECOND, 11),
  ];
  const request = { topics: ['/imu'], startNs: 90n * SECOND, endNs: 200n * SECOND };
  const state = ['/tf_static 1000000000', '/tf_static 2000000000', '/cam/camera_info 4000000000', '/map 5000000000'];

  it('is the state that latched topics, static transforms and calibrations left, asked for or not', async () => {
    const { file } = await sliced(await driveOf(messages), { ...request, primer: 'state' });
    expect(await topicsIn(file)).toEqual([...state, '/imu 100000000000']);
  });

  it('is the last message of each channel that is asked for, or both', async () => {
    const drive = await driveOf(messages);
    const last = await sliced(drive, { ...request, primer: 'last' });
    expect(await topicsIn(last.file)).toEqual(['/imu 7000000000', '/imu 100000000000']);
    const all = await sliced(drive, { ...request, primer: 'all' });
    expect(await topicsIn(all.file)).toEqual([...state, '/imu 7000000000', '/imu 100000000000']);
  });

  it('reads nothing before the start when none is wanted', async () => {
    const drive = await driveOf(messages);
    expect(await topicsIn((await sliced(drive, request)).file)).toEqual(['/imu 100000000000']);
    const before = drive.facts.filter(({ windowStart }) => windowStart === '0').map(({ object }) => object);
    expect(drive.store.reads.filter(({ name }) => before.includes(name))).toEqual([]);
  });

  it('takes the newest 256 static transforms, and no more', async () => {
    const drive = await driveOf([...many(TF_STATIC, 400, SECOND / 10n, 16), at(IMU, 100n * SECOND)], {
      chunkMessages: 50,
      innerMessages: 10,
    });
    const topics = await topicsIn((await sliced(drive, { ...request, primer: 'state' })).file);
    expect(topics).toHaveLength(257);
    expect(topics[0]).toBe('/tf_static 14400000000');
  });
});
