import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { objectOf } from '../../../test/support/chunk-object.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { DEFAULT_READ_LIMITS, type IndexBudget, type IndexedTimes } from '../recording/index.ts';
import { mcap } from './index.ts';

const FREE: IndexBudget = { bytesMax: 1e9, isSpent: () => false };
const START_NS = 1_772_547_720_123_456_789n;
let file: Uint8Array;

beforeAll(async () => {
  const messages = Array.from({ length: 60 }, (_, i) => {
    // The second topic is in the first and the third chunk alone.
    const channel = i % 5 === 0 && (i < 20 || i >= 40) ? 1 : 0;
    return { channel, logTimeNs: START_NS + BigInt(i) * 1_000_000n, sequence: i, data: new Uint8Array(2000) };
  });
  const channels = ['/lidar', '/imu'].map((topic, index) => ({ topic, index, twin: 0 }));
  file = (await objectOf(messages, channels, { innerMessages: 20, compression: 'zstd' }, 'ros2')).bytes;
});

async function toldOf(bytes: Uint8Array, budget = FREE) {
  const topics = new Map<string, { messages: number | undefined; at: bigint[]; within: (readonly bigint[])[] }>();
  const times: IndexedTimes = {
    topic(topic, _, messages) {
      const told = { messages, at: [] as bigint[], within: [] as (readonly bigint[])[] };
      topics.set(topic, told);
      return {
        at: (high, low) => told.at.push((BigInt(high) << 32n) + BigInt(low)),
        within: (start, end) => told.within.push([start, end]),
      };
    },
  };
  const source = memorySource(bytes);
  const tools = { decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS };
  const isIndexed = await mcap.readTimes?.(source, tools, times, budget);
  return { isIndexed, topics, bytesRead: source.bytesRead };
}

describe('the times in the indexes of an MCAP file', () => {
  it('are those of every message, and no data is read for them', async () => {
    const { isIndexed, topics, bytesRead } = await toldOf(file);
    expect(isIndexed).toBe(true);
    const all = [...topics.values()].flatMap(({ at }) => at).sort((a, b) => (a < b ? -1 : 1));
    expect(all).toEqual(Array.from({ length: 60 }, (_, i) => START_NS + BigInt(i) * 1_000_000n));
    expect([topics.get('/lidar')?.messages, topics.get('/imu')?.messages]).toEqual([52, 8]);
    expect(bytesRead).toBeLessThan(5000);
  });

  it('are the stretches of the chunks that have the topic, where there is no budget for more', async () => {
    const ms = (from: number, to: number) => [START_NS + BigInt(from) * 1_000_000n, START_NS + BigInt(to) * 1_000_000n];
    for (const budget of [
      { ...FREE, bytesMax: 10 },
      { ...FREE, isSpent: () => true },
    ]) {
      const { topics } = await toldOf(file, budget);
      expect(topics.get('/imu')).toEqual({ messages: 8, at: [], within: [ms(0, 19), ms(40, 59)] });
      expect(topics.get('/lidar')?.within).toEqual([ms(0, 19), ms(20, 39), ms(40, 59)]);
    }
  });

  it('are not there where the end of the file is missing', async () => {
    expect((await toldOf(file.subarray(0, file.byteLength - 40))).isIndexed).toBe(false);
    expect((await toldOf(new Uint8Array(0))).isIndexed).toBe(false);
  });

  it('are told as far as they make sense where indexes were written over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: file.byteLength - 1 }),
        fc.uint8Array({ minLength: 1, maxLength: 16 }),
        async (at, bytes) => {
          const damaged = file.slice();
          damaged.set(bytes.subarray(0, file.byteLength - at), at);
          expect([true, false]).toContain((await toldOf(damaged)).isIndexed);
        },
      ),
      { numRuns: 200 },
    );
  });
});
