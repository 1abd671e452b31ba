/** Areas from what people write: a box, a place with a radius, and GeoJSON, of which nothing is believed. */
import { messageOf, PitlaneError } from '../errors/index.ts';
import type { Area, Ring } from './area.ts';
import { type Box, type Place, placeFrom, wrappedLngDeg } from './sphere.ts';

const PLACES_MAX = 20_000;
/** A circle of so many corners is within 0.03 % of its radius. */
const CORNERS_OF_CIRCLE = 128;
const NEAR_RADIUS_MAX_M = 500_000;

export function areaFromGeoJson(text: string, where: string): Area {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new PitlaneError('bad-usage', `${where} is no JSON: ${messageOf(cause)}`, { cause });
  }
  const polygons = new GeometryReader(where).polygons(value, 0);
  if (polygons.length === 0) throw new PitlaneError('bad-usage', `${where} holds no Polygon or MultiPolygon`);
  return { polygons, box: boxOfPolygons(polygons) };
}

/** West greater than east spans the antimeridian. */
export function areaFromBox(box: Box): Area {
  const { westDeg, southDeg, eastDeg, northDeg } = box;
  const inRange =
    [westDeg, eastDeg].every((lng) => Math.abs(lng) <= 180) && Math.abs(southDeg) <= 90 && Math.abs(northDeg) <= 90;
  if (!inRange || southDeg >= northDeg || westDeg === eastDeg) {
    throw new PitlaneError(
      'bad-usage',
      `${[westDeg, southDeg, eastDeg, northDeg].join(',')} is no box: give west,south,east,north in degrees`,
    );
  }
  const east = eastDeg > westDeg ? eastDeg : eastDeg + 360;
  const corners = (latDeg: number): Place[] =>
    [0, 0.25, 0.5, 0.75, 1].map((part) => ({ lngDeg: westDeg + (east - westDeg) * part, latDeg }));
  return { polygons: [[[...corners(southDeg), ...corners(northDeg).toReversed()]]], box };
}

export function areaNear({ lngDeg, latDeg }: Place, radiusM: number): Area {
  if (!(Math.abs(latDeg) <= 90) || !(Math.abs(lngDeg) <= 180)) {
    throw new PitlaneError('bad-usage', `${latDeg},${lngDeg} is no place: give latitude,longitude in degrees`);
  }
  if (!(radiusM > 0) || radiusM > NEAR_RADIUS_MAX_M) {
    throw new PitlaneError(
      'bad-usage',
      `a radius of ${radiusM} m is not asked for: give more than 0 and at most ${NEAR_RADIUS_MAX_M}`,
    );
  }
  const outline = Array.from({ length: CORNERS_OF_CIRCLE }, (_, i) =>
    placeFrom({ lngDeg, latDeg }, (360 * i) / CORNERS_OF_CIRCLE, radiusM),
  );
  const polygons = [[unwrappedRing(outline)]];
  return { polygons, box: boxOfPolygons(polygons) };
}

class GeometryReader {
  readonly #where: string;
  #places = 0;

  constructor(where: string) {
    this.#where = where;
  }

  polygons(value: unknown, depth: number): (readonly Ring[])[] {
    if (depth > 8) throw this.#wrong('it is nested too deep');
    const { type, coordinates, geometry, geometries, features } = this.#object(value);
    switch (type) {
      case 'Polygon':
        return [this.#polygon(coordinates)];
      case 'MultiPolygon':
        return this.#list(coordinates).map((each) => this.#polygon(each));
      case 'Feature':
        return geometry === null ? [] : this.polygons(geometry, depth + 1);
      case 'FeatureCollection':
        return this.#list(features).flatMap((each) => this.polygons(each, depth + 1));
      case 'GeometryCollection':
        return this.#list(geometries).flatMap((each) => this.polygons(each, depth + 1));
      default:
        return [];
    }
  }

  #polygon(value: unknown): readonly Ring[] {
    const rings = this.#list(value).map((ring) => this.#ring(ring));
    if (rings.length === 0) throw this.#wrong('a polygon has no ring');
    const [outline, ...holes] = rings as [Ring, ...Ring[]];
    const at = outline[0] as Place;
    // A hole lies where its outline is, not a turn about the Earth away.
    const moved = holes.map((hole) => {
      const turn = 360 * Math.round((at.lngDeg - (hole[0] as Place).lngDeg) / 360);
      return turn === 0 ? hole : hole.map(({ lngDeg, latDeg }) => ({ lngDeg: lngDeg + turn, latDeg }));
    });
    return [outline, ...moved];
  }

  #ring(value: unknown): Ring {
    const places = this.#list(value).map((position): Place => {
      const [lngDeg, latDeg] = this.#list(position);
      this.#places += 1;
      if (this.#places > PLACES_MAX) throw this.#wrong(`it has more than ${PLACES_MAX} corners: simplify it`);
      if (typeof lngDeg !== 'number' || typeof latDeg !== 'number')
        throw this.#wrong('a position is no pair of numbers');
      if (!(Math.abs(lngDeg) <= 360) || !(Math.abs(latDeg) <= 90)) {
        throw this.#wrong(`[${lngDeg}, ${latDeg}] is no place: longitude comes first, then latitude`);
      }
      return { lngDeg, latDeg };
    });
    const [first, last] = [places[0], places.at(-1)];
    if (!first || !last || places.length < 4) throw this.#wrong('a ring has fewer than four positions');
    if (wrappedLngDeg(first.lngDeg) !== wrappedLngDeg(last.lngDeg) || first.latDeg !== last.latDeg)
      throw this.#wrong('a ring does not end where it begins');
    return unwrappedRing(places.slice(0, -1));
  }

  #object(value: unknown): Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.#wrong('something is no object');
    return value as Readonly<Record<string, unknown>>;
  }

  #list(value: unknown): readonly unknown[] {
    if (!Array.isArray(value)) throw this.#wrong('something is no list');
    return value;
  }

  #wrong(fault: string): PitlaneError {
    return new PitlaneError('bad-usage', `${this.#where} is no GeoJSON of polygons: ${fault}`);
  }
}

/** Each place less than half the Earth from the one before. What goes once around is closed over the pole on its side. */
function unwrappedRing(places: readonly Place[]): Ring {
  let lngDeg = places[0]?.lngDeg ?? 0;
  const ring = places.map((place) => {
    lngDeg += wrappedLngDeg(place.lngDeg - lngDeg);
    return { lngDeg, latDeg: place.latDeg };
  });
  const [first, last] = [ring[0], ring.at(-1)];
  if (!first || !last) return ring;
  const home = last.lngDeg + wrappedLngDeg(first.lngDeg - last.lngDeg);
  if (Math.abs(home - first.lngDeg) < 180) return ring;
  const poleDeg = ring.reduce((sum, { latDeg }) => sum + latDeg, 0) >= 0 ? 90 : -90;
  return [
    ...ring,
    { lngDeg: home, latDeg: first.latDeg },
    { lngDeg: home, latDeg: poleDeg },
    { lngDeg: first.lngDeg, latDeg: poleDeg },
  ];
}

function boxOfPolygons(polygons: readonly (readonly Ring[])[]): Box {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  const start = polygons[0]?.[0]?.[0]?.lngDeg ?? 0;
  for (const [outline = []] of polygons) {
    const turn = 360 * Math.round((start - (outline[0]?.lngDeg ?? 0)) / 360);
    for (const { lngDeg, latDeg } of outline) {
      west = Math.min(west, lngDeg + turn);
      east = Math.max(east, lngDeg + turn);
      south = Math.min(south, latDeg);
      north = Math.max(north, latDeg);
    }
  }
  if (east - west >= 360) return { westDeg: -180, southDeg: south, eastDeg: 180, northDeg: north };
  const eastDeg = wrappedLngDeg(east);
  return { westDeg: wrappedLngDeg(west), southDeg: south, eastDeg: eastDeg === -180 ? 180 : eastDeg, northDeg: north };
}
