import fc from 'fast-check';
import type { IndexedPiece, IndexedPieces } from '@pitlane/formats/recording';
import { describe, expect, it } from 'vitest';
import { choosePieces } from './choose-pieces.ts';

const SECOND_NS = 1_000_000_000n;

function indexOf(pieces: readonly Partial<IndexedPiece>[], topics = ['/a', '/b', '/c']): IndexedPieces {
  return {
    topics: new Map(topics.map((topic, id) => [id, topic])),
    pieces: pieces.map((piece, at) => ({
      offset: at * 1000,
      bytes: 1000,
      startTimeNs: BigInt(at) * SECOND_NS,
      endTimeNs: BigInt(at + 1) * SECOND_NS,
      channels: [0],
      ...piece,
    })),
    only: () => {
      throw new Error('nothing is read here');
    },
  };
}

const every = { isWanted: () => true };
const secondsOf = (chosen: readonly IndexedPiece[]): number[] =>
  chosen.map(({ startTimeNs }) => Number(startTimeNs / SECOND_NS));

describe('the pieces of a recording that its preview is made from', () => {
  it('lie spread over all of it, the first among them', () => {
    const seconds = secondsOf(
      choosePieces(indexOf(Array.from({ length: 1000 }, () => ({}))), { ...every, bytesMax: 12_000 }),
    );
    expect(seconds[0]).toBe(0);
    expect(seconds.length).toBeGreaterThanOrEqual(11);
    const steps = seconds.slice(1).map((second, at) => second - (seconds[at] as number));
    expect(Math.max(...steps)).toBeLessThan(200);
    expect(seconds.at(-1)).toBeGreaterThan(850);
  });

  it('bring the topics that are seen least, though few of them have any', () => {
    const pieces = Array.from({ length: 600 }, (_, at) => ({
      channels: at === 333 ? [1] : at % 50 === 7 ? [0, 2] : [0],
    }));
    const chosen = choosePieces(indexOf(pieces), { ...every, bytesMax: 30_000 });
    expect(secondsOf(chosen)).toContain(333);
    expect(chosen.filter(({ channels }) => channels.includes(2)).length).toBeGreaterThan(8);
  });

  it('are none of those without a topic that is wanted, and none that contradict themselves', () => {
    const pieces = [{ channels: [1] }, { channels: [0, 1] }, { endTimeNs: 0n }, { bytes: 0 }, { channels: [7] }];
    const chosen = choosePieces(indexOf(pieces), { bytesMax: 1e9, isWanted: (topic) => topic === '/a' });
    expect(secondsOf(chosen)).toEqual([1]);
  });

  it('never come to more bytes than may be read, are in the order of the file, and are the same each time', () => {
    const piece = fc.record({
      bytes: fc.integer({ min: 1, max: 5000 }),
      startTimeNs: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      channels: fc.subarray([0, 1, 2]),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 80 }), fc.integer({ min: 1, max: 50_000 }), (pieces, bytesMax) => {
        const index = indexOf(pieces.map((one) => ({ ...one, endTimeNs: one.startTimeNs })));
        const chosen = choosePieces(index, { ...every, bytesMax });
        expect(chosen.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(bytesMax);
        const offsets = chosen.map(({ offset }) => offset);
        expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
        expect(choosePieces(index, { ...every, bytesMax })).toEqual(chosen);
        const fits = index.pieces.some(({ bytes, channels }) => bytes <= bytesMax && channels.length > 0);
        expect(chosen.length > 0).toBe(fits);
      }),
    );
  });
});
