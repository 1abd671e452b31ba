/** Clocks drawn at random: steps and drift between them are found again, within what the receiver's answers allow. */
import { utcNsFromLogTime } from '@pitlane/contracts/clock';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type LogClock, logOf, reportOf, S, TRUE_START_NS } from './clock-log.fixture.ts';

const SEED = 20_261_126;
const SECONDS = 600;
/** Over less, the scatter of a receiver's answers may look like drift. */
const SHORTEST_S = 120;

interface Piece {
  readonly fromSecond: number;
  readonly offsetNs: bigint;
  readonly driftPpm: number;
}

/** Pieces of at least two minutes; between them the clock is set by seconds or years. */
const pieces = fc
  .array(
    fc.record({
      lengthS: fc.integer({ min: SHORTEST_S, max: 300 }),
      offsetNs: fc.oneof(
        fc.bigInt(-3_000_000_000n, 3_000_000_000n),
        fc.bigInt(-1_500_000_000n * S, -3n * S),
        fc.bigInt(3n * S, 100_000_000n * S),
      ),
      driftPpm: fc.integer({ min: -300, max: 300 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((drawn) => {
    let fromSecond = 0;
    return drawn.map(({ lengthS, offsetNs, driftPpm }): Piece => {
      const piece = { fromSecond, offsetNs, driftPpm };
      fromSecond += lengthS;
      return piece;
    });
  })
  // A step of less than two seconds is not told from a receiver's scatter.
  .filter((all) => all.every((piece, i) => i === 0 || farApart(piece.offsetNs, all[i - 1]?.offsetNs ?? 0n)))
  .filter((all) => all.every(({ fromSecond }) => fromSecond <= SECONDS - SHORTEST_S));

const farApart = (a: bigint, b: bigint): boolean => a - b > 2n * S || b - a > 2n * S;

function clockOf(all: readonly Piece[]): LogClock {
  return (sinceNs) => {
    const second = Number(sinceNs / S);
    const piece = all.findLast(({ fromSecond }) => fromSecond <= second) ?? (all[0] as Piece);
    const inPieceNs = sinceNs - BigInt(piece.fromSecond) * S;
    return TRUE_START_NS + sinceNs + piece.offsetNs + (inPieceNs * BigInt(piece.driftPpm)) / 1_000_000n;
  };
}

it('a clock of pieces with offset and drift is found again, and twice the same', () => {
  fc.assert(
    fc.property(pieces, fc.integer({ min: 0, max: 2 ** 31 }), (all, seed) => {
      const clock = clockOf(all);
      const jitterNs = (second: number): bigint => BigInt(((seed + second * 2_654_435_761) % 40) * 1_000_000);
      const report = () => reportOf(logOf(clock, { seconds: SECONDS, latencyNs: jitterNs }), null);
      const { facts } = report();
      const segments = facts?.segments ?? [];
      expect(segments.length).toBe(all.length);
      segments.forEach((segment, i) => {
        expect(segment.source).toBe('gnss');
        const { fromSecond } = all[i] as Piece;
        const untilSecond = all[i + 1]?.fromSecond ?? SECONDS;
        for (const second of [fromSecond + 2, (fromSecond + untilSecond) >> 1, untilSecond - 2]) {
          const sinceNs = BigInt(second) * S;
          const errorNs = Number((utcNsFromLogTime(segment, clock(sinceNs)) ?? 0n) - TRUE_START_NS - sinceNs);
          expect(Math.abs(errorNs), `piece ${i} at ${second} s`).toBeLessThan(50_000_000);
        }
      });
      expect(report()).toEqual({ facts, notes: [] });
    }),
    { numRuns: 25, seed: SEED },
  );
}, 30_000);
