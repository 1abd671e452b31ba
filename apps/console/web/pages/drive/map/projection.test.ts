import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Bounds,
  boundsOf,
  LATITUDE_MAX_DEG,
  type MapView,
  metresPerPixel,
  movedBy,
  pixelX,
  pixelY,
  placeFrom,
  pointAt,
  pointFrom,
  SCALE_MAX_PX,
  SCALE_MIN_PX,
  viewOf,
  zoomedAt,
} from './projection.ts';

const size = { widthPx: 800, heightPx: 500 };
const place = fc.record({
  lngDeg: fc.double({ min: -180, max: 180, noNaN: true }),
  latDeg: fc.double({ min: -85, max: 85, noNaN: true }),
});
const view: fc.Arbitrary<MapView> = fc.record({
  x: fc.double({ min: 0, max: 1, noNaN: true }),
  y: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
  scalePx: fc
    .double({ min: Math.log2(SCALE_MIN_PX), max: Math.log2(SCALE_MAX_PX), noNaN: true })
    .map((log) => 2 ** log),
});
const pixel = fc.record({ x: fc.integer({ min: 0, max: 800 }), y: fc.integer({ min: 0, max: 500 }) });

describe('the plane', () => {
  it('has the place where longitude and latitude are none in its middle, and its corners where the map ends', () => {
    expect(pointFrom({ lngDeg: 0, latDeg: 0 })).toEqual({ x: 0.5, y: 0.5 });
    const corner = pointFrom({ lngDeg: -180, latDeg: LATITUDE_MAX_DEG });
    expect([corner.x, corner.y]).toEqual([0, expect.closeTo(0, 12)]);
    expect(pointFrom({ lngDeg: 180, latDeg: -90 }).y).toBeCloseTo(1, 12);
  });

  it('gives places back', () => {
    fc.assert(
      fc.property(place, (given) => {
        const back = placeFrom(pointFrom(given));
        expect(back.lngDeg).toBeCloseTo(given.lngDeg, 9);
        expect(back.latDeg).toBeCloseTo(given.latDeg, 9);
      }),
    );
  });
});

describe('a view', () => {
  it('has the pixel of the point under each pixel', () => {
    fc.assert(
      fc.property(view, pixel, (shown, at) => {
        const point = pointAt(shown, size, at);
        expect(pixelX(shown, size, point.x)).toBeCloseTo(at.x, 3);
        expect(pixelY(shown, size, point.y)).toBeCloseTo(at.y, 3);
      }),
    );
  });

  it('shows bounds whole, with a margin, whatever their form, and no nearer than a street', () => {
    const bounds: fc.Arbitrary<Bounds> = fc
      .tuple(fc.double({ min: 0, max: 0.9, noNaN: true }), fc.double({ min: 0, max: 0.9, noNaN: true }))
      .chain(([west, north]) =>
        fc.record({
          west: fc.constant(west),
          north: fc.constant(north),
          east: fc.double({ min: west, max: 1, noNaN: true }),
          south: fc.double({ min: north, max: 1, noNaN: true }),
        }),
      );
    fc.assert(
      fc.property(bounds, (wanted) => {
        const shown = boundsOf(viewOf(wanted, size), size);
        const slack = 1e-12;
        expect(shown.west).toBeLessThanOrEqual(wanted.west + slack);
        expect(shown.east).toBeGreaterThanOrEqual(wanted.east - slack);
        expect(shown.north).toBeLessThanOrEqual(wanted.north + slack);
        expect(shown.south).toBeGreaterThanOrEqual(wanted.south - slack);
      }),
    );
    const stood = viewOf({ west: 0.5, east: 0.5, north: 0.4, south: 0.4 }, size);
    expect(metresPerPixel(stood)).toBeGreaterThan(0.05);
  });

  it('keeps what is under the pointer there while it is zoomed', () => {
    fc.assert(
      fc.property(view, pixel, fc.double({ min: 0.2, max: 5, noNaN: true }), (shown, at, factor) => {
        const zoomed = zoomedAt(shown, size, at, factor);
        expect(zoomed.scalePx).toBeGreaterThanOrEqual(SCALE_MIN_PX);
        expect(zoomed.scalePx).toBeLessThanOrEqual(SCALE_MAX_PX);
        // But where the Earth ends.
        fc.pre(zoomed.y > 0 && zoomed.y < 1);
        const [before, behind] = [pointAt(shown, size, at), pointAt(zoomed, size, at)];
        expect(Math.abs(before.x - behind.x) * zoomed.scalePx).toBeLessThan(1e-3);
        expect(Math.abs(before.y - behind.y) * zoomed.scalePx).toBeLessThan(1e-3);
      }),
    );
  });

  it('follows the hand, and stays on the Earth', () => {
    const shown = { x: 0.5, y: 0.5, scalePx: 1000 };
    expect(movedBy(shown, 100, -50)).toEqual({ x: 0.4, y: 0.55, scalePx: 1000 });
    expect(movedBy(shown, 0, 100_000).y).toBe(0);
  });
});
