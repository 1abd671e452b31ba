import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { requireData } from '../../../test/support/requires.ts';
import { formatOf } from '../all/index.ts';
import { isRecognised } from '../recording/index.ts';
import { collectBag, lineOf, toolsWith } from './collect-bag.fixture.ts';
import { rosbag2 } from './index.ts';
import { type FixtureMessage, linesBySqlite, writeBag } from './write-bag.fixture.ts';

const data = requireData();
const bagFile = (name: string): Uint8Array => new Uint8Array(readFileSync(path.join(data ?? '', 'rosbag2', name)));

/** What the metadata beside the real bags says: messages, topics, and the length in milliseconds where it is of one file. */
const FACTS: [name: string, messages: number, topics: number, lengthMs: number | undefined][] = [
  ['test_bag/test_bag_0.db3', 2724, 2, 184_325],
  ['scan_today_bag/scan_today_bag_0.db3', 492, 1, 98_247],
  ['wbag/wbag_0.db3', 1246, 8, undefined],
  ['wbag/wbag_1.db3', 1240, 8, undefined],
  ['wbag/wbag_2.db3', 1240, 8, undefined],
  ['wbag/wbag_3.db3', 1240, 8, undefined],
  ['wbag/wbag_4.db3', 1108, 8, undefined],
];

describe.skipIf(data === undefined)('real bags', () => {
  it.each(FACTS)('read %s whole, as SQLite does', async (name, count, topics, lengthMs) => {
    const bytes = bagFile(name);
    expect(rosbag2.recognises(bytes.subarray(0, 4096))).toBe(true);
    const { messages, channels, losses, notes } = await collectBag(memorySource(bytes));
    expect([losses, notes]).toEqual([[], []]);
    expect([messages.length, channels.length]).toEqual([count, topics]);
    expect(messages.map(lineOf)).toEqual(linesBySqlite(bytes));
    const inspection = await rosbag2.inspect(memorySource(bytes), toolsWith());
    expect(inspection.topics.map(({ topic }) => topic)).toEqual(channels.map(({ topic }) => topic));
    const times = messages.map(({ timeNs }) => timeNs).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    expect([inspection.startTimeNs, inspection.endTimeNs]).toEqual([times[0], times.at(-1)]);
    if (lengthMs === undefined) return;
    expect(Number(((times.at(-1) ?? 0n) - (times[0] ?? 0n)) / 1_000_000n)).toBe(lengthMs);
    expect(inspection.library).toBe('humble');
  });
});

const topics = ['/a', '/b', '/ü'].map((name) => ({ name, type: 'pkg/msg/Type' }));
const messagesOf = (count: number, bytesOf: (at: number) => number): FixtureMessage[] =>
  Array.from({ length: count }, (_, at) => ({
    topic: at % 3,
    timeNs: 1_700_000_000_000_000_000n + BigInt(at) * 1_000_003n,
    data: new Uint8Array(bytesOf(at)).map((_byte, index) => (at * 7 + index) & 0xff),
  }));
const linesOf = (messages: readonly FixtureMessage[]): string[] =>
  messages.map(({ topic, timeNs, data: bytes }) => lineOf({ topic: topics[topic]?.name ?? '', timeNs, data: bytes }));

async function expectWhole(bytes: Uint8Array, lines: readonly string[]): Promise<void> {
  const back = await collectBag(memorySource(bytes));
  expect([back.losses, back.notes]).toEqual([[], []]);
  expect(back.messages.map(lineOf)).toEqual(lines);
}

describe('written bags', () => {
  const sizes = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];
  it.each(sizes)('of pages of %i bytes read back equal, small and large messages alike', async (pageBytes) => {
    const messages = messagesOf(400, (at) => (at % 50 === 7 ? 100_000 + at : (at * at) % 3000));
    for (const autoVacuum of ['NONE', 'FULL'] as const) {
      const bytes = writeBag({ topics, messages, pageBytes, autoVacuum });
      expect(formatOf(bytes.subarray(0, 65_536))?.name).toBe('rosbag2');
      await expectWhole(bytes, linesOf(messages));
    }
  });

  it.each(['UTF-16le', 'UTF-16be'] as const)('of %s text read back equal, and are recognised', async (encoding) => {
    const messages = messagesOf(50, (at) => at * 10);
    const bytes = writeBag({ topics, messages, encoding });
    expect(isRecognised(rosbag2, bytes)).toBe(true);
    await expectWhole(bytes, linesOf(messages));
  });

  it('with rows deleted leave out what is deleted, and lose nothing to the free pages', async () => {
    const messages = messagesOf(3000, (at) => (at * 31) % 900);
    for (const autoVacuum of ['NONE', 'INCREMENTAL'] as const) {
      const afterwards = ['DELETE FROM messages WHERE id % 3 = 0 OR id BETWEEN 500 AND 1500'];
      const kept = messages.filter((_, at) => (at + 1) % 3 !== 0 && (at + 1 < 500 || at + 1 > 1500));
      await expectWhole(writeBag({ topics, messages, autoVacuum, afterwards, pageBytes: 1024 }), linesOf(kept));
    }
  });

  it('with other tables and long index keys lose nothing', async () => {
    const messages = messagesOf(20, () => 100);
    const afterwards = [
      'CREATE TABLE other(a TEXT PRIMARY KEY, b) WITHOUT ROWID',
      'CREATE TABLE another(a, b)',
      'CREATE INDEX another_idx ON another(a)',
      ...Array.from({ length: 40 }, (_, at) => `INSERT INTO other VALUES (hex(zeroblob(${at * 700})) || ${at}, ${at})`),
      ...Array.from({ length: 40 }, (_, at) => `INSERT INTO another VALUES (hex(zeroblob(${at * 700})), ${at})`),
    ];
    await expectWhole(writeBag({ topics, messages, afterwards }), linesOf(messages));
  });

  it('give definitions, hashes and metadata records', async () => {
    const metadata = 'rosbag2_bagfile_information:\n  compression_format: zstd\n  compression_mode: MESSAGE\n';
    const definitions = { 'pkg/msg/Type': `uint8 a\n${'# long\n'.repeat(3000)}` };
    const bytes = writeBag({ topics, messages: messagesOf(3, () => 9), metadata, definitions });
    const back = await collectBag(memorySource(bytes));
    expect(back.losses).toEqual([]);
    const [channel] = back.channels;
    expect([channel?.messageEncoding, channel?.schema?.name, channel?.schema?.encoding]).toEqual([
      'cdr',
      'pkg/msg/Type',
      'ros2msg',
    ]);
    expect(new TextDecoder().decode(channel?.schema?.data)).toBe(definitions['pkg/msg/Type']);
    expect(Object.fromEntries(channel?.metadata ?? [])).toEqual({
      offered_qos_profiles: 'qos',
      type_description_hash: 'RIHS01_00',
    });
    expect(back.metadata.map(({ name, entries }) => [name, Object.fromEntries(entries)])).toEqual([
      ['rosbag2', { schema_version: '4', ros_distro: 'jazzy' }],
      ['rosbag2', { metadata_version: '9', serialized_metadata: metadata }],
    ]);
    expect(back.messages.map(({ sequence }) => sequence)).toEqual([0, 0, 0]);
  });

  it('are not mistaken for other databases', () => {
    const head = writeBag({ topics, messages: [] }).slice(0, 4096);
    expect(rosbag2.recognises(head)).toBe(true);
    expect(
      rosbag2.recognises(
        Buffer.from(Buffer.from(head).toString('latin1').replaceAll('messages', 'massages'), 'latin1'),
      ),
    ).toBe(false);
    expect(rosbag2.recognises(head.fill(0, 100))).toBe(false);
    expect(rosbag2.recognises(new Uint8Array(0))).toBe(false);
  });

  it('are inspected with few reads', async () => {
    const messages = messagesOf(5000, () => 2000);
    const source = memorySource(writeBag({ topics, messages }));
    const inspection = await rosbag2.inspect(source, toolsWith());
    expect(source.bytesRead).toBeLessThan(2 * 1024 * 1024);
    expect(inspection).toEqual({
      profile: 'ros2',
      library: 'jazzy',
      indexed: true,
      messages: undefined,
      startTimeNs: messages[0]?.timeNs,
      endTimeNs: messages.at(-1)?.timeNs,
      topics: topics.map(({ name, type }) => ({ topic: name, schemaName: type, messages: undefined })),
    });
  });
});
