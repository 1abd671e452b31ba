import { bytesFromUtf8 } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Channel, Schema } from '@pitlane/formats/recording';
import { fixReaderOf } from './fix-reader.ts';

const schemaOf = (name: string, encoding = '', text = ''): Schema => ({ name, encoding, data: bytesFromUtf8(text) });

const readerOf = (topic: string, messageEncoding: string, schema?: Schema) =>
  fixReaderOf({ index: 0, topic, messageEncoding, metadata: new Map(), schema } satisfies Channel);

const FORMAT = 'vehicle_gps_position:uint64_t timestamp;int32_t[2] lat;uint8_t fix_type;uint8_t[3] _padding0;';
const READERS = {
  gga: readerOf('/nmea/GNGGA', 'nmea'),
  rmc: readerOf('/nmea/GPRMC', 'nmea'),
  ubx: readerOf('/ubx/01-07', 'ubx'),
  ulog: readerOf('/vehicle_gps_position', 'ulog', schemaOf('vehicle_gps_position', 'ulog', FORMAT)),
  ros1: readerOf('/fix', 'ros1', schemaOf('sensor_msgs/NavSatFix')),
  ros2: readerOf('/fix', 'cdr', schemaOf('sensor_msgs/msg/NavSatFix')),
  protobuf: readerOf('/location', 'protobuf', schemaOf('foxglove.LocationFix')),
  json: readerOf('/location', 'json', schemaOf('foxglove.LocationFix')),
} as const;

function navSatFix(encoding: 'ros1' | 'ros2', status: number): Uint8Array {
  const [head, frame] = [Buffer.alloc(12), Buffer.from('gnss\0')];
  if (encoding === 'ros2') head[1] = 1;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(frame.byteLength);
  return Buffer.concat([head, length, frame, Buffer.from([status & 0xff, 0, 1, 0])]);
}

function navPvt(fixType: number, flags: number): Uint8Array {
  const frame = Buffer.alloc(6 + 92 + 2);
  frame.set([0xb5, 0x62, 0x01, 0x07]);
  frame.set([fixType, flags], 6 + 20);
  return frame;
}

function position(latitude: number, longitude: number): Uint8Array {
  const bytes = Buffer.alloc(9 + 9 + 6);
  bytes[0] = 0x09;
  bytes.writeDoubleLE(latitude, 1);
  bytes[9] = 0x11;
  bytes.writeDoubleLE(longitude, 10);
  bytes.set([0x3a, 4, 103, 110, 115, 115], 18);
  return bytes;
}

const text = bytesFromUtf8;

describe('whether there is a fix', () => {
  it.each([
    ['gga', text('$GNGGA,082912.00,4717.11,N,00833.92,E,1,08,1.01,499.6,M,48.0,M,,*5B'), true],
    ['gga', text('$GNGGA,082912.00,,,,,0,00,99.99,,,,,,*7B'), false],
    ['gga', text('12:03:04 $GNGGA,082912.00,,,,,0,00,99.99,,,,,,*7B'), false],
    ['gga', text('$GNGGA,082912.00'), undefined],
    ['rmc', text('$GPRMC,082912.00,A,4717.11,N,00833.92,E,0.004,77.52,091202,,,A*57'), true],
    ['rmc', text('$GPRMC,082912.00,V,,,,,,,091202,,,N*7C'), false],
    ['rmc', text('$GPRMC,,,'), undefined],
    ['ubx', navPvt(3, 1), true],
    ['ubx', navPvt(3, 0), false],
    ['ubx', navPvt(0, 1), false],
    ['ubx', navPvt(3, 1).subarray(0, 20), undefined],
    ['ulog', Buffer.concat([Buffer.alloc(16), Buffer.from([3])]), true],
    ['ulog', Buffer.concat([Buffer.alloc(16), Buffer.from([1])]), false],
    ['ulog', Buffer.alloc(16), undefined],
    ['ros1', navSatFix('ros1', 0), true],
    ['ros1', navSatFix('ros1', -1), false],
    ['ros2', navSatFix('ros2', 2), true],
    ['ros2', navSatFix('ros2', -1), false],
    ['ros2', navSatFix('ros2', -1).subarray(0, 18), undefined],
    ['protobuf', position(47.28, 8.56), true],
    ['protobuf', position(0, 0), false],
    ['protobuf', position(Number.NaN, 8.56), false],
    ['protobuf', Buffer.from([0x3a, 1, 103]), false],
    ['protobuf', position(47.28, 8.56).subarray(0, 12), undefined],
    ['json', text('{"latitude": 47.28, "longitude": 8.56}'), true],
    ['json', text('{"latitude": null, "longitude": null}'), false],
    ['json', text('{"latitude": 47'), undefined],
    ['json', text('null'), undefined],
  ] as const)('%s %o: %s', (kind, data, hasFix) => {
    expect(READERS[kind]?.(data)).toBe(hasFix);
  });

  it('is not asked of what does not say it', () => {
    expect(readerOf('/nmea/GPGSV', 'nmea')).toBeUndefined();
    expect(readerOf('/ubx/02-15', 'ubx')).toBeUndefined();
    expect(readerOf('/fix', 'json', schemaOf('sensor_msgs/NavSatFix'))).toBeUndefined();
    expect(
      readerOf(
        '/gps',
        'ulog',
        schemaOf('vehicle_gps_position', 'ulog', 'vehicle_gps_position:nested_t a;uint8_t fix_type;'),
      ),
    ).toBeUndefined();
    expect(readerOf('/imu', 'cdr', schemaOf('sensor_msgs/msg/Imu'))).toBeUndefined();
    expect(readerOf('/none', 'cdr')).toBeUndefined();
  });

  it('never fails, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...Object.values(READERS)), (data, reader) => {
        expect([true, false, undefined]).toContain(reader?.(data));
      }),
    );
  });
});
