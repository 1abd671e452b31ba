import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Area,
  areaContains,
  areaFromBox,
  areaFromGeoJson,
  areaNear,
  bearingDeg,
  boxOf,
  distanceM,
  keptPoints,
  meanHeading,
  type Place,
  placeAt,
  placeFrom,
  stretchesInside,
  vectorOf,
} from './index.ts';

const at = (lngDeg: number, latDeg: number): Place => ({ lngDeg, latDeg });
const polygon = (...rings: number[][][]): Area =>
  areaFromGeoJson(JSON.stringify({ type: 'Polygon', coordinates: rings }), 'the area');
const square = (west: number, south: number, east: number, north: number): number[][] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

describe('places', () => {
  it('are as far from one another as on a sphere of the mean radius', () => {
    expect(distanceM(at(0, 0), at(1, 0))).toBeCloseTo(111_195.08, 1);
    expect(distanceM(at(179.9, 0), at(-179.9, 0))).toBeCloseTo(distanceM(at(0, 0), at(0.2, 0)), 6);
    expect(distanceM(at(0, 90), at(120, 90))).toBeCloseTo(0, 6);
  });

  it('lie in directions clockwise from north, over the antimeridian too', () => {
    const directions = [at(179.999, 0.001), at(-179.999, 0), at(179.999, -0.001)].map((to) =>
      bearingDeg(at(179.999, 0), to),
    );
    expect(directions.map(Math.round)).toEqual([0, 90, 180]);
  });

  it('are halved by the shorter way round', () => {
    expect(placeAt(at(179, 10), at(-179, 20), 0.5)).toEqual(at(-180, 15));
  });

  it('have a box around them, west greater than east over the antimeridian', () => {
    expect(boxOf([at(179, 1), at(-179, -1), at(179.5, 0)])).toEqual({
      westDeg: 179,
      southDeg: -1,
      eastDeg: -179,
      northDeg: 1,
    });
  });
});

describe('headings', () => {
  it('have a mean that goes round, and a range', () => {
    const north = meanHeading([350, 0, 20].map((headingDeg) => ({ headingDeg, lengthM: 1 })));
    expect(north?.meanDeg).toBeCloseTo(3.2, 0);
    expect([Math.round(north?.fromDeg ?? 0), Math.round(north?.toDeg ?? 0)]).toEqual([350, 20]);
  });

  it('have none where they cancel out', () => {
    expect(meanHeading([0, 180].map((headingDeg) => ({ headingDeg, lengthM: 1 })))).toBeUndefined();
  });
});

describe('an area', () => {
  it('cuts a line where it goes in and out, holes too', () => {
    const area = polygon(square(0, 0, 10, 10), square(4, 0.5, 6, 9));
    expect(stretchesInside(area, at(-10, 5), at(10, 5))).toEqual([
      [0.5, 0.7],
      [0.8, 1],
    ]);
  });

  it('holds a line without length whole or not at all', () => {
    const area = polygon(square(0, 0, 10, 10));
    expect([at(5, 5), at(15, 5)].map((place) => stretchesInside(area, place, place))).toEqual([[[0, 1]], []]);
  });

  it.each([
    ['as a box whose west is greater', areaFromBox({ westDeg: 179, southDeg: -1, eastDeg: -179, northDeg: 1 })],
    ['as a ring that jumps', polygon(square(179, -1, -179, 1))],
    ['as a ring that goes on past 180', polygon(square(179, -1, 181, 1))],
    [
      'as two halves',
      areaFromGeoJson(
        JSON.stringify({ type: 'MultiPolygon', coordinates: [[square(179, -1, 180, 1)], [square(-180, -1, -179, 1)]] }),
        'x',
      ),
    ],
  ])('spans the antimeridian %s', (_, area) => {
    const inside = stretchesInside(area, at(178.5, 0), at(-178.5, 0)).flat();
    expect(inside.map((part) => Math.round(part * 1e6) / 1e6)).toEqual(
      [1 / 6, 5 / 6].map((part) => Math.round(part * 1e6) / 1e6),
    );
    expect([at(179.5, 0), at(-179.5, 0.5), at(0, 0), at(178, 0)].map((place) => areaContains(area, place))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('that goes once around the Earth holds the pole on its side', () => {
    const cap = polygon([-180, -90, 0, 90, 180].map((lng) => [lng, -70]));
    expect([at(10, -80), at(-170, -89.9), at(10, -60), at(10, 80)].map((place) => areaContains(cap, place))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('around a place holds what is nearer than the radius, over the antimeridian and over a pole', () => {
    for (const centre of [at(11.5, 48.1), at(179.9999, 60), at(20, 89.999), at(0, -90)]) {
      const area = areaNear(centre, 500);
      const around = Array.from({ length: 60 }, (_, i) => ({
        near: moved(centre, i * 6, 499),
        far: moved(centre, i * 6, 501),
      }));
      expect(around.filter(({ near }) => !areaContains(area, near))).toEqual([]);
      expect(around.filter(({ far }) => areaContains(area, far))).toEqual([]);
    }
  });

  it.each([
    ['{', 'no JSON'],
    ['{"type":"Point","coordinates":[1,2]}', 'holds no Polygon'],
    ['{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}', 'fewer than four'],
    ['{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}', 'does not end where it begins'],
    ['{"type":"Polygon","coordinates":[[[48,911],[1,0],[1,1],[48,911]]]}', 'longitude comes first'],
    ['{"type":"Polygon","coordinates":[[["a",0],[1,0],[1,1],["a",0]]]}', 'no pair of numbers'],
    ['[]', 'no object'],
  ])('is refused in words: %s', (text, words) => expect(() => areaFromGeoJson(text, 'area.geojson')).toThrow(words));

  it('says where a line is inside as a walk along it finds', () => {
    const area = polygon(
      [
        [0, 0],
        [8, 1],
        [10, 9],
        [5, 3],
        [1, 10],
        [0, 0],
      ],
      square(2, 2, 3, 3),
    );
    // On no corner: what happens in the last bit there is nobody's business.
    const coordinate = fc.integer({ min: -20_000_000, max: 120_000_000 }).map((units) => (units + 0.3) / 1e7);
    fc.assert(
      fc.property(
        coordinate,
        coordinate,
        coordinate,
        coordinate,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b, c, d, part) => {
          const [from, to] = [at(a, b), at(c, d)];
          const inside = stretchesInside(area, from, to);
          if (inside.flat().some((edge) => Math.abs(edge - part) < 1e-9)) return;
          expect(inside.some(([begin, end]) => begin <= part && part <= end)).toBe(
            areaContains(area, placeAt(from, to, part)),
          );
        },
      ),
    );
  });
});

describe('thinning', () => {
  const walk = fc.array(
    fc.tuple(
      fc.double({ min: -30, max: 30, noNaN: true }),
      fc.double({ min: -30, max: 30, noNaN: true }),
      fc.integer({ min: 1, max: 5000 }),
    ),
    {
      minLength: 1,
      maxLength: 80,
    },
  );

  it('leaves every point within the tolerance of where the line is at its time, at poles and the antimeridian too', () => {
    fc.assert(
      fc.property(
        walk,
        fc.constantFrom(at(9, 48), at(180, 0), at(0, 89.9995)),
        fc.constantFrom(0, 1, 5),
        (steps, start, toleranceM) => {
          const places: Place[] = [];
          const timesMs: number[] = [];
          let [place, timeMs] = [start, 0];
          for (const [east, north, ms] of steps) {
            place = moved(moved(place, 90, east), 0, north);
            timeMs += ms;
            places.push(place);
            timesMs.push(timeMs);
          }
          const kept = keptPoints(places, timesMs, toleranceM);
          expect([kept[0], kept.at(-1)]).toEqual([0, places.length - 1]);
          for (let i = 1; i < kept.length; i += 1) {
            const [first, last] = [kept[i - 1] as number, kept[i] as number];
            for (let k = first; k <= last; k += 1) {
              const part =
                ((timesMs[k] as number) - (timesMs[first] as number)) /
                ((timesMs[last] as number) - (timesMs[first] as number));
              const p = vectorOf(places[k] as Place);
              const there = vectorOf(placeAt(places[first] as Place, places[last] as Place, part));
              const off = Math.hypot(...p.map((x, axis) => x - (there[axis] as number)));
              expect(off).toBeLessThanOrEqual(toleranceM + 1e-6);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps a halt on a straight road, which a thinning of the shape would drop', () => {
    const timesMs = Array.from({ length: 31 }, (_, i) => i * 1000);
    const places = timesMs.map((_, i) => at(9, 48 + (i < 10 ? i : i < 20 ? 10 : i - 10) * 1e-4));
    expect(keptPoints(places, timesMs, 1)).toEqual([0, 10, 20, 30]);
  });
});

const moved = placeFrom;
