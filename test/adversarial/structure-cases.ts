/** Files whose records, lengths or ends are wrong. */
import type { HostileCase } from './cases.ts';
import {
  channel,
  chunk,
  dataEnd,
  ending,
  file,
  header,
  join,
  joinAll,
  lying,
  MAGIC,
  message,
  record,
  schema,
  u16,
  u32,
  u64,
} from './mcap-bytes.ts';

const messages = (from: number, count: number): Uint8Array[] => {
  return Array.from({ length: count }, (_, i) => message(1, from + i, BigInt(from + i)));
};
const flat = (middle: Uint8Array): Uint8Array => file([channel(1), ...messages(0, 10), middle, ...messages(10, 10)]);
const chunked = (middle: Uint8Array): Uint8Array => {
  const body = join(channel(1), ...messages(0, 10));
  return file([chunk({ body }), middle, chunk({ body })]);
};
const lie = (opcode: number, length: bigint): Uint8Array => lying(opcode, length, u16(1), u32(0), u64(0), u64(0));

const cutTail = (bytes: number): HostileCase => ({
  name: `a file that lost its last ${bytes} bytes`,
  bytes: () => {
    const summary = [schema(1), ...Array.from({ length: 20 }, (_, i) => channel(i))];
    const whole = file([chunk({ body: join(channel(1), ...messages(0, 20)) })], summary);
    return whole.subarray(0, whole.byteLength - bytes);
  },
  expect: { messages: 20, losses: ['truncated'] },
});

const startsAt = (name: string, summaryStart: bigint): HostileCase => ({
  name: `a footer whose summary starts at ${name}, with a CRC that fits`,
  bytes: () => file([channel(1), ...messages(0, 5)], [schema(1)], summaryStart),
  expect: { messages: 5, losses: [] },
});

export const structureCases: readonly HostileCase[] = [
  {
    name: 'nothing behind the magic',
    bytes: () => MAGIC,
    expect: { messages: 0, losses: [], note: /no footer/ },
  },
  {
    name: 'MCAP magic before 1 MB of something else',
    bytes: () =>
      join(
        MAGIC,
        new Uint8Array(1_000_000).map((_, i) => (Math.imul(i, 2_654_435_761) >>> 13) & 0xff),
      ),
    expect: { messages: 0, losses: ['corrupt-record'] },
  },
  {
    name: 'MCAP magic before 1 MB of zeros',
    bytes: () => join(MAGIC, new Uint8Array(1_000_000)),
    expect: { messages: 0, losses: ['corrupt-record'] },
  },
  {
    name: 'a first record of 8,245,921,762,496,413,696 bytes',
    bytes: () => join(MAGIC, lying(0x01, 8_245_921_762_496_413_696n, new Uint8Array(100))),
    expect: { messages: 0, losses: ['corrupt-record'] },
  },
  {
    name: 'a message of 2^64 - 1 bytes',
    bytes: () => flat(lie(0x05, (1n << 64n) - 1n)),
    expect: { messages: 19, losses: ['corrupt-record'] },
  },
  {
    name: 'a message of 2^63 bytes',
    bytes: () => flat(lie(0x05, 1n << 63n)),
    expect: { messages: 19, losses: ['corrupt-record'] },
  },
  {
    name: 'a chunk of 2^64 - 1 bytes',
    bytes: () => chunked(lie(0x06, (1n << 64n) - 1n)),
    expect: { messages: 20, losses: ['corrupt-chunk'] },
  },
  {
    name: 'a schema of 2^53 bytes',
    bytes: () => chunked(lie(0x03, 1n << 53n)),
    expect: { messages: 20, losses: ['corrupt-record'] },
  },
  {
    name: 'a message of 3 bytes',
    bytes: () => flat(record(0x05, new Uint8Array(3))),
    expect: { messages: 19, losses: ['corrupt-record'] },
  },
  {
    name: 'a private record',
    bytes: () => chunked(record(0x80, new Uint8Array(50))),
    expect: { messages: 20, losses: ['corrupt-record'] },
  },
  {
    name: 'a record of an opcode of the future',
    bytes: () => chunked(record(0x33, new Uint8Array(50))),
    expect: { messages: 20, losses: ['corrupt-record'] },
  },
  {
    name: 'a record of opcode 0',
    bytes: () => chunked(record(0x00, new Uint8Array(50))),
    expect: { messages: 20, losses: ['corrupt-record'] },
  },
  {
    name: '10,000 bytes of rubbish between chunks',
    bytes: () => chunked(new Uint8Array(10_000).fill(0xee)),
    expect: { messages: 20, losses: ['corrupt-record'] },
  },
  {
    name: '20,000 pieces of rubbish between messages',
    bytes: () => file([channel(1), ...messages(0, 20_000).map((m) => join(m, m, Uint8Array.of(0, 0, 0)))]),
    expect: { messages: 20_000, losses: ['corrupt-record'] },
  },
  {
    name: 'a million false trails: heads of messages that lead nowhere',
    bytes: () => {
      const trail = join(Uint8Array.of(0x05), u64(23));
      return joinAll([MAGIC, header(), channel(1), Uint8Array.of(0), ...new Array<Uint8Array>(500_000).fill(trail)]);
    },
    expect: { messages: 0, losses: ['corrupt-record'] },
  },
  cutTail(200),
  cutTail(30),
  cutTail(1),
  {
    name: 'a chunk cut off in the middle of a message',
    bytes: () => {
      const whole = join(MAGIC, header(), chunk({ body: join(channel(1), ...messages(0, 20)) }));
      return whole.subarray(0, whole.byteLength - 100);
    },
    expect: { messages: 18, losses: ['truncated'] },
  },
  {
    name: 'a chunk cut off between two messages',
    bytes: () => {
      const whole = join(MAGIC, header(), chunk({ body: join(channel(1), ...messages(0, 20)) }));
      return whole.subarray(0, whole.byteLength - 61 * 2);
    },
    expect: { messages: 18, losses: ['truncated'] },
  },
  startsAt('2^63', 1n << 63n),
  startsAt('2^64 - 1', (1n << 64n) - 1n),
  startsAt('1', 1n),
  startsAt('itself', 520n),
  {
    name: 'bytes behind the closing magic',
    bytes: () => join(file([channel(1), ...messages(0, 5)]), new Uint8Array(77).fill(1)),
    expect: { messages: 5, losses: ['corrupt-record'] },
  },
  {
    name: 'two files glued together',
    bytes: () => join(file([channel(1), ...messages(0, 5)]), file([channel(1, '/other'), ...messages(0, 5)])),
    expect: { messages: 10, channels: 2, losses: [], note: /begins or ends/ },
  },
  {
    name: 'two end-of-data records',
    bytes: () => file([channel(1), ...messages(0, 5), dataEnd()]),
    expect: { messages: 5, losses: ['corrupt-record'] },
  },
  {
    name: 'no footer',
    bytes: () => join(MAGIC, header(), channel(1), ...messages(0, 5)),
    expect: { messages: 5, losses: [], note: /no footer/ },
  },
  {
    name: 'a summary that counts other messages',
    bytes: () => {
      const statistics = record(0x0b, u64(99), u16(0), new Uint8Array(16), u64(0), u64(9), u32(0));
      const front = join(MAGIC, header(), channel(1), ...messages(0, 5), dataEnd());
      return join(front, ending(front.byteLength, statistics));
    },
    expect: { messages: 5, losses: [], note: /counts 99/ },
  },
];
