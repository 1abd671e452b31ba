import { crc32 } from 'node:zlib';
import { ZstdPool } from '@pitlane/compressor-zstd';
import type { DriveId, Sha256Hex } from '@pitlane/contracts/identity';
import { PREVIEW_HEAD_BYTES, PREVIEW_METADATA, previewFromEntries } from '@pitlane/contracts/preview';
import { gpx } from '@pitlane/formats/gpx';
import { mcap } from '@pitlane/formats/mcap';
import { DEFAULT_READ_LIMITS } from '@pitlane/formats/recording';
import type { ImageScaler } from '@pitlane/ports/image-scaler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { type GivenMessage, objectOf } from '../../../test/support/chunk-object.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { readRecording } from '../../../test/support/read-recording.ts';
import { type MadePreview, makePreview, type PreviewJob, type PreviewTools } from './index.ts';

const START_NS = 1_772_547_720_000_000_000n;
const [CAMERA, IMU, LIDAR, CABIN, RARE] = [0, 1, 2, 3, 4];
const TOPICS = ['/camera', '/imu', '/lidar', '/cabin/audio', '/rare'];
const SCHEMAS = ['sensor_msgs/CompressedImage', 'sensor_msgs/Imu', 'sensor_msgs/PointCloud2', 'Audio', 'Rare'];
const SECONDS = 300;
const SECRET = 'what was said in the cabin';

/** Makes nothing small: whether it is asked, and what becomes of it, is what counts. */
const scaler: ImageScaler = {
  scale: async (picture, edge) => ({ jpeg: picture.bytes.slice(0, 8), width: edge, height: edge }),
};

let tools: PreviewTools;
const compressor = new ZstdPool(1);
let drive: Uint8Array;

/** Every second a frame, ten samples of the IMU, a cloud and something of the cabin; one message in all of the rare topic. */
function messages(): GivenMessage[] {
  const all: GivenMessage[] = [];
  for (let second = 0; second < SECONDS; second += 1) {
    const at = START_NS + BigInt(second) * 1_000_000_000n;
    const add = (channel: number, ns: number, data: Uint8Array): void =>
      void all.push({ channel, logTimeNs: at + BigInt(ns), sequence: second, data });
    add(
      CAMERA as number,
      0,
      Buffer.concat([Buffer.alloc(40), Buffer.of(0xff, 0xd8, 0xff, 1 + (second % 255)), Buffer.alloc(20_000)]),
    );
    for (let i = 0; i < 10; i += 1) add(IMU as number, i * 100_000_000, Buffer.alloc(200, i));
    add(LIDAR as number, 5, Buffer.alloc(30_000, 7));
    add(CABIN as number, 6, Buffer.from(`${SECRET} ${second}`));
    if (second === 211) add(RARE as number, 7, Buffer.from('once'));
  }
  return all;
}

beforeAll(async () => {
  const channels = TOPICS.map((topic, index) => ({
    topic,
    index,
    twin: 0,
    messageEncoding: 'ros1',
    schema: { name: SCHEMAS[index] as string, encoding: 'ros1msg', data: Buffer.from('float64 x') },
  }));
  drive = (await objectOf(messages(), channels, { innerMessages: 28, compression: '' }, 'ros1')).bytes;
  tools = { decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS, compressor, crc32, scaler };
});
afterAll(() => compressor.close());

const job: PreviewJob = {
  tenant: 'default',
  driveId: 'd-1' as DriveId,
  vehicleId: 'car-1',
  path: 'drive.mcap',
  headSha256: 'b'.repeat(64) as Sha256Hex,
  sourceBytes: 0,
  startTimeNs: START_NS,
  endTimeNs: START_NS + BigInt(SECONDS) * 1_000_000_000n,
  bytesMax: 4 << 20,
  readBytesMax: 2 << 20,
};

const made = async (fields: Partial<PreviewJob> = {}, bytes = drive, format = mcap): Promise<MadePreview> =>
  makePreview({ ...job, sourceBytes: bytes.byteLength, ...fields }, memorySource(bytes), format, tools);

async function opened(preview: MadePreview) {
  if ('leftOut' in preview) throw new Error(preview.leftOut);
  const read = await readRecording(mcap, memorySource(preview.bytes));
  return { ...preview, read, topics: [...new Set(read.messages.map(({ channel }) => channel.topic))].sort() };
}

describe('the preview of a recording with an index', () => {
  it('is of the whole of it, from a small part of its bytes', async () => {
    const { facts, read, topics } = await opened(await made());
    expect(topics).toEqual(['/cabin/audio', '/camera', '/imu', '/rare']);
    expect(facts.topics).toEqual(topics);
    expect(facts.readBytes).toBeLessThan(job.readBytesMax + 200_000);
    expect(drive.byteLength).toBeGreaterThan(7 * job.readBytesMax);
    const seconds = read.messages
      .filter(({ channel }) => channel.topic === '/camera')
      .map(({ logTimeNs }) => Number((logTimeNs - START_NS) / 1_000_000_000n));
    expect(seconds.length).toBe(facts.frames);
    expect(seconds.length).toBeGreaterThan(12);
    expect(Math.max(...seconds)).toBeGreaterThan(0.9 * SECONDS);
    expect(facts.notes).toEqual(['without video, point clouds and other large messages: /lidar']);
  });

  it('has thin messages as they were, one a second at most, and frames as viewers know them, in order of time', async () => {
    const { read } = await opened(await made());
    const times = read.messages.map(({ logTimeNs }) => logTimeNs);
    expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : 1)));
    const [imu, camera] = ['/imu', '/camera'].map((topic) =>
      read.messages.filter(({ channel }) => channel.topic === topic),
    );
    expect(imu?.every(({ data }) => data.byteLength === 200)).toBe(true);
    expect(imu?.[0]?.channel).toMatchObject({ messageEncoding: 'ros1', schema: { name: 'sensor_msgs/Imu' } });
    const gaps = imu?.slice(1).map(({ logTimeNs }, i) => logTimeNs - (imu[i]?.logTimeNs ?? 0n));
    expect(gaps?.every((gap) => gap >= 1_000_000_000n)).toBe(true);
    const frame = JSON.parse(Buffer.from(camera?.[1]?.data ?? []).toString()) as Record<string, unknown>;
    expect(camera?.[1]?.channel).toMatchObject({
      messageEncoding: 'json',
      schema: { name: 'foxglove.CompressedImage' },
    });
    expect(frame).toMatchObject({ format: 'jpeg', frame_id: '' });
    expect(Buffer.from(frame['data'] as string, 'base64').subarray(0, 3)).toEqual(Buffer.of(0xff, 0xd8, 0xff));
  });

  it('says at its head what it is, so that the head alone tells', async () => {
    const { facts, bytes } = await opened(await made());
    const head = await readRecording(mcap, memorySource(bytes.subarray(0, PREVIEW_HEAD_BYTES)));
    const own = head.metadata.find(({ name }) => name === PREVIEW_METADATA);
    expect(previewFromEntries(own?.entries ?? new Map(), 'it')).toEqual(facts);
  });

  it('is the same each time, and another of another drive, whatever the scaler makes of the frames', async () => {
    const first = await opened(await made());
    expect(Buffer.compare((await opened(await made())).bytes, first.bytes)).toBe(0);
    const other = { ...tools, scaler: { scale: async () => ({ jpeg: Buffer.of(1), width: 1, height: 1 }) } };
    const otherwise = await opened(
      await makePreview({ ...job, sourceBytes: drive.byteLength }, memorySource(drive), mcap, other),
    );
    expect(otherwise.facts.previewId).toBe(first.facts.previewId);
    expect((await opened(await made({ driveId: 'd-2' as DriveId }))).facts.previewId).not.toBe(first.facts.previewId);
  });

  it('holds nothing of a topic that may not leave, and names none', async () => {
    for (const filter of [
      { topics: [], exclude: ['/cabin/*'] },
      { topics: ['/imu', '/camera'], exclude: [] },
    ]) {
      const { bytes, read, facts, topics } = await opened(await made({ filter }));
      expect(topics.some((topic) => topic.startsWith('/cabin'))).toBe(false);
      const all = Buffer.concat([bytes, ...read.messages.map(({ data }) => data), Buffer.from(JSON.stringify(facts))]);
      expect(all.includes(SECRET)).toBe(false);
      expect(all.includes('/cabin')).toBe(false);
    }
    expect(await made({ filter: { topics: ['/nothing'], exclude: [] } })).toEqual({
      leftOut: expect.stringContaining('nothing of it may leave') as string,
    });
  });

  it('keeps to its size, and to its end all the same', async () => {
    const { facts, read } = await opened(await made({ bytesMax: 200_000, readBytesMax: 8 << 20 }));
    expect(facts.notes).toContain('fewer messages than else: it would be too large');
    expect(facts.frames).toBeLessThan(7);
    expect(read.messages.reduce((sum, { data }) => sum + data.byteLength, 0)).toBeLessThan(200_000);
    expect(Number(BigInt(facts.endTime ?? 0) - START_NS) / 1e9).toBeGreaterThan(0.8 * SECONDS);
  });

  it('counts frames that could not be made small, and has none of them', async () => {
    expect((await opened(await made())).facts.notes.join()).not.toContain('could not');
    const spoilt = { ...tools, scaler: { scale: async () => undefined } };
    const without = await opened(
      await makePreview({ ...job, sourceBytes: drive.byteLength }, memorySource(drive), mcap, spoilt),
    );
    expect(without.facts.frames).toBe(0);
    expect(without.facts.notes.join()).toMatch(/\d+ frames could not be made small/);
  });
});

describe('the preview of a recording without an index', () => {
  const track = (points: number): Uint8Array =>
    Buffer.from(
      `<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>${Array.from(
        { length: points },
        (_, i) =>
          `<trkpt lat="48.${i}" lon="11"><time>${new Date(1_700_000_000_000 + i * 1000).toISOString()}</time></trkpt>`,
      ).join('')}</trkseg></trk></gpx>`,
    );

  it('is made of all of it where it is small', async () => {
    const { facts } = await opened(await made({}, track(50), gpx));
    expect(facts.messages).toBeGreaterThan(10);
    expect(facts.notes).toEqual([]);
  });

  it('is left out, in words, where it is larger than may be read', async () => {
    const left = await made({ readBytesMax: 1000 }, track(50), gpx);
    expect(left).toEqual({ leftOut: expect.stringMatching(/no index of its chunks/) as string });
  });

  it('is left out of a file that was cut off, and of one that is no log at all', async () => {
    const cut = await made({ readBytesMax: 1 << 20 }, drive.subarray(0, drive.byteLength - 1));
    expect(cut).toEqual({ leftOut: expect.stringMatching(/no index of its chunks/) as string });
    expect(await made({}, Buffer.from('nothing'))).toEqual({ leftOut: 'nothing in it is thin enough, or may leave' });
  });
});
