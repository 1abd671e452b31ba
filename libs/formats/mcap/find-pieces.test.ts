import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { objectOf } from '../../../test/support/chunk-object.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { DEFAULT_READ_LIMITS, type IndexedPieces, type ReadTools } from '../recording/index.ts';
import { mcap } from './index.ts';

const START_NS = 1_772_547_720_000_000_000n;
const [CHUNKS, EACH] = [6, 20];
let file: Uint8Array;
let tools: ReadTools;

beforeAll(async () => {
  tools = { decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS };
  const messages = Array.from({ length: CHUNKS * EACH }, (_, i) => {
    // The second topic is in the third chunk alone.
    const channel = i % 5 === 0 && Math.floor(i / EACH) === 2 ? 1 : 0;
    return { channel, logTimeNs: START_NS + BigInt(i), sequence: i, data: new Uint8Array(2000) };
  });
  const channels = ['/lidar', '/imu'].map((topic, index) => ({ topic, index, twin: 0 }));
  file = (await objectOf(messages, channels, { innerMessages: EACH, compression: 'zstd' }, 'ros2')).bytes;
});

async function sequencesOf(found: IndexedPieces, places: readonly number[]): Promise<(readonly [string, number])[]> {
  const source = found.only(places.map((place) => found.pieces[place] as IndexedPieces['pieces'][number]));
  const read: [string, number][] = [];
  for await (const batch of mcap.read(source, tools)) {
    for (const event of batch) {
      if (event.kind === 'message') read.push([event.message.channel.topic, event.message.sequence]);
      if (event.kind === 'loss') throw new Error(event.loss.text);
    }
  }
  return read;
}

it('are the chunks of a file, each with its channels and its times', async () => {
  const found = await mcap.findPieces?.(memorySource(file), tools);
  expect(found?.pieces.map(({ channels }) => channels.map((id) => found.topics.get(id)))).toEqual(
    Array.from({ length: CHUNKS }, (_, chunk) => (chunk === 2 ? ['/lidar', '/imu'] : ['/lidar'])),
  );
  expect(found?.pieces.map(({ startTimeNs }) => startTimeNs - START_NS)).toEqual([0n, 20n, 40n, 60n, 80n, 100n]);
});

it('give their messages and no others, whichever are read, and cost no more than themselves', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray([0, 1, 2, 3, 4, 5]), async (places) => {
      const source = memorySource(file);
      const found = (await mcap.findPieces?.(source, tools)) as IndexedPieces;
      const before = source.bytesRead;
      const read = await sequencesOf(found, places);
      expect(read.map(([, sequence]) => sequence)).toEqual(
        places.flatMap((place) => Array.from({ length: EACH }, (_, i) => place * EACH + i)),
      );
      expect(
        read.every(([topic, i]) => topic === (i % 5 === 0 && Math.floor(i / EACH) === 2 ? '/imu' : '/lidar')),
      ).toBe(true);
      const bytes = places.reduce((sum, place) => sum + (found.pieces[place]?.bytes ?? 0), 0);
      expect(source.bytesRead - before).toBeLessThanOrEqual(bytes);
    }),
  );
});

it('are not known of a file without a summary, or with one that was cut off', async () => {
  for (const bytes of [file.subarray(0, file.byteLength - 1), file.subarray(0, 100), new Uint8Array(0)])
    expect(await mcap.findPieces?.(memorySource(bytes), tools)).toBeUndefined();
});
