import { concatCopy, equalBytes } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import zstd from 'zstd-napi';
import { memorySource } from '../../../test/support/byte-source.ts';
import { mutated } from '../../../test/support/mutations.ts';
import { faultOfLosses, linesOf, type ReadRecording, readRecording } from '../../../test/support/read-recording.ts';
import { collectPieces, type StretchPlace } from '../compressed/collect-pieces.fixture.ts';
import { writeBz2 } from '../compressed/bz2/write-bz2.fixture.ts';
import type { Message } from '../recording/index.ts';
import { openpilot } from './index.ts';
import { event, someEvents } from '../../../test/support/write-openpilot.ts';

const SEED = 20_261_126;
const read = (file: Uint8Array): Promise<ReadRecording> => readRecording(openpilot, memorySource(file));
const compress = (bytes: Uint8Array): Uint8Array => new Uint8Array(zstd.compress(bytes, { checksumFlag: true }));
const EVENTS = someEvents(60);
const STREAM = concatCopy(EVENTS);
const ENDS = EVENTS.map((_, i) => concatCopy(EVENTS.slice(0, i + 1)).byteLength);
const BLOCK_BYTES = 700;
const BLOCKS = Array.from({ length: Math.ceil(STREAM.byteLength / BLOCK_BYTES) }, (_, i) =>
  STREAM.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES),
);
const wholeUpTo = (end: number): Uint8Array[] => EVENTS.filter((_, i) => (ENDS[i] as number) <= end);

/** Which events of the fixture the messages are. */
const indicesOf = (messages: readonly Message[]): number[] =>
  messages.map(({ data }) => EVENTS.findIndex((one) => equalBytes(one, data)));

describe('a plain log', () => {
  it('that was cut off gives every whole event, at every byte, and says what is cut', async () => {
    const ENOUGH = 12;
    for (let cut = ENDS[0] as number; cut < (ENDS[ENOUGH] as number); cut += 1) {
      const { messages, losses } = await read(STREAM.subarray(0, cut));
      const whole = wholeUpTo(cut);
      expect(indicesOf(messages), `cut at ${cut}`).toEqual(whole.map((_, i) => i));
      const end = ENDS[whole.length - 1] as number;
      const told = losses.map(({ reason, offset, bytes }) => [reason, offset, bytes]);
      expect(told, `cut at ${cut}`).toEqual(end === cut ? [] : [['truncated', end, cut - end]]);
    }
  });

  it('finds the next event behind bytes that are none, and says topics and times', async () => {
    const junk = new Uint8Array(5000).fill(0x41);
    const [left, right] = [EVENTS.slice(0, 20), EVENTS.slice(20)];
    const { messages, losses } = await read(concatCopy([...left, junk, ...right]));
    expect(indicesOf(messages)).toEqual(EVENTS.map((_, i) => i));
    expect(losses).toMatchObject([
      {
        reason: 'corrupt-record',
        offset: ENDS[19],
        bytes: junk.byteLength,
        topics: [],
        startTimeNs: 40_190_000_000n,
        endTimeNs: 40_200_000_000n,
      },
    ]);
  });

  it('gives up what lies in an event that declares more than it has, and nothing behind it', async () => {
    const lying = STREAM.slice();
    const at = ENDS[9] as number;
    new DataView(lying.buffer).setUint32(at + 4, 60, true);
    const { messages, losses } = await read(lying);
    expect(indicesOf(messages)).toEqual(EVENTS.map((_, i) => i).filter((i) => i !== 10));
    expect(losses).toMatchObject([
      { reason: 'corrupt-record', offset: at, bytes: (EVENTS[10] as Uint8Array).byteLength, topics: ['/clocks'] },
    ]);
  });

  it('that ends in zeros, as a power cut leaves it, says so', async () => {
    const { messages, losses } = await read(concatCopy([STREAM, new Uint8Array(100_000)]));
    expect(messages.length).toBe(EVENTS.length);
    expect(losses).toMatchObject([{ reason: 'corrupt-record', offset: STREAM.byteLength, bytes: 100_000 }]);
  });

  it('tells every byte in a message or a loss, whatever happened to it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const { bytes, how } = mutated(STREAM, seed);
        const { messages, losses, opaque } = await read(bytes);
        const told = new Uint8Array(bytes.byteLength);
        for (const { sourceOffset, data } of messages) told.fill(1, sourceOffset, sourceOffset + data.byteLength);
        for (const { offset, bytes: lost } of losses) told.fill(1, offset, offset + lost);
        expect([opaque, faultOfLosses(losses, bytes.byteLength)], how).toEqual([undefined, undefined]);
        expect(told.indexOf(0), how).toBe(-1);
      }),
      { seed: SEED, numRuns: 150 },
    );
  });
});

describe('a log in bzip2', () => {
  const file = writeBz2(BLOCKS);

  it('loses the events of a broken block alone, and keeps the pieces of those that lie across', async () => {
    const { stretches } = await collectPieces(file, 'bz2');
    for (const [i, [, fileFrom, fileEnd]] of stretches.entries()) {
      const broken = file.slice();
      broken[fileEnd - 5] = (broken[fileEnd - 5] as number) ^ 0x24;
      const { messages, losses, attachments } = await read(broken);
      const [from, end] = [i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES];
      const whole = EVENTS.map((_, j) => j).filter((j) => (ENDS[j] as number) <= from || (ENDS[j - 1] ?? 0) >= end);
      expect(indicesOf(messages), `block ${i}`).toEqual(whole);
      expect(losses, `block ${i}`).toMatchObject([
        { reason: 'corrupt-chunk', offset: fileFrom, bytes: fileEnd - fileFrom, topics: expect.any(Array) },
      ]);
      // All that was decompressed is there: in messages, and beside them.
      const kept = [...messages, ...attachments].reduce((sum, { data }) => sum + data.byteLength, 0);
      expect(kept, `block ${i}`).toBe(STREAM.byteLength - (BLOCKS[i] as Uint8Array).byteLength);
    }
  });

  it('that was cut off gives the events of its whole blocks, and keeps the beginning of the next', async () => {
    const { stretches } = await collectPieces(file, 'bz2');
    const [, fileFrom, fileEnd] = stretches[3] as StretchPlace;
    const { messages, losses, attachments } = await read(
      file.subarray(0, fileFrom + Math.floor((fileEnd - fileFrom) / 2)),
    );
    const whole = wholeUpTo(3 * BLOCK_BYTES);
    expect(indicesOf(messages)).toEqual(whole.map((_, i) => i));
    expect(attachments.map(({ name, data }) => [name, data.byteLength])).toEqual([
      [`openpilot.unframed.${ENDS[whole.length - 1]}`, 3 * BLOCK_BYTES - (ENDS[whole.length - 1] as number)],
    ]);
    expect(losses).toMatchObject([
      { reason: 'truncated', startTimeNs: 40_000_000_000n + 10_000_000n * BigInt(whole.length - 1) },
    ]);
  });

  it('that holds a log which was cut off before it was compressed says so', async () => {
    const cut = STREAM.subarray(0, (ENDS[30] as number) + 20);
    for (const compressed of [writeBz2([cut]), compress(cut)]) {
      const { messages, losses, attachments } = await read(compressed);
      expect(indicesOf(messages)).toEqual(wholeUpTo(cut.byteLength).map((_, i) => i));
      expect(losses.map(({ reason }) => reason)).toEqual(['truncated']);
      expect(attachments.map(({ data }) => data.byteLength)).toEqual([20]);
    }
  });
});

describe('a log in zstd', () => {
  const frames = BLOCKS.map(compress);

  it('loses a broken frame alone', async () => {
    for (const i of [0, 1, 4, frames.length - 1]) {
      const broken = frames.map((frame, j) => (i === j ? frame.slice().fill(0xff, 12) : frame));
      const { messages, losses } = await read(concatCopy(broken));
      const [from, end] = [i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES];
      const whole = EVENTS.map((_, j) => j).filter((j) => (ENDS[j] as number) <= from || (ENDS[j - 1] ?? 0) >= end);
      expect(indicesOf(messages), `frame ${i}`).toEqual(whole);
      expect(losses.length, `frame ${i}`).toBe(1);
    }
  });

  it('of one frame that was cut off gives all that came out of it', async () => {
    const large = concatCopy(someEvents(9000));
    const file = compress(large);
    const full = await read(file);
    for (const share of [0.3, 0.6, 0.95]) {
      const cut = Math.floor(file.byteLength * share);
      const { messages, losses } = await read(file.subarray(0, cut));
      expect(linesOf(messages)).toEqual(linesOf(full.messages.slice(0, messages.length)));
      expect(messages.length).toBeGreaterThan(full.messages.length * (share - 0.25));
      expect(losses.length).toBe(1);
      expect([losses[0]?.reason, (losses[0]?.offset ?? 0) + (losses[0]?.bytes ?? 0)]).toEqual(['truncated', cut]);
    }
  });
});

describe('any compressed log', () => {
  it.each([
    ['bzip2', writeBz2(BLOCKS)],
    ['zstd', concatCopy(BLOCKS.map(compress))],
  ])('in %s that is damaged gives what was there, or says what is lost', async (_, file) => {
    const original = new Set(linesOf((await read(file)).messages).map(withoutSequence));
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const { bytes, how } = mutated(file, seed);
        const { messages, losses, opaque } = await read(bytes);
        expect([opaque, faultOfLosses(losses, bytes.byteLength)], how).toEqual([undefined, undefined]);
        const lines = linesOf(messages).map(withoutSequence);
        // A frame's checksum comes behind what was read of it.
        const isAltered = lines.length < original.size || lines.some((line) => !original.has(line));
        if (isAltered) expect(losses.length, how).toBeGreaterThan(0);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('of events alone that are larger than blocks is read across them', async () => {
    const large = event({ timeNs: 5n, member: 65, content: Array.from({ length: 4000 }, (_, i) => BigInt(i)) });
    const stream = concatCopy([large, large]);
    const blocks = Array.from({ length: 65 }, (_, i) => stream.subarray(i * 1000, (i + 1) * 1000));
    const { messages, losses } = await read(writeBz2(blocks));
    expect([messages.map(({ data }) => data.byteLength), losses]).toEqual([[large.byteLength, large.byteLength], []]);
  });
});

const withoutSequence = (line: string): string => line.replace(/^(\S+) \d+/, '$1');
