/**
 * One large MCAP file with an index, as a car's recorder writes it: cameras, lidar and everything small, in chunks of 1 MiB
 * without compression, 3,100 messages and 9 MB a second. What is in the payloads plays no part in an inspection.
 */
import { open } from 'node:fs/promises';
import { McapWriter } from '@mcap/core';

const START_NS = 1_772_547_720_000_000_000n;
const CHUNK_BYTES = 1024 * 1024;
const WRITE_BYTES = 8 * 1024 * 1024;

interface Sensor {
  readonly topic: string;
  readonly schemaName: string;
  readonly rateHz: number;
  readonly bytes: number;
}

const SENSORS: readonly Sensor[] = [
  { topic: '/camera/front/image/compressed', schemaName: 'sensor_msgs/msg/CompressedImage', rateHz: 10, bytes: 95_000 },
  { topic: '/camera/rear/image/compressed', schemaName: 'sensor_msgs/msg/CompressedImage', rateHz: 10, bytes: 95_000 },
  { topic: '/lidar/top/points', schemaName: 'sensor_msgs/msg/PointCloud2', rateHz: 10, bytes: 690_000 },
  { topic: '/perception/objects', schemaName: 'objects', rateHz: 10, bytes: 13_000 },
  { topic: '/can/powertrain', schemaName: 'can_msgs/msg/Frame', rateHz: 1840, bytes: 40 },
  { topic: '/can/chassis', schemaName: 'can_msgs/msg/Frame', rateHz: 512, bytes: 40 },
  { topic: '/can/radar', schemaName: 'can_msgs/msg/Frame', rateHz: 400, bytes: 40 },
  { topic: '/imu/data', schemaName: 'sensor_msgs/msg/Imu', rateHz: 200, bytes: 320 },
  { topic: '/odometry', schemaName: 'nav_msgs/msg/Odometry', rateHz: 50, bytes: 720 },
  { topic: '/tf', schemaName: 'tf2_msgs/msg/TFMessage', rateHz: 50, bytes: 100 },
  { topic: '/gnss/fix', schemaName: 'sensor_msgs/msg/NavSatFix', rateHz: 10, bytes: 125 },
  { topic: '/diagnostics', schemaName: 'diagnostic_msgs/msg/DiagnosticArray', rateHz: 1, bytes: 900 },
];

/** The lidar is silent for so long in the middle: an inspection must find it. */
export const LIDAR_SILENT_S = 31;

/** Writes about `bytes` bytes. */
export async function writeLongRecording(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'wx');
  let at = 0n;
  let parts: Uint8Array[] = [];
  let partBytes = 0;
  const flush = async (): Promise<void> => {
    await file.appendFile(Buffer.concat(parts));
    parts = [];
    partBytes = 0;
  };
  const writable = {
    position: () => at,
    write: async (part: Uint8Array): Promise<void> => {
      at += BigInt(part.byteLength);
      partBytes += part.byteLength;
      // A copy: the writer reuses its buffer.
      parts.push(new Uint8Array(part));
      if (partBytes >= WRITE_BYTES) await flush();
    },
  };
  const writer = new McapWriter({ writable, chunkSize: CHUNK_BYTES });
  await writer.start({ profile: 'ros2', library: 'pitlane-bench' });
  const channels = await Promise.all(SENSORS.map((sensor) => channelOf(writer, sensor)));
  const perSecond = SENSORS.reduce((sum, { rateHz, bytes: each }) => sum + rateHz * each, 0);
  const lastsMs = Math.round((bytes / perSecond) * 1000);
  const silentMs = { from: lastsMs / 2, to: lastsMs / 2 + LIDAR_SILENT_S * 1000 };
  for (const { sensor, index, dueMs } of inOrder(lastsMs)) {
    const isSilent = sensor.topic.startsWith('/lidar') && dueMs >= silentMs.from && dueMs < silentMs.to;
    if (isSilent) continue;
    const logTime = START_NS + BigInt(Math.round(dueMs * 1e6));
    const channelId = channels[index]?.channelId as number;
    await writer.addMessage({
      channelId,
      sequence: 0,
      logTime,
      publishTime: logTime,
      data: channels[index]?.data as Uint8Array,
    });
  }
  await writer.end();
  await flush();
  await file.close();
}

async function channelOf(writer: McapWriter, { topic, schemaName, bytes }: Sensor) {
  const schemaId = await writer.registerSchema({ name: schemaName, encoding: 'ros2msg', data: new Uint8Array(0) });
  const channel = { topic, schemaId, messageEncoding: 'cdr', metadata: new Map<string, string>() };
  return {
    channelId: await writer.registerChannel(channel),
    data: new Uint8Array(bytes).map((_, i) => (i * 2_654_435_761) >>> 24),
  };
}

/** The sensors' messages in the order of their times. */
function* inOrder(lastsMs: number): Generator<{ sensor: Sensor; index: number; dueMs: number }> {
  const counts = SENSORS.map(() => 0);
  for (;;) {
    let next = 0;
    let dueMs = Number.POSITIVE_INFINITY;
    SENSORS.forEach(({ rateHz }, index) => {
      const due = ((counts[index] as number) * 1000) / rateHz;
      if (due < dueMs) [next, dueMs] = [index, due];
    });
    if (dueMs > lastsMs) return;
    counts[next] = (counts[next] as number) + 1;
    yield { sensor: SENSORS[next] as Sensor, index: next, dueMs };
  }
}
