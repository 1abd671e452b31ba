import { concatCopy } from '@pitlane/base/bytes';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { faultOfLosses } from '../../../test/support/read-recording.ts';
import { DEFAULT_READ_LIMITS, type ReadLimits } from '../recording/index.ts';
import { collectUlog } from './collect-ulog.fixture.ts';
import { ulog } from './index.ts';
import { KIND, RECORD_HEADER_BYTES } from './record.ts';
import {
  dataRecord,
  dropoutRecord,
  fileHeader,
  fixtureStart,
  flagsRecord,
  formatRecord,
  i32Bytes,
  infoRecord,
  multiRecord,
  parameterRecord,
  record,
  subscribeRecord,
  syncRecord,
  textInfo,
  textRecord,
  u16Bytes,
  u64Bytes,
} from './write-ulog.fixture.ts';

const readWith = (limits: Partial<ReadLimits>, ...parts: readonly (Uint8Array | readonly Uint8Array[])[]) =>
  collectUlog(concatCopy(parts.flat()), limits);
const read = (...parts: readonly (Uint8Array | readonly Uint8Array[])[]) => readWith({}, ...parts);
const short = (us: number) => dataRecord(0, u64Bytes(us), new Uint8Array(1));

/** The record with another size than it has. */
function lying(bytes: Uint8Array, size: number): Uint8Array {
  const lie = bytes.slice();
  lie.set(u16Bytes(size));
  return lie;
}

describe('a hostile log', () => {
  const start = concatCopy([fixtureStart(), short(1), short(2)]);
  const after = concatCopy([short(3), short(4)]);
  const text = textRecord(0x36, 9, 'a text of some length');

  const cases: [name: string, bad: Uint8Array, reason: string][] = [
    ['zeros', new Uint8Array(100_000), 'corrupt-record'],
    ['ones', new Uint8Array(100_000).fill(0xff), 'corrupt-record'],
    ['a record of unknown kind', record(0x5a, new Uint8Array(30)), 'corrupt-record'],
    ['data that is too long for its format', dataRecord(0, new Uint8Array(10)), 'corrupt-record'],
    ['data that is too short for its format', dataRecord(0, new Uint8Array(8)), 'corrupt-record'],
    ['data without an id', record(KIND.data, new Uint8Array(1)), 'corrupt-record'],
    ['data whose size lies low', lying(short(7), 3), 'corrupt-record'],
    ['data whose size lies high', lying(short(7), 0xffff), 'corrupt-record'],
    ['data of an id that nothing subscribes', dataRecord(99, new Uint8Array(9)), 'unknown-channel'],
    ['a text whose size lies high', lying(text, text.byteLength - RECORD_HEADER_BYTES + 7), 'corrupt-record'],
    ['a text that is shorter than its time', record(KIND.text, new Uint8Array(8)), 'corrupt-record'],
    ['a sync record without its magic', record(KIND.sync, new Uint8Array(8)), 'corrupt-record'],
    ['a dropout of three bytes', record(KIND.dropout, new Uint8Array(3)), 'corrupt-record'],
    ['flags in the middle', flagsRecord(255), 'corrupt-record'],
    ['a key longer than its record', record(KIND.info, Uint8Array.of(200, 0x63, 0x20)), 'corrupt-record'],
    ['a key without a type', infoRecord('sys_name', new Uint8Array(3)), 'corrupt-record'],
    ['a default of no group', record(KIND.defaultParameter, Uint8Array.of(0)), 'corrupt-record'],
    ['a format without a colon', formatRecord('uint64_t timestamp;'), 'corrupt-record'],
    ['a format of control characters', formatRecord('a:uint8_t\u0001 b;'), 'corrupt-record'],
    ['a subscription without a name', subscribeRecord(5, ''), 'corrupt-record'],
    ['a subscription of a path', subscribeRecord(5, '../etc:x'), 'corrupt-record'],
  ];

  it.each(cases)('with %s between sound records gives both, and the bytes between as loss', async (_, bad, reason) => {
    const { messages, losses } = await read(start, bad, after);
    expect(messages.map(({ logTimeNs }) => logTimeNs)).toEqual([1000n, 2000n, 3000n, 4000n]);
    expect(losses.map((loss) => [loss.reason, loss.offset, loss.bytes])).toEqual([
      [reason, start.byteLength, bad.byteLength],
    ]);
  });

  it.each(cases)('that ends with %s gives what was before', async (_, bad) => {
    const { messages, losses } = await read(start, bad);
    expect(messages.length).toBe(2);
    expect(losses.map(({ offset, bytes }) => [offset, bytes])).toEqual([[start.byteLength, bad.byteLength]]);
  });

  it('is opaque with flags that are not known', async () => {
    expect((await read(fileHeader(), flagsRecord(2), after)).opaque).toContain('flags 02');
  });

  it('is opaque past the limits of channels, formats and definitions', async () => {
    const format = formatRecord('a:uint64_t timestamp;');
    const many = Array.from({ length: 100_000 }, (_, i) => subscribeRecord(i % 65_536, 'a', i >> 16));
    expect((await read(fileHeader(), format, many)).opaque).toContain('channels');
    expect((await readWith({ channelsMax: 1 }, start)).opaque).toContain('channels');
    expect((await readWith({ headerBytesMax: 50 }, start)).opaque).toContain('definitions');
    expect((await readWith({ messageBytesMax: 8 }, start)).opaque).toContain('message');
    const formats = Array.from({ length: 66_000 }, (_, i) => formatRecord(`f${i}:bool b;`));
    expect((await read(fileHeader(), formats)).opaque).toContain('formats');
    const uses = Array.from({ length: 66 }, (_, i) =>
      formatRecord(`g${i}:${Array.from({ length: 1000 }, (__, j) => `x${j} y;`).join('')}`),
    );
    expect((await read(fileHeader(), uses)).opaque).toContain('nested');
    const chain = Array.from({ length: 3000 }, (_, i) => formatRecord(`c${i}:c${i + 1} y;bool ${'z'.repeat(200)};`));
    const chained = Array.from({ length: 3000 }, (_, i) => subscribeRecord(i, `c${i}`));
    expect((await read(fileHeader(), chain, chained)).opaque).toContain('schemas');
    const infos = Array.from({ length: 66_000 }, (_, i) => multiRecord(false, `bool n${i}`, Uint8Array.of(1)));
    expect((await read(fileHeader(), infos)).opaque).toContain('infos');
  });

  it('with formats that go in circles, lack parts or are absurdly large is read as it comes', async () => {
    const { messages, channels, losses, notes } = await read(
      fileHeader(),
      formatRecord('a:uint64_t timestamp;b x;'),
      formatRecord('b:a[999999999] y;c z;'),
      formatRecord('big:uint64_t timestamp;double[999999999] y;'),
      formatRecord('odd:uint64_t timestamp;nospace;'),
      subscribeRecord(0, 'a'),
      subscribeRecord(1, 'big'),
      subscribeRecord(2, 'odd'),
      subscribeRecord(3, 'nowhere'),
      ...[0, 1, 2, 3].map((id) => dataRecord(id, u64Bytes(id + 1), new Uint8Array(id))),
    );
    expect(messages.map(({ logTimeNs }) => logTimeNs)).toEqual([1000n, 2000n, 3000n, 3000n]);
    expect([losses, notes.length]).toEqual([[], 4]);
    expect(channels.map(({ schema }) => schema?.name)).toEqual(['a', 'big', 'odd', undefined]);
  });

  it('whose id is used twice opens a channel for each use, and goes back to the first', async () => {
    const { messages, channels, notes } = await read(
      start,
      subscribeRecord(0, 'empty'),
      dataRecord(0, u64Bytes(8)),
      subscribeRecord(0, 'short'),
      short(9),
      subscribeRecord(0, 'short'),
    );
    expect(messages.map(({ channel, sequence }) => [channel.topic, sequence])).toEqual([
      ['/short', 0],
      ['/short', 1],
      ['/empty', 0],
      ['/short', 2],
    ]);
    expect([channels.length, notes.length]).toEqual([4, 2]);
  });

  it('whose format lies about every message still gives them, and says so', async () => {
    const { messages, losses, notes } = await read(
      fileHeader(),
      formatRecord('a:uint64_t timestamp;float[5] x;'),
      subscribeRecord(0, 'a'),
      ...[1, 2, 3].map((us) => dataRecord(0, u64Bytes(us), new Uint8Array(16))),
    );
    expect([messages.length, losses, notes.length]).toEqual([3, [], 1]);
  });

  it('finds its way back at a sync record alone', async () => {
    const { metadata, losses } = await read(start, new Uint8Array(70_000).fill(0x45), syncRecord(), new Uint8Array(50));
    expect(metadata.find(({ name }) => name === 'ulog.counts')?.entries.get('sync_messages')).toBe('1');
    expect(losses.map(({ bytes }) => bytes)).toEqual([70_000, 50]);
  });

  it('that is shorter than its source said is read to its end', async () => {
    const bytes = concatCopy([start, after]);
    const source = { ...memorySource(bytes), sizeBytes: 2 ** 40 };
    let messages = 0;
    const tools = { decompressors: {} as never, limits: DEFAULT_READ_LIMITS };
    for await (const batch of ulog.read(source, tools)) {
      messages += batch.filter(({ kind }) => kind === 'message').length;
    }
    expect(messages).toBe(4);
  });

  it('without a header, or without definitions, gives what is readable', async () => {
    const headless = await read(new Uint8Array(16), fixtureStart().subarray(16), after);
    expect(headless.messages.length).toBe(2);
    expect(headless.losses.map(({ offset, bytes }) => [offset, bytes])[0]).toEqual([0, 16 + 43]);
    const undefinedOnes = await read(fileHeader(), subscribeRecord(0, 'x'), after, dropoutRecord(1));
    expect(undefinedOnes.messages.length).toBe(3);
    expect(undefinedOnes.channels[0]?.schema).toBeUndefined();
    const unsubscribed = await read(fileHeader(), after, textInfo('a', 'b'), after);
    expect(unsubscribed.losses.map(({ reason }) => reason)).toEqual(['unknown-channel', 'unknown-channel']);
  });

  it('with offsets that point into sound records is read on', async () => {
    const whole = (offset: number) =>
      concatCopy([fileHeader(), flagsRecord(1, [offset, 17, 2 ** 52]), fixtureStart().subarray(16 + 43), after]);
    for (let offset = 1; offset < whole(0).byteLength; offset += 1) {
      const { messages, losses } = await read(whole(offset));
      expect(
        faultOfLosses(
          losses.filter(({ bytes }) => bytes > 0),
          whole(0).byteLength,
        ),
      ).toBeUndefined();
      if (offset > 300) expect(messages.length, `offset ${offset}`).toBeGreaterThanOrEqual(1);
    }
  });

  it('runs thousands of holes together into a bounded diary and still reads on', async () => {
    const pieces = Array.from({ length: 12_000 }, () => [new Uint8Array(5), short(1)]);
    const { messages, losses } = await read(start, pieces.flat());
    expect(losses.length).toBeLessThanOrEqual(10_000);
    expect(messages.length).toBe(12_002);
  });

  it('keeps its metadata records within bounds, whatever comes', async () => {
    const value = new Uint8Array(60_000).fill(1);
    const infos = Array.from({ length: 40 }, (_, i) => infoRecord(`uint8_t[60000] n${i}`, value));
    const { metadata } = await read(fileHeader(), ...infos, parameterRecord('int32_t a', i32Bytes(1)));
    const sizes = metadata.map(({ entries }) => [...entries.values()].join('').length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(512 * 1024);
    expect(metadata.filter(({ name }) => name === 'ulog.info').flatMap(({ entries }) => [...entries]).length).toBe(40);
  });
});
