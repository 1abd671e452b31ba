import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { DEFAULT_READ_LIMITS, type IndexBudget, type IndexedTimes } from '../recording/index.ts';
import { rosbag1 } from './index.ts';
import { type FixtureMessage, writeBag } from './write-bag.fixture.ts';

const FREE: IndexBudget = { bytesMax: 1e9, isSpent: () => false };
const connections = [0, 1].map((conn) => ({ conn, topic: `/t${conn}`, type: 'std_msgs/String', definition: '' }));
const message = (conn: number, secs: number, nsecs = 5): FixtureMessage => ({
  conn,
  secs,
  nsecs,
  data: new Uint8Array(9),
});
const chunks = [
  { compression: 'none', messages: [message(0, 10), message(1, 11), message(0, 12)] },
  { compression: 'lz4', messages: [message(1, 14), message(1, 13, 7)] },
] as const;
const closed = writeBag({ connections, chunks, isClosed: true });

async function toldOf(bag: Uint8Array, budget = FREE) {
  const lines: string[] = [];
  const times: IndexedTimes = {
    topic(topic, schemaName, messages) {
      lines.push(`${topic} ${schemaName} ${messages}`);
      return {
        at: (high, low) => lines.push(`${topic} at ${(BigInt(high) << 32n) + BigInt(low)}`),
        within: (start, end) => lines.push(`${topic} in ${start} to ${end}`),
      };
    },
  };
  const source = memorySource(bag);
  const tools = { decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS };
  const isIndexed = await rosbag1.readTimes?.(source, tools, times, budget);
  return { isIndexed, lines, bytesRead: source.bytesRead };
}

describe('the times in the indexes of a bag', () => {
  it('are those of every message, whatever its chunk is compressed with', async () => {
    const { isIndexed, lines } = await toldOf(closed);
    expect(isIndexed).toBe(true);
    expect(lines).toEqual([
      '/t0 std_msgs/String 2',
      '/t1 std_msgs/String 3',
      '/t0 at 10000000005',
      '/t0 at 12000000005',
      '/t1 at 11000000005',
      '/t1 at 14000000005',
      '/t1 at 13000000007',
    ]);
  });

  it('are the stretches of the chunks where there is no budget for more', async () => {
    const stretches = [
      '/t0 in 10000000005 to 12000000005',
      '/t1 in 10000000005 to 12000000005',
      '/t1 in 13000000007 to 14000000005',
    ];
    expect((await toldOf(closed, { ...FREE, bytesMax: 10 })).lines.slice(2)).toEqual(stretches);
    expect((await toldOf(closed, { ...FREE, isSpent: () => true })).lines.slice(2)).toEqual(stretches);
  });

  it('are not there in a bag that was never closed', async () => {
    expect(await toldOf(writeBag({ connections, chunks, isClosed: false }))).toMatchObject({
      isIndexed: false,
      lines: [],
    });
  });

  it('are told as far as they make sense in a damaged bag', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: closed.byteLength - 1 }),
        fc.nat({ max: 255 }),
        fc.nat({ max: 200 }),
        async (at, byte, cut) => {
          const damaged = closed.slice(0, closed.byteLength - (cut < 100 ? 0 : cut));
          damaged[at] = byte;
          expect([true, false]).toContain((await toldOf(damaged)).isIndexed);
        },
      ),
      { numRuns: 300 },
    );
  });
});
