/** A drive of two minutes as the map, the preview and the rates ask for it: there and back along a street, with a gap. */
import { sharpScaler } from '@pitlane/image-scaler-sharp';
import { objectOf } from '../../../../../test/support/chunk-object.ts';
import { answerDrive, driveAnswers } from './drive.fixture.ts';
import { type FakeNode, fakeDrive } from '../../../fake-node.fixture.ts';
import type { TrackAnswer } from './map/track.ts';

/** 2026-03-12T08:15:00Z */
export const START_NS = 1_773_303_300_000_000_000n;
export const SECONDS = 120;
export const DRIVE_ID = fakeDrive(1).driveId;
const PREVIEW_ID = 'a'.repeat(64);

export const timeAt = (seconds: number): bigint => START_NS + BigInt(Math.round(seconds * 1e9));

/** East for a minute, and back on the same street; nothing is known from 80 s to 100 s. */
export const lngAt = (seconds: number): number => 11.57 + 0.02 * (1 - Math.abs(1 - seconds / 60));
export const LAT_DEG = 48.137;
export const GAP_S = [80, 100] as const;

const pointsOf = (fromS: number, toS: number): TrackAnswer['segments'][number]['points'] =>
  Array.from({ length: toS - fromS + 1 }, (_, i) => {
    const seconds = fromS + i;
    return [lngAt(seconds), LAT_DEG, String(timeAt(seconds)), i === 0 ? null : seconds > 60 ? 25 : 8] as const;
  });

export const TRACK: TrackAnswer = {
  segments: [{ points: pointsOf(0, GAP_S[0]) }, { points: pointsOf(GAP_S[1], SECONDS) }],
};

/** Grey from dark to light as time goes on. @returns the shade of the frame of that second, 0 to 255 */
export const shadeAt = (second: number): number => 20 + second * 15;
const CAMERAS = ['/camera/front', '/camera/rear'];
/** A frame each so many seconds. */
export const FRAME_EVERY_S = 10;

async function jpegOf(shade: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(160 * 90 * 3).fill(shade);
  const picture = { kind: 'raw', bytes, width: 160, height: 90, layout: 'rgb', rowBytes: 160 * 3 } as const;
  const scaled = await sharpScaler().scale(picture, 160);
  if (!scaled) throw new Error('the picture could not be made');
  return scaled.jpeg;
}

export async function previewFile(): Promise<Uint8Array> {
  const schema = { name: 'foxglove.CompressedImage', encoding: 'jsonschema', data: Buffer.from('{}') };
  const channels = CAMERAS.map((topic, index) => ({ topic, index, twin: 0, messageEncoding: 'json', schema }));
  const seconds = Array.from({ length: SECONDS / FRAME_EVERY_S }, (_, i) => i);
  const messages = await Promise.all(
    seconds.flatMap((i) =>
      CAMERAS.map(async (_, channel) => ({
        channel,
        sequence: i,
        logTimeNs: timeAt(i * FRAME_EVERY_S),
        data: Buffer.from(
          JSON.stringify({ format: 'jpeg', data: Buffer.from(await jpegOf(shadeAt(i))).toString('base64') }),
        ),
      })),
    ),
  );
  return (await objectOf(messages, channels, { innerMessages: 5, compression: 'zstd' }, '')).bytes;
}

const ROW = { driveId: DRIVE_ID, tenant: 'default', vehicleId: 'car-7' };
const FROZEN = {
  ...ROW,
  ordinal: 1,
  topic: '/camera/rear',
  kind: 'frozen',
  severity: 'error',
  startTime: String(timeAt(38)),
  endTime: String(timeAt(62)),
  expected: null,
  occurrences: 1,
  seen: 24_000,
  unit: 'ms',
  text: '/camera/rear froze for 24 s',
};
const SLOW = { ...FROZEN, ordinal: 0, topic: '/imu', kind: 'rate', expected: 100_000, seen: 80_000, unit: 'mHz' };

/** Of `/v1/drives/…/rates`: `/imu` comes 80 times a second, and was silent with the positions. */
function ratesOf({ start, end, buckets }: Readonly<Record<string, string>>): object {
  const [startNs, count] = [BigInt(start ?? START_NS), Number(buckets ?? 200)];
  const bucketNs = (BigInt(end ?? timeAt(SECONDS)) - startNs) / BigInt(count) + 1n;
  const perBucket = Number(bucketNs) / 1e9;
  const isSilent = (i: number): boolean => {
    const seconds = Number(startNs + bucketNs * BigInt(i) - START_NS) / 1e9;
    return seconds >= GAP_S[0] && seconds < GAP_S[1];
  };
  const imu = Array.from({ length: count }, (_, i) => (isSilent(i) ? 0 : 80 * perBucket));
  const topics = [
    { topic: '/imu', messages: imu },
    { topic: '/camera/front', messages: imu.map(() => 10 * perBucket) },
  ];
  return {
    startTime: String(startNs),
    endTime: String(startNs + bucketNs * BigInt(count)),
    bucketNs: String(bucketNs),
    topics,
  };
}

export async function answerParts(node: FakeNode): Promise<void> {
  const preview = await previewFile();
  const span = { startTime: String(START_NS), endTime: String(timeAt(SECONDS)) };
  const previewRow = {
    ...ROW,
    ...span,
    previewId: PREVIEW_ID,
    path: 'drive.mcap',
    topics: CAMERAS,
    messages: 24,
    frames: 24,
  };
  const answers = driveAnswers(span);
  const topic = { schemaName: null, messages: 1200, bytes: 1e6, ...span };
  Object.assign(answers.lists, {
    coverage: [{ topic: '/imu', state: 'indexed', reason: null, messages: 8000, ...span }],
    topics: [{ ...topic, topic: '/camera/front', meanHz: 10 }],
    findings: [SLOW, FROZEN],
    previews: [{ ...previewRow, notes: ['without video, point clouds and other large messages: /lidar/top'] }],
  });
  answerDrive(node, answers);
  node.answer('GET', '/v1/drives/:driveId/track', () => TRACK);
  node.answer('GET', '/v1/drives/:driveId/rates', ({ query }) => ratesOf(query));
  node.answer('GET', '/v1/previews/:previewId', () => Buffer.from(preview));
}
