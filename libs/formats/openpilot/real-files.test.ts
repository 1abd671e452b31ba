import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import zstd from 'zstd-napi';
import { memorySource } from '../../../test/support/byte-source.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { linesOf, readRecording } from '../../../test/support/read-recording.ts';
import { requireData } from '../../../test/support/requires.ts';
import { collectPieces } from '../compressed/collect-pieces.fixture.ts';
import { DEFAULT_READ_LIMITS } from '../recording/index.ts';
import { openpilot } from './index.ts';

const data = requireData();
const LOG = 'openpilot/a2a0ccea32023010/2023-07-27--13-01-19--0/qlog.bz2';
const file = (): Uint8Array => new Uint8Array(readFileSync(path.join(data ?? '', LOG)));

/** What pycapnp 2.2 reads from it with the schema of openpilot 0.9.7. */
const FACTS = {
  events: 11_388,
  streamBytes: 2_999_296,
  startTimeNs: 36_616_625_245n,
  endTimeNs: 98_219_065_261n,
  largestBytes: 95_432,
  streamSha256: 'bdb222349e72dbb1b32077a9c0d300d4b8daa1b703d4a32d5dab83d7a624ce1f',
};
const COUNTS = {
  '/initData': 1,
  '/sentinel': 2,
  '/deviceState': 123,
  '/can': 6,
  '/pandaStates': 123,
  '/peripheralState': 123,
  '/errorLogMessage': 33,
  '/liveCalibration': 61,
  '/managerState': 124,
  '/uiDebug': 1190,
  '/sendcan': 42,
  '/navInstruction': 7,
  '/microphone': 62,
  '/clocks': 61,
  '/gnssMeasurements': 116,
  '/roadCameraState': 61,
  '/wideRoadCameraState': 61,
  '/driverStateV2': 121,
  '/driverCameraState': 61,
  '/driverMonitoringState': 121,
  '/modelV2': 31,
  '/cameraOdometry': 241,
  '/liveLocationKalman': 241,
  '/gpsLocationExternal': 43,
  '/driverEncodeIdx': 1200,
  '/qRoadEncodeIdx': 1200,
  '/roadEncodeIdx': 1200,
  '/wideRoadEncodeIdx': 1200,
  '/thumbnail': 12,
  '/procLog': 2,
  '/mapRenderState': 119,
  '/navModel': 30,
  '/accelerometer': 60,
  '/gyroscope': 59,
  '/temperatureSensor': 58,
  '/magnetometer': 58,
  '/lightSensor': 58,
  '/controlsState': 579,
  '/carState': 579,
  '/onroadEvents': 148,
  '/carControl': 579,
  '/carParams': 2,
  '/liveParameters': 232,
  '/liveTorqueParameters': 232,
  '/radarState': 232,
  '/lateralPlanDEPRECATED': 232,
  '/longitudinalPlan': 232,
  '/uiPlan': 29,
  '/uploaderState': 1,
};

const tools = async () => ({ decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS });

describe.skipIf(data === undefined)('a real qlog.bz2', () => {
  it('is read whole, every event as it stands in the stream', async () => {
    const { messages, channels, losses, notes, attachments, opaque } = await readRecording(
      openpilot,
      memorySource(file()),
    );
    expect([losses, notes, attachments, opaque]).toEqual([[], [], [], undefined]);
    const counts: Record<string, number> = {};
    for (const { channel } of messages) counts[channel.topic] = (counts[channel.topic] ?? 0) + 1;
    expect([messages.length, channels.length, counts]).toEqual([FACTS.events, 49, COUNTS]);
    const times = messages.map(({ logTimeNs }) => logTimeNs).sort((a, b) => (a < b ? -1 : 1));
    expect([times[0], times.at(-1)]).toEqual([FACTS.startTimeNs, FACTS.endTimeNs]);
    expect(Math.max(...messages.map(({ data: bytes }) => bytes.byteLength))).toBe(FACTS.largestBytes);
    const stream = createHash('sha256');
    for (const { data: bytes } of messages) stream.update(bytes);
    expect(stream.digest('hex')).toBe(FACTS.streamSha256);
  });

  it('is the same stream when it was compressed with zstd, or not at all', async () => {
    const { bytes, holes } = await collectPieces(file(), 'bz2');
    expect([bytes.byteLength, holes]).toEqual([FACTS.streamBytes, []]);
    const inBz2 = linesOf((await readRecording(openpilot, memorySource(file()))).messages);
    for (const other of [bytes, new Uint8Array(zstd.compress(bytes))]) {
      const { messages, losses } = await readRecording(openpilot, memorySource(other));
      expect(losses).toEqual([]);
      expect(linesOf(messages)).toEqual(inBz2);
      expect(await openpilot.confirms?.(memorySource(other), await tools())).toBe(true);
    }
  });

  it('says what wrote it, and when by wall time', async () => {
    const { metadata } = await readRecording(openpilot, memorySource(file()));
    const entriesOf = (name: string) => Object.fromEntries(metadata.find((one) => one.name === name)?.entries ?? []);
    expect(entriesOf('openpilot.init_data')).toEqual({
      log_mono_time_ns: '36629898787',
      version: '0.9.4-release',
      git_commit: '1f77acdc68d28fa5c91fe93af8aab956b7da782b',
      git_branch: 'release3-staging',
      git_remote: 'https://github.com/commaai/openpilot.git',
      dongle_id: 'a2a0ccea32023010',
      os_version: '8.2',
    });
    expect(entriesOf('openpilot.wall_time')).toEqual({
      pairs: '61',
      first_log_mono_time_ns: '37476242589',
      first_wall_time_ns: '1690488080673608582',
      last_log_mono_time_ns: '97476193126',
      last_wall_time_ns: '1690488142389950829',
    });
  });

  it('is recognised and inspected from its beginning', async () => {
    const source = memorySource(file());
    expect(openpilot.recognises(file().subarray(0, 4096))).toBe(true);
    expect(await openpilot.confirms?.(source, await tools())).toBe(true);
    const inspection = await openpilot.inspect(source, await tools());
    expect(inspection).toMatchObject({ library: 'openpilot 0.9.4-release', messages: FACTS.events });
    expect(inspection.topics.length).toBe(49);
  });
});

describe.skipIf(data === undefined)('real logs of other formats', () => {
  it('are not taken for openpilot’s', async () => {
    const files = ['mcap', 'bag', 'ulog', 'can', 'gps', 'rosbag2/test_bag'].flatMap((folder) =>
      readdirSync(path.join(data ?? '', folder), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => new Uint8Array(readFileSync(path.join(data ?? '', folder, name)))),
    );
    expect(files.length).toBeGreaterThan(25);
    for (const bytes of files) {
      expect(openpilot.recognises(bytes.subarray(0, 4096))).toBe(false);
      const compressed = memorySource(new Uint8Array(zstd.compress(bytes.subarray(0, 300_000))));
      expect(await openpilot.confirms?.(compressed, await tools())).toBe(false);
    }
  });
});
