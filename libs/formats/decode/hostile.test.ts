import { performance } from 'node:perf_hooks';
import { CdrWriter, EncapsulationKind } from '@foxglove/cdr';
import { bytesFromUtf8, MIB } from '@pitlane/base/bytes';
import { isPitlaneError } from '@pitlane/base/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutated } from '../../../test/support/mutations.ts';
import { decoderOf } from './index.ts';
import { descriptorSet, protobufMessage } from './write-protobuf.fixture.ts';

const channel = (messageEncoding: string, schemaName: string, schemaEncoding: string, schema: string | Uint8Array) => ({
  messageEncoding,
  schemaName,
  schemaEncoding,
  schemaData: typeof schema === 'string' ? bytesFromUtf8(schema) : schema,
});

const msg = (name: string, fields: string): string => `${'='.repeat(80)}\nMSG: ${name}\n${fields}\n`;
const corrupt = { code: 'corrupt-input' };

describe('a hostile schema', () => {
  const deep = Array.from({ length: 40 }, (_, i) => msg(`p/T${i}`, `p/T${i + 1} a\np/T${i + 1} b`)).join('');
  it.each([
    ['types in a circle', `p/A a\n${msg('p/A', 'p/B b')}${msg('p/B', 'p/A a')}`],
    ['types that double forty times', `p/T0 t\n${deep}${msg('p/T40', '')}`],
    ['lists without bytes', `p/E[] all\n${msg('p/E', '')}`],
    ['fixed lists without bytes', `p/E[4000000000] all\n${msg('p/E', '')}`],
    ['lists longer than a message', 'float64[4000000000] all'],
    ['a name that is code', `p/A-B;throw(1) a\n${msg('p/A-B;throw(1)', 'uint8 x')}`],
    ['a type that nobody defines', 'p/Nobody a'],
    ['text that is no definition', '{"type":"object"}'],
  ])('of ROS 1 with %s is refused', async (_, text) => {
    await expect(decoderOf(channel('ros1', 'p/Root', 'ros1msg', text))).rejects.toMatchObject(corrupt);
  });

  it('of ROS 2 is refused alike, and may have messages without fields, which take a byte', async () => {
    const circle = `p/A a\n${msg('p/A', 'p/B b')}${msg('p/B', 'p/A a')}`;
    await expect(decoderOf(channel('cdr', 'p/Root', 'ros2msg', circle))).rejects.toMatchObject(corrupt);
    const decode = await decoderOf(channel('cdr', 'p/Root', 'ros2msg', `p/E[] all\n${msg('p/E', '')}`));
    expect(decode?.(new CdrWriter().sequenceLength(2).uint8(0).uint8(0).data)).toEqual({ all: [{}, {}] });
    expect(() => decode?.(new CdrWriter().sequenceLength(0xffff_ffff).uint8(0).data)).toThrow(/goes on/);
  });

  it('of IDL with types in a circle, unions or nothing that is named is refused', async () => {
    const texts = [
      'struct A { sequence<A> a; };',
      'struct E {}; struct A { E e[4000000000]; };',
      'union U switch (uint8) { case 1: uint8 x; }; struct A { U u; };',
      '@mutable struct A { uint8 x; };',
      'struct B { uint8 x; };',
    ];
    for (const text of texts) {
      await expect(decoderOf(channel('cdr', 'A', 'omgidl', text))).rejects.toMatchObject({
        code: expect.stringMatching(/corrupt-input|limit-exceeded/),
      });
    }
  });

  it('of protobuf with names that are code is never made into code', async () => {
    const cases = [
      descriptorSet({ M: { 'a;process.exit(1)//': 'string' } }),
      descriptorSet({ 'M(){};process.exit(1)': { a: 'string' } }),
      descriptorSet({ M: JSON.parse('{"__proto__":"string"}') as Record<string, string> }),
      descriptorSet({ M: { a: 'string' } }, 'p;process'),
      bytesFromUtf8('no descriptor at all'),
    ];
    for (const bytes of cases) {
      await expect(decoderOf(channel('protobuf', 'p.M', 'protobuf', bytes))).rejects.toMatchObject(corrupt);
    }
  });

  it('of PX4 with formats in a circle, without bytes or longer than a record is refused', async () => {
    for (const text of [
      'a:b x;\nb:a x;',
      'a:b[9] x;\nb:',
      'a:uint8_t[70000] x;',
      'a:nothing x;',
      'a:float __proto__;',
    ]) {
      await expect(decoderOf(channel('ulog', 'a', 'ulog', text))).rejects.toMatchObject(corrupt);
    }
  });

  it('that is too large is refused before anybody looks', async () => {
    const large = channel('ros1', 'p/Root', 'ros1msg', new Uint8Array(MIB + 1));
    await expect(decoderOf(large)).rejects.toMatchObject({ code: 'limit-exceeded' });
  });

  it('takes little time for its length, whatever stands in its lines', async () => {
    const lines = ['uint8 x', 'uint8 x=', 'string s="', 'a[', '#'.repeat(200), 'string<=5[<=3] x "', ' '.repeat(300)];
    for (const line of lines) {
      const started = performance.now();
      const text = `${line}\n`.repeat(Math.min(19_000, Math.floor(MIB / (line.length + 1))));
      for (const [encoding, schemaEncoding] of [
        ['ros1', 'ros1msg'],
        ['cdr', 'ros2msg'],
      ] as const) {
        await decoderOf(channel(encoding, 'p/Root', schemaEncoding, text)).catch((error: unknown) => {
          expect(isPitlaneError(error)).toBe(true);
        });
      }
      expect(performance.now() - started).toBeLessThan(10_000);
    }
  });
});

describe('a hostile message', () => {
  const ros = `float64 a\nstring[] names\np/W[] wheels\nuint16[] ticks\nbool[] flags\n${msg('p/W', 'uint8 x\nstring y')}`;
  const proto = descriptorSet({ M: { a: 'double[]', m: '.p.M[]', s: 'string' } });

  const cdr = new CdrWriter()
    .float64(1)
    .sequenceLength(2)
    .string('ab')
    .string('c')
    .sequenceLength(1)
    .uint8(1)
    .string('y');
  const whole: readonly [ReturnType<typeof channel>, Uint8Array][] = [
    [channel('cdr', 'p/Root', 'ros2msg', ros), cdr.uint16Array([1, 2], true).sequenceLength(1).uint8(1).data],
    [
      channel('ros1', 'p/Root', 'ros1msg', ros),
      Buffer.from('000000000000f03f010000000200000061620100000001010000007902000000010002000100000001', 'hex'),
    ],
    [
      channel('protobuf', 'p.M', 'protobuf', proto),
      protobufMessage(proto, 'p.M', { a: [1, 2], m: [{ s: 'x' }], s: 'y' }),
    ],
    [channel('json', 'x', 'jsonschema', ''), bytesFromUtf8('{"a":{"b":[1,2,{"c":"d"}]}}')],
    [channel('ulog', 'a', 'ulog', 'a:uint64_t t;b[2] x;char[4] n;\nb:float y;'), new Uint8Array(20)],
    [
      channel('nmea', '', '', ''),
      bytesFromUtf8('$GPRMC,123519,A,4807.038,N,01131.000,W,022.4,084.4,230394,003.1,W*6A'),
    ],
    [channel('ubx', '', '', ''), Buffer.concat([Buffer.of(0xb5, 0x62, 1, 7, 92, 0), Buffer.alloc(94)])],
  ];

  it('claims no more than its bytes: damage of any kind gives an object or a coded error, and little memory', async () => {
    const decoders = await Promise.all(whole.map(async ([each, bytes]) => [await decoderOf(each), bytes] as const));
    for (const [decode, bytes] of decoders) expect(decode?.(bytes)).toBeTypeOf('object');
    const before = process.memoryUsage().heapUsed;
    fc.assert(
      fc.property(fc.constantFrom(...decoders), fc.nat(), ([decode, bytes], seed) => {
        try {
          expect(decode?.(mutated(bytes, seed).bytes)).toBeTypeOf('object');
        } catch (error) {
          if (!isPitlaneError(error, 'corrupt-input', 'limit-exceeded')) throw error;
        }
      }),
      { numRuns: 5000, seed: 7 },
    );
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * MIB);
  });

  it('with a length of four thousand millions makes room for nothing', async () => {
    const lists = ['string[] a', 'bool[] a', 'float64[] a', 'time[] a', `p/W[] a\n${msg('p/W', 'uint8 x')}`];
    for (const text of lists) {
      const message = Buffer.concat([Buffer.from(Uint32Array.of(33_000_000).buffer), Buffer.alloc(64)]);
      const ros1 = await decoderOf(channel('ros1', 'p/Root', 'ros1msg', text));
      expect(() => ros1?.(message)).toThrow(/goes on/);
      for (const kind of [EncapsulationKind.CDR_BE, EncapsulationKind.CDR_LE]) {
        const ros2 = await decoderOf(channel('cdr', 'p/Root', 'ros2msg', text));
        const claimed = new CdrWriter({ kind }).sequenceLength(33_000_000).uint32(1).data;
        expect(() => ros2?.(claimed)).toThrow(/goes on/);
      }
    }
  });

  it('of protobuf that nests without end is refused', async () => {
    // Each holds the one before as its field 2, with a length of two bytes.
    let nested = Buffer.alloc(200);
    for (let i = 0; i < 3000; i += 1) {
      const length = nested.byteLength;
      nested = Buffer.concat([Buffer.of(0x12, (length & 0x7f) | 0x80, length >> 7), nested]);
    }
    const decode = await decoderOf(channel('protobuf', 'p.M', 'protobuf', proto));
    expect(() => decode?.(nested)).toThrow(expect.objectContaining(corrupt));
  });

  it('shares no byte with what was decoded, and reads none behind its end', async () => {
    const decode = await decoderOf(channel('ros1', 'p/Root', 'ros1msg', 'uint8[] a'));
    const buffer = Buffer.from([2, 0, 0, 0, 8, 9, 10, 11]);
    const object = decode?.(buffer.subarray(0, 6));
    buffer.fill(0);
    expect(object).toEqual({ a: Uint8Array.of(8, 9) });
    const longer = Buffer.from([4, 0, 0, 0, 8, 9, 10, 11]);
    expect(() => decode?.(longer.subarray(0, 6))).toThrow(expect.objectContaining(corrupt));
  });

  it('that is no thin one is refused', async () => {
    const decode = await decoderOf(channel('json', 'x', '', ''));
    expect(() => decode?.(new Uint8Array(MIB + 1))).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
  });
});
