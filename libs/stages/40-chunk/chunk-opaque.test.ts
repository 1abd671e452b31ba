import { sha256Of } from '@pitlane/contracts/identity';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { CHUNK_BYTES_MAX } from '@pitlane/contracts/plan';
import { mcap } from '@pitlane/formats/mcap';
import type { Loss, RecordingEvent } from '@pitlane/formats/recording';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { readRecording } from '../../../test/support/read-recording.ts';
import { type CutDone, cutBatches, cutOpaque, placeOf } from '../../../test/support/cut-in-memory.ts';
import { channelOf, messageOf, said } from './recordings.fixture.ts';

/** The data of all messages of these chunks, joined. */
async function joined(cut: CutDone, chunks: readonly ChunkFacts[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (const chunk of chunks) {
    const { messages } = await readRecording(mcap, memorySource(cut.bytesOf(chunk)));
    expect(messages.map(({ sequence }) => sequence)).toEqual(messages.map((_, i) => i));
    for (const { data } of messages) parts.push(data);
  }
  return Buffer.concat(parts);
}

const patterned = (bytes: number): Uint8Array => {
  const pattern = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i += 1) pattern[i] = (i * 31 + (i >> 11)) & 0xff;
  return pattern;
};

const loss = (offset: number, bytes: number): Loss => ({
  reason: 'corrupt-record',
  text: 'it contradicts itself',
  offset,
  bytes,
  topics: ['/a'],
  startTimeNs: 5n,
  endTimeNs: undefined,
});

const lost = (losses: readonly Loss[]): RecordingEvent[] => losses.map((one) => ({ kind: 'loss', loss: one }));
const unreadOf = (cut: CutDone): ChunkFacts[] => cut.chunks.filter(({ kind }) => kind === 'unread');

describe('a file that is no known log', () => {
  it('comes back byte for byte when the data of its messages is joined', async () => {
    const size = fc.oneof(fc.nat(100), fc.integer({ min: 1_048_500, max: 1_048_600 }), fc.nat(3_500_000));
    await fc.assert(
      fc.asyncProperty(size, async (bytes) => {
        const file = patterned(bytes);
        const cut = await cutOpaque(file);
        expect(sha256Of(await joined(cut, cut.chunks))).toBe(sha256Of(file));
        expect(cut.end.channels).toEqual([]);
        for (const chunk of cut.chunks) expect([chunk.sourceStart, chunk.sourceEnd]).toEqual([0, bytes]);
      }),
      { numRuns: 15 },
    );
  });

  it('is cut at 64 MiB, and made again only where it is not done', async () => {
    const file = new Uint8Array(CHUNK_BYTES_MAX + 3_000_000).fill(7);
    const cut = await cutOpaque(file);
    expect(cut.chunks.map(({ bytesRaw }) => bytesRaw <= CHUNK_BYTES_MAX)).toEqual([true, true]);
    expect((await joined(cut, cut.chunks)).equals(file)).toBe(true);
    const again = await cutOpaque(file, { done: cut.chunks.slice(0, 1) });
    expect(again.chunks).toEqual(cut.chunks);
    expect([...again.known]).toEqual([placeOf(cut.chunks[0] as ChunkFacts)]);
    expect(again.spool.created).toEqual([placeOf(cut.chunks[1] as ChunkFacts)]);
  });

  it('has no chunk when it is empty', async () => {
    const cut = await cutOpaque(new Uint8Array(0));
    expect(cut.chunks).toEqual([]);
  });
});

describe('what could not be read of a log', () => {
  const file = patterned(2_500_000);

  it('is kept byte for byte, range behind range, and each loss says where', async () => {
    const range = fc.tuple(fc.nat(500_000), fc.oneof(fc.nat(2000), fc.nat(600_000)));
    await fc.assert(
      fc.asyncProperty(fc.array(range, { maxLength: 4 }), async (ranges) => {
        let offset = 0;
        const losses = ranges.map(([gap, bytes]) => {
          const one = loss(offset + gap, bytes);
          offset += gap + bytes;
          return one;
        });
        const cut = await cutBatches([lost(losses.toReversed())], { fileBytes: file });
        const chunks = unreadOf(cut);
        const parts = losses.map((one) => file.subarray(one.offset, one.offset + one.bytes));
        expect((await joined(cut, chunks)).equals(Buffer.concat(parts))).toBe(true);
        expect(cut.end.losses.map(({ offset: at, bytes }) => [at, bytes])).toEqual(
          losses.map((one) => [one.offset, one.bytes]),
        );
        for (const { bytes, keptIn } of cut.end.losses) expect(keptIn).toBe(bytes > 0 ? chunks[0]?.chunkId : null);
      }),
      { numRuns: 20 },
    );
  });

  it('comes after all other chunks, is not made again when it is done, and is told as known then', async () => {
    const message = said(messageOf(channelOf(0, '/a'), 0, 1n, new Uint8Array(3)));
    const given = [[message, ...lost([loss(10, 100)])]];
    const first = await cutBatches(given, { fileBytes: file });
    expect(first.chunks.map(({ kind, ordinal }) => [kind, ordinal])).toEqual([
      ['log', 0],
      ['unread', 1],
    ]);
    const again = await cutBatches(given, { fileBytes: file, done: first.chunks });
    expect(again.chunks).toEqual(first.chunks);
    expect(again.end).toEqual(first.end);
    expect(again.spool.created).toEqual([]);
    expect([...again.known].sort()).toEqual(first.chunks.map(placeOf).sort());
  });

  it('names the chunk that holds the beginning of each loss when there are several', async () => {
    const large = new Uint8Array(CHUNK_BYTES_MAX + 4_000_000).fill(1);
    const losses = [loss(0, CHUNK_BYTES_MAX), loss(CHUNK_BYTES_MAX + 10, 1_000_000)];
    const cut = await cutBatches([lost(losses)], { fileBytes: large });
    const chunks = unreadOf(cut);
    expect(chunks.length).toBe(2);
    expect(cut.end.losses.map(({ keptIn }) => keptIn)).toEqual(chunks.map(({ chunkId }) => chunkId));
  });
});
