import { CdrWriter, EncapsulationKind } from '@foxglove/cdr';
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { describe, expect, it } from 'vitest';
import { decoderOf } from './index.ts';
import { descriptorSet, protobufMessage } from './write-protobuf.fixture.ts';

const channel = (messageEncoding: string, schemaName = '', schemaEncoding = '', schema: string | Uint8Array = '') => ({
  messageEncoding,
  schemaName,
  schemaEncoding,
  schemaData: typeof schema === 'string' ? bytesFromUtf8(schema) : schema,
});

async function decoded(of: ReturnType<typeof channel>, data: Uint8Array): Promise<unknown> {
  return (await decoderOf(of))?.(data);
}

/** Parts of a message in the byte order of Intel. */
function packed(...parts: readonly (readonly [kind: 'u8' | 'u32' | 'f64', value: number] | string)[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string')
        return Buffer.concat([Buffer.from(Uint32Array.of(part.length).buffer), Buffer.from(part)]);
      const [kind, value] = part;
      if (kind === 'u8') return Buffer.of(value);
      return Buffer.from(kind === 'u32' ? Uint32Array.of(value).buffer : Float64Array.of(value).buffer);
    }),
  );
}

const ROS_DEFINITION = `std_msgs/Header header
float64 speed
Wheel[] wheels
uint8[2] flags
string[] names
================
MSG: std_msgs/Header
SEQ
string frame_id
================
MSG: own_msgs/Wheel
uint8 KIND = 3
uint32 ticks
`;

describe('a decoder', () => {
  it('reads ROS 1 with lists, nested types, times and constants', async () => {
    const schema = ROS_DEFINITION.replace('SEQ', 'uint32 seq\ntime stamp');
    const header = packed(['u32', 7], ['u32', 100], ['u32', 5], 'base');
    const rest = packed(['f64', 3.5], ['u32', 2], ['u32', 11], ['u32', 12], ['u8', 1], ['u8', 2], ['u32', 1], 'left');
    expect(await decoded(channel('ros1', 'own_msgs/State', 'ros1msg', schema), Buffer.concat([header, rest]))).toEqual({
      header: { seq: 7, stamp: { sec: 100, nsec: 5 }, frame_id: 'base' },
      speed: 3.5,
      wheels: [{ ticks: 11 }, { ticks: 12 }],
      flags: Uint8Array.of(1, 2),
      names: ['left'],
    });
  });

  it('reads CDR by definitions of ROS 2 and by IDL, in both byte orders', async () => {
    const schema = ROS_DEFINITION.replace('SEQ', 'builtin_interfaces/Time stamp');
    const structs = {
      State: `own_msgs::msg::Header header; double speed; sequence<own_msgs::msg::Wheel> wheels; uint8 flags[2];
        sequence<string> names;`,
      Header: 'own_msgs::msg::Stamp stamp; string frame_id;',
      Stamp: 'int32 sec; uint32 nanosec;',
      Wheel: 'uint32 ticks;',
    };
    const modules = Object.entries(structs).map(
      ([name, fields]) => [name, `module own_msgs { module msg { struct ${name} { ${fields} }; }; };`] as const,
    );
    const idl = modules.map(([, text]) => text).join('\n');
    const ros2idl = modules.map(([name, text]) => `${'='.repeat(80)}\nIDL: own_msgs/msg/${name}\n${text}\n`).join('');
    const expected = {
      header: { stamp: { sec: 100, nanosec: 5 }, frame_id: 'base' },
      speed: 3.5,
      wheels: [{ ticks: 11 }, { ticks: 12 }],
      flags: Uint8Array.of(1, 2),
      names: ['left'],
    };
    for (const kind of [EncapsulationKind.CDR_BE, EncapsulationKind.CDR_LE]) {
      const writer = new CdrWriter({ kind }).int32(100).uint32(5).string('base').float64(3.5);
      writer.sequenceLength(2).uint32(11).uint32(12).uint8(1).uint8(2).sequenceLength(1).string('left');
      expect(await decoded(channel('cdr', 'own_msgs/msg/State', 'ros2msg', schema), writer.data)).toEqual(expected);
      expect(await decoded(channel('cdr', 'own_msgs::msg::State', 'omgidl', idl), writer.data)).toEqual(expected);
      expect(await decoded(channel('cdr', 'own_msgs/msg/State', 'ros2idl', ros2idl), writer.data)).toEqual(expected);
    }
  });

  it('reads protobuf by its descriptors, with what was left away and whole 64 bits', async () => {
    const schema = descriptorSet({
      Point: { x: 'double' },
      State: { speed_mps: 'double', ticks: 'int64', points: '.p.Point[]', label: 'string' },
    });
    const data = protobufMessage(schema, 'p.State', { speed_mps: 2.5, ticks: '9007199254740994', points: [{ x: 4 }] });
    expect(await decoded(channel('protobuf', 'p.State', 'protobuf', schema), data)).toEqual({
      speed_mps: 2.5,
      ticks: 9007199254740994n,
      points: [{ x: 4 }],
      label: '',
    });
  });

  it('reads JSON objects, and the formats of PX4 with what they nest and without their padding', async () => {
    expect(await decoded(channel('json', 'any'), bytesFromUtf8('{"speed":[1,{"x":null}]}'))).toEqual({
      speed: [1, { x: null }],
    });
    const schema = 'gps:uint64_t timestamp;fix[2] fixes;char[4] name;uint8_t[3] _padding0;\nfix:float eph;bool ok;';
    const data = Buffer.alloc(8 + 10 + 4);
    data.writeBigUInt64LE(2n ** 60n);
    data.writeFloatLE(0.5, 8);
    data.writeUInt8(1, 12);
    data.write('px4', 18);
    expect(await decoded(channel('ulog', 'gps', 'ulog', schema), data)).toEqual({
      timestamp: 2n ** 60n,
      fixes: [
        { eph: 0.5, ok: true },
        { eph: 0, ok: false },
      ],
      name: 'px4',
    });
  });

  it('reads where a receiver is from its sentences, in degrees with a sign', async () => {
    const said = (text: string) => decoded(channel('nmea'), bytesFromUtf8(text));
    expect(await said('$GPRMC,123519,A,4807.038,N,01131.000,W,022.4,084.4,230394,003.1,W*6A')).toEqual({
      talker: 'GP',
      sentence: 'RMC',
      valid: true,
      latitude: 48 + 7.038 / 60,
      longitude: -(11 + 31 / 60),
      speed_knots: 22.4,
      course_deg: 84.4,
    });
    expect(await said('12:00 $GNGGA,123519,,,,,0,00,99.99,,M,,M,,*5A')).toEqual({
      talker: 'GN',
      sentence: 'GGA',
      quality: 0,
      satellites: 0,
      hdop: 99.99,
    });
    expect(await said('$GPVTG,54.7,T,34.4,M,5.5,N,10.2,K*48')).toMatchObject({ course_deg: 54.7, speed_kmh: 10.2 });
  });

  it('knows nothing of an encoding that is not its own', async () => {
    for (const encoding of ['capnp', 'cbor', '', 'constructor', '__proto__']) {
      expect(await decoderOf(channel(encoding))).toBeUndefined();
    }
    expect(await decoderOf(channel('cdr', 'x', 'xml'))).toBeUndefined();
  });
});
