/** Hostile ROS 1 bags: something bad between two sound chunks. */
import { bytesFromUtf8, concatCopy } from '@pitlane/base/bytes';
import type { LossReason } from '@pitlane/formats/recording';
import { MAGIC } from '../../libs/formats/rosbag1/index-section.ts';
import {
  bagHeaderRecord,
  chunkRecord,
  connectionRecord,
  fieldBytes,
  messageRecord,
  opField,
  recordBytes,
  u32Bytes,
} from '../../libs/formats/rosbag1/write-bag.fixture.ts';
import type { HostileCase } from '../adversarial/cases.ts';

const message = (at: number): Uint8Array =>
  messageRecord({ conn: at % 2, secs: 100 + at, nsecs: at, data: new Uint8Array(5 + at).fill(0x41 + at) });
const connections = [0, 1].map((conn) =>
  connectionRecord({ conn, topic: `/t${conn}`, type: 'p/T', definition: 'uint8 a' }),
);
const inChunk = (...records: readonly Uint8Array[]): Uint8Array => {
  const content = concatCopy([...records]);
  return chunkRecord('none', content.byteLength, content);
};
const bag = (bad: Uint8Array): Uint8Array =>
  concatCopy([
    bytesFromUtf8(MAGIC),
    bagHeaderRecord(0, 0, 0),
    inChunk(...connections, message(0), message(1)),
    bad,
    inChunk(message(6), message(7)),
  ]);

const between = (name: string, bad: () => Uint8Array, reason: LossReason): HostileCase => ({
  name: `a bag with ${name}`,
  bytes: () => bag(bad()),
  expect: { messages: 4, losses: [reason] },
});

export const bagCases: readonly HostileCase[] = [
  between('a header of 4 GiB', () => concatCopy([u32Bytes(0xffff_ffff), new Uint8Array(40)]), 'corrupt-record'),
  between('a header of nothing', () => concatCopy([u32Bytes(0), u32Bytes(0)]), 'corrupt-record'),
  between('an unknown op', () => recordBytes([opField(9)], new Uint8Array(9)), 'corrupt-record'),
  between(
    'a field longer than its header',
    () => recordBytes([opField(2), u32Bytes(900)], new Uint8Array(3)),
    'corrupt-record',
  ),
  between(
    'a message without time',
    () => recordBytes([opField(2), fieldBytes('conn', u32Bytes(0))], new Uint8Array(3)),
    'corrupt-record',
  ),
  between('zeros', () => new Uint8Array(100_000), 'corrupt-record'),
  between('a chunk bomb', () => chunkRecord('lz4', 0xffff_ffff, new Uint8Array(50)), 'chunk-bomb'),
  between('a chunk of absurd ratio', () => chunkRecord('bz2', 200_000_000, new Uint8Array(50)), 'chunk-bomb'),
  between('a chunk of unknown codec', () => chunkRecord('zip', 100, new Uint8Array(50)), 'corrupt-chunk'),
  between('a chunk whose codec fails', () => chunkRecord('bz2', 100, new Uint8Array(50)), 'corrupt-chunk'),
  between(
    'a message of no connection',
    () => messageRecord({ conn: 77, secs: 1, nsecs: 1, data: new Uint8Array(9) }),
    'unknown-channel',
  ),
  {
    name: 'a bag of 250,000 false starts',
    bytes: () => {
      const lure = concatCopy([u32Bytes(300), opField(2)]);
      const lures = new Uint8Array(lure.byteLength * 250_000);
      for (let at = 0; at < lures.byteLength; at += lure.byteLength) lures.set(lure, at);
      return bag(lures);
    },
    expect: { losses: ['corrupt-record'] },
  },
  {
    name: 'a bag cut off in its last message',
    bytes: () => bag(new Uint8Array()).slice(0, -4),
    expect: { messages: 3, losses: ['truncated'] },
  },
  {
    name: 'nothing but the first line of a bag',
    bytes: () => bytesFromUtf8(MAGIC),
    expect: { messages: 0 },
  },
];
