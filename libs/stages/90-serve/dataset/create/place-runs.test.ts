import fc from 'fast-check';
import { splitRuleFromText } from '@pitlane/contracts/dataset';
import { CELL_RESOLUTION, REGION_RESOLUTION } from '@pitlane/contracts/trajectory';
import { cellToParent, gridDisk, latLngToCell } from 'h3-js';
import { describe, expect, it } from 'vitest';
import { type CellVisit, placeRuns, PlaceSplits, splitAt } from './place-runs.ts';

const SECOND = 1_000_000_000n;
/** Some 33 m. */
const STEP_DEG = 0.0003;

/** A vehicle that moves by steps of a second, and now and then says nothing for a while. */
interface Walk {
  readonly east: number;
  readonly steps: readonly { readonly dx: number; readonly dy: number; readonly waitS: number }[];
}

const walkArb: fc.Arbitrary<Walk> = fc.record({
  east: fc.integer({ min: 0, max: 200 }),
  steps: fc.array(
    fc.record({
      dx: fc.integer({ min: 0, max: 3 }),
      dy: fc.integer({ min: -3, max: 3 }),
      waitS: fc.constantFrom(1, 1, 1, 1, 4, 30),
    }),
    { minLength: 20, maxLength: 200 },
  ),
});

/** Where it was at each second at which it said so. */
function pointsOf({ east, steps }: Walk): { atNs: bigint; cell: string }[] {
  let [x, y, atNs] = [east * 10, 0, 0n];
  return steps.map(({ dx, dy, waitS }) => {
    [x, y, atNs] = [x + dx, y + dy, atNs + BigInt(waitS) * SECOND];
    return { atNs, cell: latLngToCell(48.1 + y * STEP_DEG, 11.5 + x * STEP_DEG, CELL_RESOLUTION) };
  });
}

/** As a track gives them: one after another, and nothing in a long silence. */
function visitsOf(points: readonly { atNs: bigint; cell: string }[]): CellVisit[] {
  const visits: { cell: string; startNs: bigint; endNs: bigint }[] = [];
  for (const { atNs, cell } of points) {
    const last = visits.at(-1);
    const isSilent = last !== undefined && atNs - last.endNs > 10n * SECOND;
    if (last && !isSilent) last.endNs = atNs;
    if (last?.cell !== cell || isSilent) visits.push({ cell, startNs: atNs, endNs: atNs });
  }
  return visits;
}

const region = (cell: string): string => cellToParent(cell, REGION_RESOLUTION);

describe('a split by place', () => {
  it('has no region in two splits, nor any two neighbouring cells, whoever drives there and however', () => {
    const seen = { samples: 0, splits: new Set<string>() };
    fc.assert(
      fc.property(fc.array(walkArb, { minLength: 1, maxLength: 4 }), fc.nat(1000), (walks, seed) => {
        const rule = splitRuleFromText('place=2/1/1', seed);
        const ofRegion = new Map<string, string>();
        const ofCell = new Map<string, string>();
        for (const walk of walks) {
          const points = pointsOf(walk);
          const runs = placeRuns(visitsOf(points), new PlaceSplits(rule, 'default'));
          for (const { atNs, cell } of points) {
            const found = splitAt(runs, atNs, atNs);
            if ('missing' in found) continue;
            seen.samples += 1;
            seen.splits.add(found.split);
            expect(ofRegion.get(region(cell)) ?? found.split).toBe(found.split);
            ofRegion.set(region(cell), found.split);
            ofCell.set(cell, found.split);
          }
        }
        for (const [cell, split] of ofCell)
          for (const near of gridDisk(cell, 1)) expect(ofCell.get(near) ?? split).toBe(split);
      }),
      { numRuns: 60, seed: 8 },
    );
    expect(seen.samples).toBeGreaterThan(1000);
    expect(seen.splits).toEqual(new Set(['train', 'val', 'test']));
  });

  it('has what lasts in no split where the vehicle passes from one into another meanwhile', () => {
    const rule = splitRuleFromText('place=1/1', 3);
    const points = pointsOf({ east: 0, steps: Array.from({ length: 400 }, () => ({ dx: 3, dy: 0, waitS: 1 })) });
    const splits = new PlaceSplits(rule, 'default');
    const runs = placeRuns(visitsOf(points), splits);
    expect(new Set(runs.map(({ split }) => split))).toEqual(new Set(['train', 'val', null]));
    for (const [at, { startNs, endNs, split }] of runs.entries()) {
      expect(startNs).toBeLessThan(endNs);
      expect(startNs).toBeGreaterThanOrEqual(runs[at - 1]?.endNs ?? 0n);
      if (split === null) continue;
      expect(splitAt(runs, startNs, endNs - 1n)).toEqual({ split });
      const isLast = at === runs.length - 1;
      const missing = isLast ? 'a place that is known' : 'a place away from another split';
      expect(splitAt(runs, startNs, endNs)).toEqual({ missing });
    }
  });

  it('knows no place in a long silence, before the first position and behind the last', () => {
    const cell = latLngToCell(48.1, 11.5, CELL_RESOLUTION);
    const visit = (start: number, end: number): CellVisit => ({
      cell,
      startNs: BigInt(start) * SECOND,
      endNs: BigInt(end) * SECOND,
    });
    const splits = new PlaceSplits(splitRuleFromText('place=1', 0), 'default');
    const runs = placeRuns([visit(10, 20), visit(24, 30), visit(60, 70)], splits);
    const at = (seconds: number) => splitAt(runs, BigInt(seconds) * SECOND, BigInt(seconds) * SECOND);
    expect([10, 22, 30, 65].map(at)).toEqual([1, 2, 3, 4].map(() => ({ split: 'train' })));
    expect([9, 45, 71].map(at)).toEqual([1, 2, 3].map(() => ({ missing: 'a place that is known' })));
  });

  it('believes no place of which two topics say something else', () => {
    const [here, there] = [latLngToCell(48.1, 11.5, CELL_RESOLUTION), latLngToCell(48.5, 12.5, CELL_RESOLUTION)];
    const seed = Array.from({ length: 50 }, (_, i) => i).find((candidate) => {
      const splits = new PlaceSplits(splitRuleFromText('place=1/1', candidate), 'default');
      const both = [splits.ofCell(here), splits.ofCell(there)];
      return both[0] !== null && both[1] !== null && both[0] !== both[1];
    });
    const splits = new PlaceSplits(splitRuleFromText('place=1/1', seed ?? -1), 'default');
    const runs = placeRuns(
      [
        { cell: here, startNs: 0n, endNs: 100n },
        { cell: there, startNs: 40n, endNs: 60n },
      ],
      splits,
    );
    expect(runs.map(({ startNs, endNs, split }) => [startNs, endNs, split])).toEqual([
      [0n, 40n, splits.ofCell(here)],
      [40n, 61n, null],
      [61n, 101n, splits.ofCell(here)],
    ]);
  });
});
