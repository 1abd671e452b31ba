/**
 * Areas of polygons, and where a line is inside of one. Edges are straight in longitude and latitude, as GeoJSON has them,
 * and go the shorter way round; a ring that goes once around the Earth holds the pole on its side.
 */
import { type Box, type Place, wrappedLngDeg } from './sphere.ts';

/** Longitudes go on past 180 where the ring does; the first place is not repeated at the end. */
export type Ring = readonly Place[];

export interface Area {
  /** Of each the first ring is its outline, the others its holes. */
  readonly polygons: readonly (readonly Ring[])[];
  readonly box: Box;
}

export const areaContains = (area: Area, place: Place): boolean =>
  area.polygons.some((rings) => shiftsOf(rings, place, place).some((shift) => insideRings(rings, place, shift)));

/**
 * The parts of the line from a to b that are inside, as fractions of it in order; `[0, 1]` where all of it is. A line without
 * length is inside whole or not at all.
 */
export function stretchesInside(area: Area, a: Place, b: Place): readonly (readonly [from: number, to: number])[] {
  const to = { lngDeg: a.lngDeg + wrappedLngDeg(b.lngDeg - a.lngDeg), latDeg: b.latDeg };
  const found: [number, number][] = [];
  for (const rings of area.polygons) {
    for (const shift of shiftsOf(rings, a, to)) found.push(...insidePolygon(rings, a, to, shift));
  }
  return joined(found);
}

/** The turns about the Earth, in degrees, by which the line may meet the polygon. */
function shiftsOf(rings: readonly Ring[], a: Place, b: Place): readonly number[] {
  const outline = rings[0] ?? [];
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { lngDeg, latDeg } of outline) {
    west = Math.min(west, lngDeg);
    east = Math.max(east, lngDeg);
    south = Math.min(south, latDeg);
    north = Math.max(north, latDeg);
  }
  if (Math.max(a.latDeg, b.latDeg) < south || Math.min(a.latDeg, b.latDeg) > north) return [];
  return [-720, -360, 0, 360, 720].filter(
    (shift) => Math.max(a.lngDeg, b.lngDeg) + shift >= west && Math.min(a.lngDeg, b.lngDeg) + shift <= east,
  );
}

function insidePolygon(rings: readonly Ring[], a: Place, b: Place, shift: number): [number, number][] {
  if (a.lngDeg === b.lngDeg && a.latDeg === b.latDeg) return insideRings(rings, a, shift) ? [[0, 1]] : [];
  const cuts = [0, 1];
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 1) {
      const cut = crossing(a, b, shift, ring[i] as Place, ring[(i + 1) % ring.length] as Place);
      if (cut !== undefined) cuts.push(cut);
    }
  }
  cuts.sort((x, y) => x - y);
  const inside: [number, number][] = [];
  for (let i = 1; i < cuts.length; i += 1) {
    const [from, to] = [cuts[i - 1] as number, cuts[i] as number];
    if (to <= from) continue;
    const middle = (from + to) / 2;
    const place = {
      lngDeg: a.lngDeg + (b.lngDeg - a.lngDeg) * middle,
      latDeg: a.latDeg + (b.latDeg - a.latDeg) * middle,
    };
    if (insideRings(rings, place, shift)) inside.push([from, to]);
  }
  return inside;
}

/** Where on a–b the edge is crossed. */
function crossing(a: Place, b: Place, shift: number, from: Place, to: Place): number | undefined {
  const [dx, dy] = [b.lngDeg - a.lngDeg, b.latDeg - a.latDeg];
  const [ex, ey] = [to.lngDeg - from.lngDeg, to.latDeg - from.latDeg];
  const cross = dx * ey - dy * ex;
  if (cross === 0) return undefined;
  const [ox, oy] = [from.lngDeg - a.lngDeg - shift, from.latDeg - a.latDeg];
  const onLine = (ox * ey - oy * ex) / cross;
  const onEdge = (ox * dy - oy * dx) / cross;
  return onLine > 0 && onLine < 1 && onEdge >= 0 && onEdge <= 1 ? onLine : undefined;
}

/** A line to the east is crossed an odd number of times; holes turn it round once more. */
function insideRings(rings: readonly Ring[], { lngDeg, latDeg }: Place, shift: number): boolean {
  const x = lngDeg + shift;
  let inside = false;
  for (const ring of rings) {
    let before = ring.at(-1) as Place;
    for (const place of ring) {
      const spans = place.latDeg > latDeg !== before.latDeg > latDeg;
      if (spans) {
        const at =
          before.lngDeg + ((latDeg - before.latDeg) / (place.latDeg - before.latDeg)) * (place.lngDeg - before.lngDeg);
        if (x < at) inside = !inside;
      }
      before = place;
    }
  }
  return inside;
}

function joined(stretches: [number, number][]): readonly (readonly [number, number])[] {
  stretches.sort((x, y) => x[0] - y[0]);
  const whole: [number, number][] = [];
  for (const [from, to] of stretches) {
    const last = whole.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else whole.push([from, to]);
  }
  return whole;
}
