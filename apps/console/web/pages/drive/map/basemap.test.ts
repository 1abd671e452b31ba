import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basemapFrom, thinned } from './basemap.ts';

const line = {
  type: 'LineString',
  coordinates: [
    [11, 48],
    [11.1, 48.1],
  ],
};
const square = [
  [
    [11, 48],
    [11.1, 48],
    [11.1, 48.1],
    [11, 48],
  ],
];

describe('a basemap', () => {
  it('has the lines and areas of any GeoJSON, and passes over the rest', () => {
    const { shapes, attribution } = basemapFrom({
      type: 'FeatureCollection',
      attribution: 'the survey of the town',
      features: [
        { type: 'Feature', properties: { highway: 'primary' }, geometry: line },
        { type: 'Feature', geometry: { type: 'MultiPolygon', coordinates: [square, square] } },
        {
          type: 'Feature',
          geometry: { type: 'GeometryCollection', geometries: [line, { type: 'Polygon', coordinates: square }] },
        },
        { type: 'Feature', geometry: { type: 'Point', coordinates: [11, 48] } },
        { type: 'Feature', geometry: null },
        { type: 'Feature', geometry: { type: 'LineString', coordinates: [[11, 48], ['x', 2], null] } },
        null,
        7,
      ],
    });
    expect(shapes.map(({ isArea, rings }) => [isArea, rings.length])).toEqual([
      [false, 1],
      [true, 1],
      [true, 1],
      [false, 1],
      [true, 1],
    ]);
    expect(shapes[0]?.bounds).toMatchObject({ west: 11 / 360 + 0.5, east: 11.1 / 360 + 0.5 });
    expect(attribution).toBe('the survey of the town');
  });

  it('is refused in words where it is none', () => {
    for (const wrong of [null, 7, [], { features: [] }]) expect(() => basemapFrom(wrong)).toThrow('no GeoJSON');
    const corner = [11, 48];
    const corners = Array.from({ length: 2_000_001 }, () => corner);
    expect(() => basemapFrom({ type: 'LineString', coordinates: corners })).toThrow('more than 2,000,000 corners');
  });

  it('never goes deeper than GeoJSON does', () => {
    let nested: object = line;
    for (let depth = 0; depth < 10_000; depth += 1) nested = { type: 'GeometryCollection', geometries: [nested] };
    expect(basemapFrom(nested).shapes).toEqual([]);
  });

  it('is thinned by no more than the tolerance, and keeps the ends of lines', () => {
    const ring = fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
      {
        minLength: 2,
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(ring, fc.double({ min: 0, max: 0.4, noNaN: true }), (points, tolerance) => {
        const kept = thinned(Float64Array.from(points.flat()), tolerance);
        expect(Array.from(kept.subarray(0, 2))).toEqual(points[0]);
        expect(Array.from(kept.subarray(-2))).toEqual(points.at(-1));
        for (const [x, y] of points) {
          const offs = Array.from({ length: kept.length / 2 }, (_, i) =>
            Math.max(Math.abs((kept[2 * i] as number) - x), Math.abs((kept[2 * i + 1] as number) - y)),
          );
          expect(Math.min(...offs)).toBeLessThanOrEqual(tolerance);
        }
      }),
    );
  });
});
