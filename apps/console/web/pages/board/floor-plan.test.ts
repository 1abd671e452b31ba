import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GAP_PX, planFloor } from './floor-plan.ts';

/** As in a condensed face. */
const words = { firstEm: 4.05, secondEm: 3.5 };
const wall = { widthPx: 1880, heightPx: 830 };

describe('the plan of the floor', () => {
  it.each([1, 2, 3, 4, 6, 8])(
    'gives words of 100 px or more to %i bays at 1080p, with all their small print',
    (tiles) => {
      const plan = planFloor(tiles, 0, wall, words);
      expect(plan).toMatchObject({ form: 'whole', dense: undefined });
      expect(plan.large.wordPx).toBeGreaterThanOrEqual(100);
    },
  );

  it('keeps all in one block, by place, while the words stay large', () => {
    expect(planFloor(24, 20, wall, words)).toMatchObject({ form: 'short', large: { tiles: 24 }, dense: undefined });
    expect(planFloor(24, 20, wall, words).large.wordPx).toBeGreaterThanOrEqual(48);
  });

  it('shows 200 bays without a scroll, those that need a person first and larger', () => {
    const { large, dense } = planFloor(200, 9, wall, words);
    expect(large.tiles).toBe(9);
    expect(large.wordPx).toBeGreaterThanOrEqual(47);
    expect(dense?.tiles).toBe(191);
    expect(dense?.wordPx).toBeGreaterThanOrEqual(14);
    expect((large.heightPx ?? Infinity) + GAP_PX + (dense?.heightPx ?? Infinity)).toBeLessThanOrEqual(830);
    expect(planFloor(200, 0, wall, words)).toMatchObject({ large: { tiles: 0 }, dense: { tiles: 200 } });
  });

  it('never lays tiles beyond the floor, nor loses one', () => {
    const sizes = fc.record({
      tiles: fc.integer({ min: 1, max: 200 }),
      widthPx: fc.integer({ min: 760, max: 2560 }),
      heightPx: fc.integer({ min: 300, max: 1300 }),
      needs: fc.nat(200),
    });
    fc.assert(
      fc.property(sizes, ({ tiles, widthPx, heightPx, needs }) => {
        const { large, dense } = planFloor(tiles, Math.min(needs, tiles), { widthPx, heightPx }, words);
        expect(large.tiles + (dense?.tiles ?? 0)).toBe(tiles);
        for (const block of [large, dense]) {
          if (!block || block.tiles === 0) continue;
          expect(block.columns * block.rows).toBeGreaterThanOrEqual(block.tiles);
        }
        const tilePx = (widthPx - (large.columns - 1) * GAP_PX) / large.columns;
        if (large.tiles > 0) expect(large.wordPx * words.firstEm).toBeLessThanOrEqual(tilePx);
      }),
    );
  });

  it('stacks them on a telephone, as wide as it is', () => {
    const { large } = planFloor(3, 0, { widthPx: 340, heightPx: undefined }, words);
    expect(large).toMatchObject({ columns: 1, rows: 3, heightPx: undefined });
    expect(large.wordPx).toBeGreaterThanOrEqual(70);
  });
});
