import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { timeNsFromText } from '@pitlane/base/time';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { event } from '../../../test/support/write-openpilot.ts';
import type { Channel } from '../recording/index.ts';
import { stampReadersOf } from './index.ts';

interface ChannelFields {
  readonly encoding: string;
  readonly topic?: string;
  readonly type?: string;
  readonly schemaEncoding?: string;
  readonly definition?: string;
}

const channelOf = ({ encoding, topic = '/t', type, schemaEncoding = '', definition = '' }: ChannelFields): Channel => ({
  index: 0,
  topic,
  messageEncoding: encoding,
  metadata: new Map(),
  schema: type === undefined ? undefined : { name: type, encoding: schemaEncoding, data: bytesFromUtf8(definition) },
});

/** What each source says of a message, as text. */
function said(channel: Channel, data: Uint8Array): Record<string, string | undefined> {
  return Object.fromEntries(stampReadersOf(channel).map(({ source, read }) => [source, read(data)?.toString()]));
}

/** Bytes from numbers with their sizes; text as its bytes. */
function packed(...parts: readonly (readonly [kind: 'i8' | 'u16' | 'u32' | 'u64', value: number] | string)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(part, 'latin1');
      const [kind, value] = part;
      const bytes = Buffer.alloc({ i8: 1, u16: 2, u32: 4, u64: 8 }[kind]);
      if (kind === 'i8') bytes.writeInt8(value);
      else if (kind === 'u16') bytes.writeUInt16LE(value);
      else if (kind === 'u32') bytes.writeUInt32LE(value >>> 0);
      else bytes.writeBigUInt64LE(BigInt(value));
      return bytes;
    }),
  );
}

const CDR_HEAD = '\u0000\u0001\u0000\u0000';
const stamp = [
  ['u32', 1_782_937_283],
  ['u32', 250_000_000],
] as const;
const STAMP_NS = '1782937283250000000';

describe('a ROS header', () => {
  const imu = { type: 'sensor_msgs/msg/Imu', encoding: 'cdr' };

  it('is read where it comes first, in ROS 1 and ROS 2, of types that are known or that define it', () => {
    const cdr = packed(CDR_HEAD, ...stamp, ['u32', 4], 'imu\0');
    const ros1 = packed(['u32', 7], ...stamp, ['u32', 3], 'imu');
    expect(said(channelOf(imu), cdr)).toEqual({ header: STAMP_NS });
    expect(said(channelOf({ type: 'sensor_msgs/Imu', encoding: 'ros1' }), ros1)).toEqual({ header: STAMP_NS });
    const definition = '# an own type\n\nuint8 KIND=1\nstd_msgs/Header header\nfloat64 x\n';
    expect(said(channelOf({ type: 'own/msg/Radar', encoding: 'cdr', definition }), cdr)).toEqual({ header: STAMP_NS });
    const other = channelOf({ type: 'own/msg/Other', encoding: 'cdr', definition: 'float64 x\nHeader header\n' });
    expect(said(other, cdr)).toEqual({});
  });

  it('that nobody set, that is cut short, in another byte order or with too many nanoseconds says nothing', () => {
    const wrong = [
      packed(CDR_HEAD, ['u32', 0], ['u32', 0], ['u32', 1], '\0'),
      packed(CDR_HEAD, ['u32', 1]),
      packed('\0\0\0\0', ...stamp),
      packed(CDR_HEAD, ['u32', 1], ['u32', 1_000_000_000]),
      packed(CDR_HEAD, ['u32', -1], ['u32', 0]),
      new Uint8Array(0),
    ];
    for (const data of wrong) expect(said(channelOf(imu), data)).toEqual({ header: undefined });
  });

  it('of a position counts as a fix only when the receiver has one', () => {
    const channel = channelOf({ type: 'sensor_msgs/msg/NavSatFix', encoding: 'cdr' });
    const withStatus = (status: number) => packed(CDR_HEAD, ...stamp, ['u32', 5], 'gnss\0', ['i8', status], 'rest');
    expect(said(channel, withStatus(0))).toEqual({ header: STAMP_NS, fix: STAMP_NS });
    expect(said(channel, withStatus(2))).toEqual({ header: STAMP_NS, fix: STAMP_NS });
    expect(said(channel, withStatus(-1))).toEqual({ header: STAMP_NS, fix: undefined });
  });

  it('is followed by the reference of a TimeReference, behind the frame and its padding', () => {
    const own = [
      ['u32', 90],
      ['u32', 5],
    ] as const;
    const cdr = packed(CDR_HEAD, ...own, ['u32', 2], 'g\0\0\0', ...stamp, ['u32', 4], 'gps\0');
    const ros1 = packed(['u32', 1], ...own, ['u32', 1], 'g', ...stamp, ['u32', 3], 'gps');
    const expected = { header: '90000000005', reference: STAMP_NS };
    expect(said(channelOf({ type: 'sensor_msgs/msg/TimeReference', encoding: 'cdr' }), cdr)).toEqual(expected);
    expect(said(channelOf({ type: 'sensor_msgs/TimeReference', encoding: 'ros1' }), ros1)).toEqual(expected);
    const long = packed(['u32', 1], ...own, ['u32', 0xffff_ffff], 'g', ...stamp);
    expect(said(channelOf({ type: 'sensor_msgs/TimeReference', encoding: 'ros1' }), long).reference).toBeUndefined();
  });
});

describe('a satellite receiver', () => {
  it('says UTC in RMC while it is valid, and in ZDA', () => {
    const rmc = channelOf({ encoding: 'nmea', topic: '/nmea/GPRMC' });
    const at = timeNsFromText('2026-07-01T20:21:23.25Z').toString();
    const sentence = (status: string) =>
      bytesFromUtf8(`$GPRMC,202123.25,${status},4807.038,N,01131.0,E,0,0,010726,,*6A`);
    expect(said(rmc, sentence('A'))).toEqual({ gnss: at });
    expect(said(rmc, sentence('V'))).toEqual({ gnss: undefined });
    const zda = channelOf({ encoding: 'nmea', topic: '/nmea/GNZDA' });
    expect(said(zda, bytesFromUtf8('12:00 $GNZDA,202123.25,01,07,2026,00,00*7A'))).toEqual({ gnss: at });
    expect(stampReadersOf(channelOf({ encoding: 'nmea', topic: '/nmea/GPGGA' }))).toEqual([]);
  });

  it('says UTC in NAV-PVT when all of it is resolved, with fractions before the second too', () => {
    const channel = channelOf({ encoding: 'ubx', topic: '/ubx/01-07' });
    const frame = (valid: number, nanos: number, month = 7) =>
      Buffer.concat([
        packed('\u00b5b\u0001\u0007', ['u16', 92], ['u32', 0], ['u16', 2026], ['i8', month], ['i8', 1]),
        packed(['i8', 20], ['i8', 21], ['i8', 23], ['i8', valid], ['u32', 30], ['u32', nanos], ' '.repeat(72), '  '),
      ]);
    expect(said(channel, frame(7, 250_000_000))).toEqual({
      gnss: timeNsFromText('2026-07-01T20:21:23.25Z').toString(),
    });
    expect(said(channel, frame(7, -1)).gnss).toBe(timeNsFromText('2026-07-01T20:21:22.999999999Z').toString());
    expect(said(channel, frame(3, 0)).gnss).toBeUndefined();
    expect(said(channel, frame(7, 0, 13)).gnss).toBeUndefined();
    expect(said(channel, frame(7, 0).subarray(0, 50)).gnss).toBeUndefined();
  });

  it('says UTC in PX4 logs, where their own format has it, while it has a fix', () => {
    const definition =
      'vehicle_gps_position:uint64_t timestamp;float[2] eph;uint64_t time_utc_usec;uint8_t fix_type;uint8_t[3] _padding0;\nother:uint8_t x;';
    const gps = { encoding: 'ulog', type: 'vehicle_gps_position', schemaEncoding: 'ulog' };
    const message = (micros: number, fix: number) =>
      packed(['u64', 5], ['u64', 0], ['u64', micros], ['i8', fix], '\0\0\0');
    const channel = channelOf({ ...gps, definition });
    expect(said(channel, message(1_782_937_283_250_000, 3))).toEqual({ gnss: STAMP_NS });
    expect(said(channel, message(1_782_937_283_250_000, 1)).gnss).toBeUndefined();
    expect(said(channel, message(0, 3)).gnss).toBeUndefined();
    expect(said(channel, message(1, 3).subarray(0, 20)).gnss).toBeUndefined();
    const nested = 'vehicle_gps_position:uint64_t timestamp;other_t x;uint64_t time_utc_usec;';
    expect(stampReadersOf(channelOf({ ...gps, definition: nested }))).toEqual([]);
    expect(stampReadersOf(channelOf({ ...gps, definition: 'no format' }))).toEqual([]);
  });

  it('says UTC in the points of GPX', () => {
    const json = bytesFromUtf8('{"timestamp":{"sec":1782937283,"nsec":250000000},"latitude":48.1}');
    expect(said(channelOf({ encoding: 'json', type: 'gpx.Point' }), json)).toEqual({ gnss: STAMP_NS });
  });
});

const openpilotChannel = (member: string, discriminant: number): Channel => ({
  ...channelOf({ encoding: 'capnp' }),
  metadata: new Map([
    ['schema', 'cereal/log.capnp'],
    ['member', member],
    ['discriminant', `${discriminant}`],
  ]),
});

it("gives the wall time of openpilot's events, of those that say one", () => {
  const clocks = event({ timeNs: 5n, member: 34, content: [0n, 0n, 0n, BigInt(STAMP_NS)] });
  expect(said(openpilotChannel('clocks', 34), clocks)).toEqual({ reference: STAMP_NS });
  expect(said(openpilotChannel('clocks', 34), clocks.subarray(0, 20))).toEqual({ reference: undefined });
  expect(said(openpilotChannel('carState', 22), clocks)).toEqual({});
});

describe("Foxglove's messages", () => {
  const time = packed('\u0008', varint(1_782_937_283), '\u0010', varint(250_000_000));

  it('say their stamp in JSON near the beginning, and a position fix is a fix', () => {
    const json = bytesFromUtf8('{"latitude":1,"timestamp": {"sec": 1782937283, "nsec": 250000000}}');
    expect(said(channelOf({ encoding: 'json', type: 'foxglove.LocationFix' }), json)).toEqual({
      header: STAMP_NS,
      fix: STAMP_NS,
    });
    expect(said(channelOf({ encoding: 'json', type: 'foxglove.Log' }), bytesFromUtf8('{}'))).toEqual({
      header: undefined,
    });
  });

  it('say their stamp in Protobuf, behind fields that are passed over', () => {
    const image = channelOf({ encoding: 'protobuf', type: 'foxglove.CompressedImage' });
    const inner = packed(String.fromCharCode(time.length), time.toString('latin1'));
    expect(said(image, packed('\n', inner.toString('latin1')))).toEqual({ header: STAMP_NS });
    const location = channelOf({ encoding: 'protobuf', type: 'foxglove.LocationFix' });
    const fields = packed('\u0009', ['u64', 0], '\u0011', ['u64', 0], '\u0032', inner.toString('latin1'));
    expect(said(location, fields)).toEqual({ header: STAMP_NS, fix: STAMP_NS });
    expect(said(location, fields.subarray(0, fields.length - 4)).fix).toBeUndefined();
  });
});

it('gives a time or nothing for whatever bytes and definitions come, and never throws', () => {
  const types = [
    'sensor_msgs/msg/NavSatFix',
    'sensor_msgs/TimeReference',
    'foxglove.LocationFix',
    'sensor_gps',
    'gpx.Point',
  ];
  const channel = fc.record({
    encoding: fc.constantFrom('cdr', 'ros1', 'nmea', 'ubx', 'json', 'protobuf', 'ulog'),
    topic: fc.constantFrom('/nmea/GPRMC', '/nmea/GNZDA', '/ubx/01-07', '/ubx/01-21', '/t'),
    type: fc.constantFrom(...types),
    definition: fc.oneof(
      fc.string(),
      fc.constant('sensor_gps:uint64_t time_utc_usec;'),
      fc.constant(' \n'.repeat(5000)),
    ),
  });
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 120 }),
    fc.uint8Array({ maxLength: 120 }).map((bytes) => new Uint8Array([0, 1, 0, 0, ...bytes])),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => new Uint8Array([0x32, 0xff, 0xff, 0xff, 0xff, 0x0f, ...bytes])),
  );
  fc.assert(
    fc.property(channel, data, (fields, bytes) => {
      for (const { read } of stampReadersOf(channelOf(fields))) {
        const ns = read(bytes);
        expect(ns === undefined || ns >= 0n).toBe(true);
      }
      for (const { read } of stampReadersOf(openpilotChannel('clocks', 34))) read(bytes);
    }),
    { numRuns: 2000 },
  );
});

function varint(value: number): string {
  let text = '';
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) text += String.fromCharCode((rest % 0x80) + 0x80);
  return text + String.fromCharCode(rest);
}
