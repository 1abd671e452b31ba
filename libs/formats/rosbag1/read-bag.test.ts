import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { requireData } from '../../../test/support/requires.ts';
import { type Decompressors, DEFAULT_READ_LIMITS } from '../recording/index.ts';
import { collectBag as collect, lineOf, type ReadBack } from './collect-bag.fixture.ts';
import { rosbag1 } from './index.ts';
import { type FixtureBag, writeBag } from './write-bag.fixture.ts';

const SEED = 20_261_122;
const data = requireData();
const bagFile = (name: string): Uint8Array => readFileSync(path.join(data ?? '', 'bag', name));

let decompressors: Decompressors;
const collectBag = (bytes: Uint8Array): Promise<ReadBack> => collect(memorySource(bytes), decompressors);
beforeAll(async () => {
  decompressors = await testDecompressors();
});

/** What the README of the real logs says: messages by topic. */
const EXAMPLE = {
  '/rosout': 10,
  '/turtle1/color_sensor': 1351,
  '/tf_static': 1,
  '/turtle2/color_sensor': 1344,
  '/turtle1/pose': 1344,
  '/turtle2/pose': 1344,
  '/tf': 2688,
  '/turtle2/cmd_vel': 208,
  '/turtle1/cmd_vel': 357,
};
const FACTS: Record<string, Record<string, number>> = {
  'example.bag': EXAMPLE,
  'example-bz2.bag': EXAMPLE,
  'example-lz4.bag': EXAMPLE,
  'example-unsorted-chunks.bag': { foo: 3 },
  'no-messages.bag': {},
  'tilt_laser.bag': {
    '/gravity_vector': 356,
    '/magnetic_vector': 356,
    '/imu_data': 356,
    '/info_gps': 356,
    '/position_gps': 356,
    '/temperature': 712,
    '/velocity': 712,
    '/tf': 711,
    '/scan': 178,
  },
  'embag-test.bag': { '/luminar_pointcloud': 5, '/base_scan': 5, '/base_pose_ground_truth': 5 },
};

describe.skipIf(data === undefined)('real bags', () => {
  it.each(Object.entries(FACTS))('reads %s whole, and inspects it alike', async (name, counts) => {
    const bytes = bagFile(name);
    const { messages, losses, notes } = await collectBag(bytes);
    expect(countsOf(messages.map(({ topic }) => topic))).toEqual(counts);
    expect([losses, notes]).toEqual([[], []]);
    const tools = { decompressors, limits: DEFAULT_READ_LIMITS };
    const inspection = await rosbag1.inspect(memorySource(bytes), tools);
    expect(inspection.indexed).toBe(true);
    expect(inspection.messages).toBe(messages.length);
    expect(Object.fromEntries(inspection.topics.map((line) => [line.topic, line.messages]))).toEqual(counts);
    const times = messages.map(({ timeNs }) => timeNs).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    expect([inspection.startTimeNs, inspection.endTimeNs]).toEqual([times[0], times.at(-1)]);
  });

  it('reads the same messages from the plain, the LZ4 and the bzip2 copy of one recording', async () => {
    const plain = (await collectBag(bagFile('example.bag'))).messages.map(lineOf);
    for (const copy of ['example-bz2.bag', 'example-lz4.bag']) {
      const { messages } = await collectBag(bagFile(copy));
      expect(messages.map(lineOf).sort()).toEqual([...plain].sort());
    }
  });

  it('keeps the connection header as metadata and the definition as schema', async () => {
    const { channels } = await collectBag(bagFile('tilt_laser.bag'));
    const scan = channels.find(({ topic }) => topic === '/scan');
    expect(scan?.schema?.name).toBe('sensor_msgs/LaserScan');
    expect(scan?.schema?.encoding).toBe('ros1msg');
    expect(new TextDecoder().decode(scan?.schema?.data)).toContain('float32[] ranges');
    expect(scan?.metadata.get('md5sum')).toBe('90c7ef2dc6895d81024acba2ac42f369');
    expect(scan?.metadata.has('message_definition')).toBe(false);
  });
});

const connections = [0, 1, 2, 70_000].map((conn) => ({
  conn,
  topic: conn === 2 ? '/topic1' : `/topic${conn}`,
  type: `pkg/Type${conn % 2}`,
  definition: `uint8[] data # ${conn % 2}`,
}));

const bags: fc.Arbitrary<FixtureBag> = fc.record({
  connections: fc.constant(connections),
  chunks: fc.array(
    fc.record({
      compression: fc.constantFrom('none', 'lz4'),
      messages: fc.array(
        fc.record({
          conn: fc.constantFrom(0, 1, 2, 70_000),
          secs: fc.nat(2 ** 32 - 1),
          nsecs: fc.nat(999_999_999),
          data: fc.uint8Array({ maxLength: 200 }),
        }),
        { maxLength: 12 },
      ),
    }),
    { maxLength: 6 },
  ),
  isClosed: fc.boolean(),
});

describe('written bags', () => {
  it('read back equal, message for message', async () => {
    await fc.assert(
      fc.asyncProperty(bags, async (bag) => {
        const { channels, messages, losses, notes } = await collectBag(writeBag(bag));
        expect(losses).toEqual([]);
        expect(notes.length).toBe(bag.isClosed ? 0 : 1);
        const wanted = bag.chunks.flatMap((chunk) => chunk.messages);
        expect(messages.map((message) => message.data)).toEqual(wanted.map((message) => message.data));
        expect(messages.map((message) => message.timeNs)).toEqual(
          wanted.map(({ secs, nsecs }) => BigInt(secs) * 1_000_000_000n + BigInt(nsecs)),
        );
        const callers = wanted.map(({ conn }) => `/node${conn}`);
        expect(messages.map(({ channelIndex }) => channels[channelIndex]?.metadata.get('callerid'))).toEqual(callers);
        if (bag.isClosed) expect(channels.length).toBe(connections.length);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('say where each message stands: its record, or the compressed chunk that holds it', async () => {
    const message = { conn: 0, secs: 1, nsecs: 2, data: new Uint8Array([1, 2, 3]) };
    const chunks = (['none', 'lz4'] as const).map((compression) => ({ compression, messages: [message, message] }));
    const bytes = writeBag({ connections, chunks, isClosed: true });
    const { messages } = await collectBag(bytes);
    const [first, second, third, fourth] = messages.map(({ sourceOffset }) => sourceOffset) as [
      number,
      number,
      number,
      number,
    ];
    expect(Buffer.from(bytes.subarray(first, second)).toString('latin1')).toContain('time=');
    expect(Buffer.from(bytes.subarray(third)).toString('latin1', 8, 19)).toBe('compression');
    expect(fourth).toBe(third);
  });

  it('larger than the view read the same', async () => {
    const messages = Array.from({ length: 40 }, (_, at) => ({
      conn: at % 2,
      secs: at,
      nsecs: 0,
      data: new Uint8Array(at % 7 === 0 ? 5_000_000 : 300_000).fill(at),
    }));
    const chunks = [0, 10, 20, 30].map((from) => ({
      compression: from === 10 ? ('lz4' as const) : ('none' as const),
      messages: messages.slice(from, from + 10),
    }));
    const back = await collectBag(writeBag({ connections, chunks, isClosed: true }));
    expect(back.losses).toEqual([]);
    const sums = back.messages.map(({ timeNs, data: got }) => [
      Number(timeNs / 1_000_000_000n),
      got.byteLength,
      got.at(-1),
    ]);
    expect(sums).toEqual(messages.map(({ secs, data: sent }) => [secs, sent.byteLength, secs]));
  });

  it('of other versions are not recognised', () => {
    const head = (text: string) => rosbag1.recognises(new TextEncoder().encode(text));
    expect(head('#ROSBAG V2.0\nxyz')).toBe(true);
    expect([head('#ROSBAG V1.2\nxyz'), head('#ROSBAG V2.0'), head('')]).toEqual([false, false, false]);
  });
});

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
