import { concatCopy, utf8FromBytes } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { type ByteSource, DEFAULT_READ_LIMITS } from '../recording/index.ts';
import { collectUlog } from './collect-ulog.fixture.ts';
import { ulog } from './index.ts';
import {
  dataRecord,
  defaultRecord,
  dropoutRecord,
  f32Bytes,
  fileHeader,
  FIXTURE_FORMATS,
  fixtureData,
  type FixtureStep,
  flagsRecord,
  formatRecord,
  i32Bytes,
  infoRecord,
  multiRecord,
  parameterRecord,
  subscribeRecord,
  syncRecord,
  taggedRecord,
  textInfo,
  textRecord,
  u16Bytes,
  u64Bytes,
  unsubscribeRecord,
  writeUlog,
} from './write-ulog.fixture.ts';

const SEED = 20_261_126;
const read = (...parts: readonly Uint8Array[]) => collectUlog(concatCopy(parts));
const jsonOf = ({ data }: { readonly data: Uint8Array }): unknown => JSON.parse(utf8FromBytes(data));

const timeUs = fc.integer({ min: 1, max: 2 ** 53 - 1 });
const steps: fc.Arbitrary<FixtureStep[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('data' as const), id: fc.nat(2), timeUs, fill: fc.nat(255) }),
    },
    fc.record({
      kind: fc.constant('text' as const),
      tag: fc.option(fc.nat(65_535), { nil: undefined }),
      timeUs,
      text: fc.string({ unit: 'grapheme' }),
    }),
    fc.record({ kind: fc.constant('dropout' as const), durationMs: fc.nat(65_535) }),
    fc.record({ kind: fc.constant('parameter' as const), value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) }),
    fc.constant({ kind: 'sync' as const }),
  ),
  { maxLength: 60 },
);

/** What a step should be read as: topic, time and content. */
function wanted(all: readonly FixtureStep[]): unknown[] {
  let lastUs = 1000;
  const lines: unknown[] = [];
  for (const step of all) {
    if (step.kind === 'data' || step.kind === 'text') lastUs = step.timeUs;
    const timeNs = BigInt(lastUs) * 1000n;
    if (step.kind === 'data') {
      const data = concatCopy([u64Bytes(step.timeUs), fixtureData(step.id, step.fill)]);
      lines.push([`/${FIXTURE_FORMATS[step.id]?.name}`, timeNs, data]);
    } else if (step.kind === 'text') {
      const tag = step.tag === undefined ? {} : { tag: step.tag };
      lines.push(['/logged_messages', timeNs, { level: 6, ...tag, timestamp: step.timeUs, message: step.text }]);
    } else if (step.kind === 'dropout') lines.push(['/dropouts', timeNs, { duration: step.durationMs }]);
    else if (step.kind === 'parameter') {
      lines.push(['/parameter_changes', timeNs, { name: 'P', type: 'int32_t', value: step.value }]);
    }
  }
  return lines;
}

describe('a written log', () => {
  it('reads back equal, record for record', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { messages, losses, notes, metadata, opaque } = await read(writeUlog(all));
        expect([losses, opaque]).toEqual([[], undefined]);
        const lines = messages.map((message) => [
          message.channel.topic,
          message.logTimeNs,
          message.channel.messageEncoding === 'json' ? jsonOf(message) : message.data,
        ]);
        expect(lines).toEqual(wanted(all));
        const dropouts = all.filter(({ kind }) => kind === 'dropout').length;
        expect(notes.length).toBe(dropouts > 0 ? 1 : 0);
        const syncs = all.filter(({ kind }) => kind === 'sync').length;
        const counted = metadata.find(({ name }) => name === 'ulog.counts')?.entries.get('sync_messages');
        expect(counted).toBe(syncs > 0 ? `${syncs}` : undefined);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('reads alike through many blocks, in batches that do not grow with the file', async () => {
    const step = (i: number): FixtureStep => ({ kind: 'data', id: i % 3, timeUs: i + 1, fill: i % 256 });
    const bytes = writeUlog(Array.from({ length: 150_000 }, (_, i) => step(i)));
    const tools = { decompressors: {} as never, limits: DEFAULT_READ_LIMITS };
    let count = 0;
    for await (const batch of ulog.read(memorySource(bytes), tools)) {
      expect(batch.length).toBeLessThanOrEqual(16_400);
      for (const event of batch) {
        if (event.kind !== 'message') continue;
        const { channel, data, sequence, sourceOffset } = event.message;
        count += 1;
        if (count % 997 !== 0) continue;
        expect(channel.topic).toBe(`/${FIXTURE_FORMATS[(count - 1) % 3]?.name}`);
        expect(sequence).toBe(Math.floor((count - 1) / 3));
        const start = sourceOffset + 5;
        expect(Buffer.compare(data, bytes.subarray(start, start + data.byteLength))).toBe(0);
      }
    }
    expect(count).toBe(150_000);
  });
});

describe('a log', () => {
  const format = formatRecord('gps:uint64_t timestamp;int32_t lat;');
  const data = (id: number, us: number) => dataRecord(id, u64Bytes(us), i32Bytes(-7));

  it('says by its first bytes what it is', () => {
    expect(ulog.recognises(fileHeader())).toBe(true);
    expect(ulog.recognises(fileHeader(0, 9))).toBe(true);
    expect(ulog.recognises(fileHeader().subarray(0, 6))).toBe(false);
    expect(ulog.recognises(new Uint8Array(4096))).toBe(false);
  });

  it('gives each subscription a channel with the text of all formats that it needs', async () => {
    const { channels, messages, losses } = await read(
      fileHeader(),
      formatRecord('esc:uint64_t timestamp;report[2] r;wing w;'),
      formatRecord('report:wing[4] w;float v;'),
      formatRecord('wing:int8_t a;'),
      format,
      subscribeRecord(7, 'esc'),
      subscribeRecord(8, 'gps', 2),
      dataRecord(7, u64Bytes(5), new Uint8Array(17)),
      data(8, 6),
    );
    expect(losses).toEqual([]);
    expect(channels.map(({ topic, index, messageEncoding }) => [index, topic, messageEncoding])).toEqual([
      [0, '/esc', 'ulog'],
      [1, '/gps/2', 'ulog'],
    ]);
    const schema = channels[0]?.schema;
    expect([schema?.name, schema?.encoding]).toEqual(['esc', 'ulog']);
    expect(utf8FromBytes(schema?.data ?? new Uint8Array(0))).toBe(
      'esc:uint64_t timestamp;report[2] r;wing w;\nreport:wing[4] w;float v;\nwing:int8_t a;',
    );
    expect(Object.fromEntries(channels[1]?.metadata ?? [])).toEqual({ msg_id: '8', multi_id: '2' });
    expect(messages.map(({ logTimeNs, data: { byteLength } }) => [logTimeNs, byteLength])).toEqual([
      [5000n, 25],
      [6000n, 12],
    ]);
  });

  it('keeps what it says of the vehicle as metadata, with the types beside it', async () => {
    const { metadata } = await read(
      fileHeader(77),
      flagsRecord(0, [], Uint8Array.of(9)),
      textInfo('sys_name', 'PX4'),
      infoRecord('uint32_t ver_sw_release', Uint8Array.of(0, 2, 11, 1)),
      infoRecord('uint8_t[3] key', Uint8Array.of(1, 2, 255)),
      format,
      parameterRecord('float GAIN', f32Bytes(0.3)),
      parameterRecord('int32_t N', i32Bytes(-4)),
      defaultRecord(3, 'int32_t N', i32Bytes(5)),
      defaultRecord(2, 'float GAIN', f32Bytes(2)),
      multiRecord(false, 'char[2] perf', Uint8Array.of(0x61, 0x62)),
      multiRecord(true, 'char[1] perf', Uint8Array.of(0x63)),
      multiRecord(false, 'char[1] perf', Uint8Array.of(0x64)),
      subscribeRecord(0, 'gps'),
      textInfo('late', 'x'),
    );
    const told = metadata.map(({ name, entries }) => [name, Object.fromEntries(entries)]);
    const flags = { compat_flags: '0000000000000000', incompat_flags: '0000000000000000' };
    expect(told).toEqual([
      ['ulog.header', { version: '1', timestamp_us: '77' }],
      ['ulog.flags', { ...flags, appended_offsets: '0 0 0', more: '09' }],
      ['ulog.info', { sys_name: 'PX4', ver_sw_release: '17498624', key: '0x0102ff' }],
      ['ulog.info.types', { sys_name: 'char[3]', ver_sw_release: 'uint32_t', key: 'uint8_t[3]' }],
      ['ulog.formats', { gps: 'uint64_t timestamp;int32_t lat;' }],
      ['ulog.parameters', { GAIN: '0.3', N: '-4' }],
      ['ulog.parameters.types', { GAIN: 'float', N: 'int32_t' }],
      ['ulog.default_parameters', { 'system/N': '5', 'configuration/N': '5', 'configuration/GAIN': '2.0' }],
      [
        'ulog.default_parameters.types',
        { 'system/N': 'int32_t', 'configuration/N': 'int32_t', 'configuration/GAIN': 'float' },
      ],
      ['ulog.info_multiple', { 'perf[0][0]': 'ab', 'perf[0][1]': 'c', 'perf[1][0]': 'd' }],
      ['ulog.info_multiple.types', { 'perf[0][0]': 'char[2]', 'perf[0][1]': 'char[1]', 'perf[1][0]': 'char[1]' }],
      ['ulog.info', { late: 'x' }],
      ['ulog.info.types', { late: 'char[1]' }],
    ]);
    expect(metadata[2]?.sourceOffset).toBe(16 + 3 + 41);
  });

  it('says both values of a key that comes twice', async () => {
    const { metadata } = await read(fileHeader(), textInfo('a', 'one'), textInfo('b', 'x'), textInfo('a', 'two'));
    const told = metadata.filter(({ name }) => name === 'ulog.info').map(({ entries }) => Object.fromEntries(entries));
    expect(told).toEqual([{ a: 'one', b: 'x' }, { a: 'two' }]);
  });

  it('has texts, dropouts, later parameters and unsubscriptions as JSON', async () => {
    const { messages, channels, notes, losses } = await read(
      fileHeader(3),
      dropoutRecord(4),
      format,
      subscribeRecord(0, 'gps'),
      data(0, 9),
      parameterRecord('float GAIN', f32Bytes(Number.NaN)),
      parameterRecord('float GAIN', f32Bytes(-0.5)),
      textRecord(0x33, 10, 'a "b"\n'),
      taggedRecord(200, 12, 11, 'odd'),
      textRecord(0x30, 12, Uint8Array.of(0x41, 0xff)),
      dropoutRecord(6),
      unsubscribeRecord(0),
      syncRecord(),
    );
    const json = messages.filter(({ channel }) => channel.messageEncoding === 'json');
    expect(
      json.map((message) => [message.channel.topic, message.sequence, message.logTimeNs, jsonOf(message)]),
    ).toEqual([
      ['/dropouts', 0, 3000n, { duration: 4 }],
      ['/parameter_changes', 0, 9000n, { name: 'GAIN', type: 'float', value: 'NaN' }],
      ['/parameter_changes', 1, 9000n, { name: 'GAIN', type: 'float', value: -0.5 }],
      ['/logged_messages', 0, 10_000n, { level: 3, timestamp: 10, message: 'a "b"\n' }],
      ['/logged_messages', 1, 11_000n, { level: 200, tag: 12, timestamp: 11, message: 'odd', levelByte: 200 }],
      ['/logged_messages', 2, 12_000n, { level: 0, timestamp: 12, message: 'A\uFFFD', messageHex: '41ff' }],
      ['/dropouts', 1, 12_000n, { duration: 6 }],
      ['/unsubscriptions', 0, 12_000n, { msg_id: 0 }],
    ]);
    expect(notes).toEqual(['the vehicle lost messages: 2 dropouts, 10 ms together']);
    expect(losses).toEqual([]);
    const own = channels.filter(({ messageEncoding }) => messageEncoding === 'json');
    expect(own.map(({ schema }) => schema?.encoding)).toEqual(Array.from({ length: 4 }, () => 'jsonschema'));
    for (const { schema } of own)
      expect(JSON.parse(utf8FromBytes(schema?.data ?? new Uint8Array(0)))).toHaveProperty('type');
  });

  it('takes the last time seen where a message has none, 0, or an impossible one', async () => {
    const { messages, notes } = await read(
      fileHeader(40),
      formatRecord('timeless:uint8_t a;'),
      formatRecord('behind:uint32_t a;uint64_t timestamp;'),
      format,
      subscribeRecord(0, 'timeless'),
      subscribeRecord(1, 'gps'),
      subscribeRecord(2, 'behind'),
      dataRecord(0, Uint8Array.of(1)),
      data(1, 50),
      dataRecord(0, Uint8Array.of(2)),
      dataRecord(2, i32Bytes(1), u64Bytes(60)),
      data(1, 0),
      dataRecord(1, u64Bytes((1n << 64n) - 1n), i32Bytes(1)),
    );
    expect(messages.map(({ logTimeNs }) => logTimeNs / 1000n)).toEqual([40n, 50n, 50n, 60n, 60n, 60n]);
    expect(notes.length).toBe(1);
  });

  it('takes messages without their last padding', async () => {
    const { messages, losses } = await read(
      fileHeader(),
      formatRecord('p:uint64_t timestamp;uint8_t a;uint8_t[3] _padding0;uint8_t[4] _padding1;'),
      subscribeRecord(0, 'p'),
      dataRecord(0, u64Bytes(1), new Uint8Array(1)),
      dataRecord(0, u64Bytes(1), new Uint8Array(4)),
      dataRecord(0, u64Bytes(1), new Uint8Array(8)),
    );
    expect(messages.map(({ data: { byteLength } }) => byteLength)).toEqual([9, 12, 16]);
    expect(losses).toEqual([]);
  });

  it('reads data that was appended behind a record that was cut off', async () => {
    const start = (appended: readonly number[]) =>
      concatCopy([fileHeader(), flagsRecord(1, appended), format, subscribeRecord(0, 'gps'), data(0, 1), data(0, 2)]);
    const firstAt = start([]).byteLength + 10;
    const firstPart = concatCopy([data(0, 3), data(0, 4)]);
    const secondAt = firstAt + firstPart.byteLength + 2;
    const { messages, losses } = await read(
      start([firstAt, secondAt]),
      data(0, 9).subarray(0, 10),
      firstPart,
      u16Bytes(14),
      data(0, 5),
    );
    expect(messages.map(({ logTimeNs }) => logTimeNs)).toEqual([1000n, 2000n, 3000n, 4000n, 5000n]);
    expect(losses.map(({ reason, offset, bytes }) => [reason, offset, bytes])).toEqual([
      ['truncated', firstAt - 10, 10],
      ['truncated', secondAt - 2, 2],
    ]);
  });

  it('that ends before its appended data says so', async () => {
    const { losses } = await read(fileHeader(), flagsRecord(1, [5000]), format, subscribeRecord(0, 'gps'));
    expect(losses.map(({ reason, bytes }) => [reason, bytes])).toEqual([['truncated', 0]]);
  });
});

describe('an inspection', () => {
  it('says system, start and topics, and reads 1 MiB at most', async () => {
    const bytes = concatCopy([
      writeUlog([]),
      textInfo('ver_sw', 'abc'),
      ...Array.from({ length: 100_000 }, (_, i) => dataRecord(0, u64Bytes(i), new Uint8Array(1))),
      subscribeRecord(9, 'short', 1),
    ]);
    const source = memorySource(bytes);
    const inspection = await ulog.inspect(source, { decompressors: {} as never, limits: DEFAULT_READ_LIMITS });
    expect(inspection).toEqual({
      profile: 'px4',
      library: 'PX4 abc',
      indexed: false,
      messages: undefined,
      startTimeNs: 1_000_000n,
      endTimeNs: undefined,
      topics: FIXTURE_FORMATS.map(({ name }) => ({ topic: `/${name}`, schemaName: name, messages: undefined })),
    });
    expect(source.bytesRead).toBeLessThanOrEqual(2 ** 20);
  });

  it('never throws for what is no log, or refuses to be read', async () => {
    const tools = { decompressors: {} as never, limits: DEFAULT_READ_LIMITS };
    for (const bytes of [new Uint8Array(0), new Uint8Array(100), concatCopy([fileHeader(), flagsRecord(8)])]) {
      expect((await ulog.inspect(memorySource(bytes), tools)).topics).toEqual([]);
    }
  });

  it('passes on what the source throws', async () => {
    const broken: ByteSource = { name: 'b', sizeBytes: 9, read: () => Promise.reject(new Error('disk')) };
    const tools = { decompressors: {} as never, limits: DEFAULT_READ_LIMITS };
    await expect(ulog.inspect(broken, tools)).rejects.toThrow('disk');
  });
});
