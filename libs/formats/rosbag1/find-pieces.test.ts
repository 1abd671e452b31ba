import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { DEFAULT_READ_LIMITS, type IndexedPieces } from '../recording/index.ts';
import { rosbag1 } from './index.ts';
import { writeBag } from './write-bag.fixture.ts';

const tools = { decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS };
const connections = [0, 1].map((conn) => ({ conn, topic: `/t${conn}`, type: 'std_msgs/String', definition: '' }));
const chunks = (['none', 'lz4', 'none', 'lz4'] as const).map((compression, chunk) => ({
  compression,
  messages: [0, 1, 2].map((i) => ({
    conn: chunk === 1 ? 1 : 0,
    secs: 10 * chunk + i,
    nsecs: 5,
    data: new Uint8Array(9),
  })),
}));

async function secondsOf(found: IndexedPieces, places: readonly number[]): Promise<number[]> {
  const source = found.only(places.map((place) => found.pieces[place] as IndexedPieces['pieces'][number]));
  const read: number[] = [];
  for await (const batch of rosbag1.read(source, tools)) {
    for (const event of batch) {
      if (event.kind === 'message') read.push(Number(event.message.logTimeNs / 1_000_000_000n));
      if (event.kind === 'loss') throw new Error(event.loss.text);
    }
  }
  return read;
}

it('are the chunks of a closed bag, and give their messages and no others', async () => {
  const bag = writeBag({ connections, chunks, isClosed: true });
  const found = (await rosbag1.findPieces?.(memorySource(bag), tools)) as IndexedPieces;
  expect(found.pieces.map(({ channels }) => channels.map((conn) => found.topics.get(conn)))).toEqual([
    ['/t0'],
    ['/t1'],
    ['/t0'],
    ['/t0'],
  ]);
  await fc.assert(
    fc.asyncProperty(fc.subarray([0, 1, 2, 3]), async (places) => {
      const wanted = places.flatMap((place) => [0, 1, 2].map((i) => 10 * place + i));
      expect(await secondsOf(found, places)).toEqual(wanted);
    }),
  );
});

it('are not known of a bag that was never closed, or was cut off', async () => {
  const open = writeBag({ connections, chunks, isClosed: false });
  const closed = writeBag({ connections, chunks, isClosed: true });
  for (const bag of [open, closed.subarray(0, closed.byteLength - 20), closed.subarray(0, 100)])
    expect(await rosbag1.findPieces?.(memorySource(bag), tools)).toBeUndefined();
});
