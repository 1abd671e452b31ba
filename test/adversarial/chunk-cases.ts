/** Chunks that lie: about their size, their checksum, their codec, their times, or where they are. */
import { compress } from 'zstd-napi';
import type { HostileCase } from './cases.ts';
import {
  channel,
  chunk,
  chunkIndex,
  dataEnd,
  ending,
  file,
  header,
  join,
  MAGIC,
  message,
  record,
  zstdZeros,
} from './mcap-bytes.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

const body = (first = 0, count = 3, timeNs: (i: number) => bigint = (i) => BigInt(i + 1)): Uint8Array => {
  return join(channel(1), ...Array.from({ length: count }, (_, i) => message(1, first + i, timeNs(i))));
};
const good = (): Uint8Array => chunk({ body: body(100) });
const zstd = (bytes: Uint8Array): Uint8Array => new Uint8Array(compress(bytes));

/** A file with a sound chunk of three messages before and behind the bad one. */
const between = (bad: Uint8Array): Uint8Array => file([good(), bad, good()]);

const declared = (name: string, uncompressedBytes: bigint, reason: 'chunk-bomb' | 'corrupt-chunk'): HostileCase => ({
  name: `a zstd chunk that declares ${name}`,
  bytes: () => between(chunk({ body: zstd(body()), compression: 'zstd', uncompressedBytes, crc: 0 })),
  expect: { messages: 6, losses: [reason] },
});

const indexed = (name: string, index: (chunkAt: bigint, chunkBytes: bigint) => Uint8Array[]): HostileCase => ({
  name: `chunk indexes ${name}`,
  bytes: () => {
    const lead = join(MAGIC, header());
    const front = join(lead, good(), good(), dataEnd());
    const summary = join(...index(BigInt(lead.byteLength), BigInt(good().byteLength)));
    return join(front, ending(front.byteLength, summary));
  },
  expect: { messages: 6, losses: [] },
});

const timed = (
  name: string,
  timeNs: (i: number) => bigint,
  startTimeNs = 0n,
  endTimeNs = (1n << 64n) - 1n,
): HostileCase => ({
  name: `messages whose times ${name}`,
  bytes: () => file([chunk({ body: body(0, 4, timeNs), startTimeNs, endTimeNs })]),
  expect: { messages: 4, losses: [] },
});

export const chunkCases: readonly HostileCase[] = [
  {
    name: 'a zstd bomb of 1 GiB of zeros in 33 kB, without a CRC',
    bytes: () => between(chunk({ body: zstdZeros(GIB), compression: 'zstd', uncompressedBytes: BigInt(GIB), crc: 0 })),
    expect: { messages: 6, losses: ['chunk-bomb'] },
  },
  {
    name: 'a zstd bomb of 200 MiB, below the size cap and above the ratio cap',
    bytes: () => {
      const uncompressedBytes = BigInt(200 * MIB);
      return between(chunk({ body: zstdZeros(200 * MIB), compression: 'zstd', uncompressedBytes, crc: 0 }));
    },
    expect: { messages: 6, losses: ['chunk-bomb'] },
  },
  {
    name: 'a chunk of 60 KiB whose zstd frame holds 64 MiB',
    bytes: () => {
      const bomb = zstdZeros(64 * MIB);
      return between(chunk({ body: bomb, compression: 'zstd', uncompressedBytes: 60n * 1024n, crc: 0 }));
    },
    expect: { messages: 6, losses: ['corrupt-chunk'] },
  },
  {
    name: 'a hundred bombs in a row',
    bytes: () => {
      const bomb = chunk({
        body: zstdZeros(MIB * 900),
        compression: 'zstd',
        uncompressedBytes: BigInt(MIB * 900),
        crc: 0,
      });
      return file([good(), ...Array.from({ length: 100 }, () => bomb), good()]);
    },
    expect: { messages: 6, losses: ['chunk-bomb'] },
  },
  declared('1 GiB around a small body', BigInt(GIB), 'chunk-bomb'),
  declared('4 GiB', 1n << 32n, 'chunk-bomb'),
  declared('2^63 bytes', 1n << 63n, 'chunk-bomb'),
  declared('8 bytes', 8n, 'corrupt-chunk'),
  declared('one byte too few', BigInt(body().byteLength - 1), 'corrupt-chunk'),
  declared('one byte too many', BigInt(body().byteLength + 1), 'corrupt-chunk'),
  {
    name: 'a chunk whose CRC is wrong',
    bytes: () => between(chunk({ body: body(), crc: 1 })),
    expect: { messages: 6, losses: ['corrupt-chunk'] },
  },
  {
    name: 'a chunk whose CRC is 0, which means none',
    bytes: () => between(chunk({ body: body(), crc: 0 })),
    expect: { messages: 9, losses: [], note: /no CRC/ },
  },
  {
    name: 'a flipped bit in a zstd frame',
    bytes: () => {
      const packed = zstd(body());
      packed[8] = (packed[8] as number) ^ 0x40;
      return between(
        chunk({ body: packed, compression: 'zstd', uncompressedBytes: BigInt(body().byteLength), crc: 77 }),
      );
    },
    expect: { messages: 6, losses: ['corrupt-chunk'] },
  },
  {
    name: 'a codec that nobody knows',
    bytes: () => between(chunk({ body: body(), compression: 'rar' })),
    expect: { messages: 6, losses: ['corrupt-chunk'] },
  },
  {
    name: 'an lz4 chunk that is no lz4',
    bytes: () => between(chunk({ body: body(), compression: 'lz4', crc: 0 })),
    expect: { messages: 6, losses: ['corrupt-chunk'] },
  },
  {
    name: 'a chunk inside a chunk',
    bytes: () => between(chunk({ body: join(body(), chunk({ body: body() })) })),
    expect: { messages: 9, losses: ['corrupt-record'] },
  },
  {
    name: 'an attachment and a footer inside a chunk',
    bytes: () =>
      between(chunk({ body: join(record(0x09, new Uint8Array(60)), record(0x02, new Uint8Array(20)), body()) })),
    expect: { messages: 9, losses: ['corrupt-record'] },
  },
  {
    name: 'a chunk whose last record is longer than what is left of it',
    bytes: () => between(chunk({ body: join(body(), Uint8Array.of(5, 200, 0, 0, 0, 0, 0, 0, 0, 1, 0)) })),
    expect: { messages: 9, losses: ['corrupt-record'] },
  },
  {
    name: 'an empty chunk',
    bytes: () => between(chunk({ body: new Uint8Array(0) })),
    expect: { messages: 6, losses: [] },
  },
  indexed('that overlap', (at, bytes) => [chunkIndex(at, bytes + 10n), chunkIndex(at + 5n, bytes)]),
  indexed('that point outside of the file', (at, bytes) => [chunkIndex(1n << 40n, bytes), chunkIndex(at, 1n << 63n)]),
  indexed('that point at themselves', (at, bytes) => [chunkIndex(at + 2n * bytes + 13n, 73n)]),
  indexed('that name one chunk a thousand times', (at, bytes) =>
    Array.from({ length: 1_000 }, () => chunkIndex(at, bytes)),
  ),
  {
    ...timed('lie outside of their chunk', (i) => BigInt(i) * 10n, 5n, 6n),
    expect: { messages: 4, losses: [], note: /outside/ },
  },
  timed('are 0', () => 0n),
  timed('are 2^63', () => 1n << 63n),
  timed('are 2^64 - 1', () => (1n << 64n) - 1n),
  timed('go back', (i) => BigInt(1_000 - i)),
  timed('jump between 1970 and 2^63', (i) => (i % 2 === 0 ? 1n : 1n << 63n)),
];
