import { readFileSync } from 'node:fs';
import path from 'node:path';
import { utf8FromBytes } from '@pitlane/base/bytes';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import type { ReadRecording } from '../../../test/support/read-recording.ts';
import { requireData } from '../../../test/support/requires.ts';
import { DEFAULT_READ_LIMITS } from '../recording/index.ts';
import { collectUlog } from './collect-ulog.fixture.ts';
import { ulog } from './index.ts';

const data = requireData();
const logFile = (name: string): Uint8Array => new Uint8Array(readFileSync(path.join(data ?? '', 'ulog', name)));

const vehicleMessages = ({ messages }: ReadRecording) =>
  messages.filter(({ channel }) => channel.messageEncoding === 'ulog');

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** What pyulog 1.3.0 says of them. */
const FACTS = [
  {
    name: 'sample.ulg',
    messages: 64_542,
    topics: 15,
    channels: 43,
    seconds: 68.993_33,
    dropouts: [0, 26, 31, 62],
    texts: 4,
    changes: 6,
    library: 'PX4 fd483321a5cf50ead91164356d15aa474643aa73',
    some: { '/sensor_combined': 17_070, '/vehicle_attitude': 6461, '/cpuload': 69, '/vehicle_status': 294 },
    parameters: { ATT_W_ACC: '0.2', ATT_MAG_DECL: '0.0' },
    parameterCount: 493,
  },
  {
    name: 'sample_log_small.ulg',
    messages: 14_604,
    topics: 70,
    channels: 72,
    seconds: 1174.058_246,
    dropouts: [30],
    texts: 3,
    changes: 0,
    library: 'PX4 8583f1da30b63154d6ba0bc187d86135dfe33cf9',
    some: { '/actuator_outputs/1': 65, '/sensor_gyro/2': 6, '/vehicle_imu_status/1': 7, '/mission': 1 },
    parameters: { ASPD_BETA_GATE: '1', ASPD_BETA_NOISE: '0.3' },
    parameterCount: 980,
  },
  {
    name: 'sample_px4_events.ulg',
    messages: 29_480,
    topics: 69,
    channels: 84,
    headChannels: 83,
    seconds: 31.136,
    dropouts: [],
    texts: 18,
    changes: 0,
    library: 'PX4 cb09dde606861b90e38b1682eebd3fd91be17ab7',
    some: { '/ekf2_timestamps': 7783, '/esc_status': 126, '/telemetry_status/3': 31, '/event': 38 },
    parameters: { BAT1_CAPACITY: '-1.0', BAT1_R_INTERNAL: '0.005' },
    parameterCount: 875,
  },
];

describe.skipIf(data === undefined)('real logs', () => {
  it.each(FACTS)('reads $name whole', async (facts) => {
    const read = await collectUlog(logFile(facts.name));
    expect([read.losses, read.opaque]).toEqual([[], undefined]);
    const messages = vehicleMessages(read);
    const counts = countsOf(messages.map(({ channel }) => channel.topic));
    expect([messages.length, Object.keys(counts).length]).toEqual([facts.messages, facts.topics]);
    expect(counts).toMatchObject(facts.some);
    const json = countsOf(read.messages.filter((one) => !messages.includes(one)).map(({ channel }) => channel.topic));
    expect(json['/logged_messages']).toBe(facts.texts);
    expect(json['/parameter_changes'] ?? 0).toBe(facts.changes);
    const dropouts = read.messages.filter(({ channel }) => channel.topic === '/dropouts');
    const durations = dropouts.map((one) => (JSON.parse(utf8FromBytes(one.data)) as { duration: number }).duration);
    expect(durations).toEqual(facts.dropouts);
    expect(read.notes.length).toBe(facts.dropouts.length > 0 ? 1 : 0);
    expect(read.channels.filter(({ messageEncoding }) => messageEncoding === 'ulog').length).toBe(facts.channels);
    const startUs = BigInt(read.metadata.find(({ name }) => name === 'ulog.header')?.entries.get('timestamp_us') ?? 0);
    const lastNs = messages.reduce((latest, { logTimeNs }) => (logTimeNs > latest ? logTimeNs : latest), 0n);
    expect(Number(lastNs / 1000n - startUs) / 1e6).toBeCloseTo(facts.seconds, 6);
    const parameters = read.metadata.find(({ name }) => name === 'ulog.parameters')?.entries ?? new Map();
    expect(parameters.size).toBe(facts.parameterCount);
    expect(Object.fromEntries(parameters)).toMatchObject(facts.parameters);
  });

  it.each(FACTS)('inspects $name alike', async ({ name, library, channels, headChannels = channels }) => {
    const tools = { decompressors: {} as never, limits: DEFAULT_READ_LIMITS };
    const inspection = await ulog.inspect(memorySource(logFile(name)), tools);
    expect([inspection.profile, inspection.library]).toEqual(['px4', library]);
    expect(inspection.topics.filter(({ schemaName }) => !schemaName.startsWith('ulog.')).length).toBe(headChannels);
    expect(inspection.startTimeNs).toBeGreaterThan(0n);
  });

  it('gives the values that were logged', async () => {
    const attitude = vehicleMessages(await collectUlog(logFile('sample.ulg'))).filter(
      ({ channel }) => channel.topic === '/vehicle_attitude',
    )[100]?.data;
    const view = new DataView(attitude?.buffer ?? new ArrayBuffer(0), attitude?.byteOffset ?? 0);
    expect(view.getBigUint64(0, true)).toBe(113_696_706n);
    expect(view.getFloat32(8, true)).toBeCloseTo(-0.000_207_033_59, 10);
    expect(view.getFloat32(20, true)).toBeCloseTo(0.954_702_85, 7);
    expect(view.getFloat32(32, true)).toBeCloseTo(-0.290_701_72, 7);
  });

  it('gives the schema of a message with nested ones', async () => {
    const { channels } = await collectUlog(logFile('sample_px4_events.ulg'));
    const lines = utf8FromBytes(
      channels.find(({ topic }) => topic === '/esc_status')?.schema?.data ?? new Uint8Array(0),
    ).split('\n');
    expect(lines.map((line) => line.split(':')[0])).toEqual(['esc_status', 'esc_report']);
    expect(lines[0]).toContain('esc_report[8] esc;');
  });
});
