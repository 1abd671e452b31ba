import { placeAt } from '@pitlane/base/geo';
import fc from 'fast-check';
import { latLngToCell } from 'h3-js';
import { describe, expect, it } from 'vitest';
import { cellPasses } from './cell-visits.ts';

const PLACES = [
  { lngDeg: 9.18, latDeg: 48.77 },
  { lngDeg: 179.999, latDeg: 12 },
  { lngDeg: 30, latDeg: 89.98 },
  // One of the twelve pentagons.
  { lngDeg: 10.536, latDeg: 64.7 },
];
const step = fc.tuple(
  fc.double({ min: -0.02, max: 0.02, noNaN: true }),
  fc.double({ min: -0.01, max: 0.01, noNaN: true }),
);

describe('the cells of a line', () => {
  it('are those in which it lies, everywhere on it, in order', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PLACES),
        fc.array(step, { maxLength: 6 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 }),
        (start, steps, parts) => {
          const points = [{ ...start, timeMs: 0 }];
          for (const [lng, lat] of steps) {
            const last = points.at(-1) as (typeof points)[number];
            const next = placeAt(last, { lngDeg: last.lngDeg + lng, latDeg: Math.min(90, last.latDeg + lat) }, 1);
            points.push({ ...next, timeMs: last.timeMs + 1000 });
          }
          const passes = cellPasses(points);
          for (let segment = 0; segment + 1 < points.length; segment += 1) {
            for (const part of parts) {
              const [a, b] = [points[segment], points[segment + 1]] as [
                (typeof points)[number],
                (typeof points)[number],
              ];
              const here = { segment, part };
              const spanDeg =
                Math.max(Math.abs(b.latDeg - a.latDeg), Math.abs(placeAt(a, b, 1).lngDeg - a.lngDeg)) || 1;
              const near = passes.filter(
                (pass) =>
                  position(pass.first, pass.from) <= segment + part + 1e-6 / spanDeg &&
                  position(pass.last, pass.to) >= segment + part - 1e-6 / spanDeg,
              );
              const place = placeAt(a, b, here.part);
              expect(near.map(({ cell }) => cell)).toContain(latLngToCell(place.latDeg, place.lngDeg, 9));
            }
          }
          for (const [i, pass] of passes.entries()) {
            expect(position(pass.first, pass.from)).toBeLessThanOrEqual(position(pass.last, pass.to));
            if (i > 0) expect(pass.cell).not.toBe(passes[i - 1]?.cell);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is one for a single point', () => {
    expect(cellPasses([{ lngDeg: 9, latDeg: 48, timeMs: 0 }])).toHaveLength(1);
    expect(cellPasses([])).toEqual([]);
  });
});

const position = (segment: number, part: number): number => segment + part;
