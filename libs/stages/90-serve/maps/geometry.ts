/** Points of a track as geometries of maps: cut at the antimeridian, as RFC 7946 wants it. */
import { type Place, wrappedLngDeg } from '@pitlane/base/geo';

export type Position = [lngDeg: number, latDeg: number];

export type Geometry =
  | { readonly type: 'Point'; readonly coordinates: Position }
  | { readonly type: 'LineString'; readonly coordinates: Position[] }
  | { readonly type: 'MultiLineString'; readonly coordinates: Position[][] };

export function geometryOf(points: readonly Place[]): Geometry | null {
  const [first] = points;
  if (!first) return null;
  if (points.length === 1) return { type: 'Point', coordinates: positionOf(first) };
  const lines: Position[][] = [[positionOf(first)]];
  for (let at = 1; at < points.length; at += 1) {
    const [a, b] = [points[at - 1] as Place, points[at] as Place];
    const line = lines.at(-1) as Position[];
    const acrossDeg = wrappedLngDeg(b.lngDeg - a.lngDeg);
    const crosses = Math.abs(b.lngDeg - a.lngDeg) > 180 && Math.abs(acrossDeg) < 180;
    if (crosses) {
      const edgeDeg = acrossDeg > 0 ? 180 : -180;
      const part = (edgeDeg - a.lngDeg) / acrossDeg;
      const latDeg = a.latDeg + (b.latDeg - a.latDeg) * part;
      line.push([edgeDeg, latDeg]);
      lines.push([[-edgeDeg, latDeg]]);
    }
    lines.at(-1)?.push(positionOf(b));
  }
  const [line, ...more] = lines;
  if (line && more.length === 0) return { type: 'LineString', coordinates: line };
  return { type: 'MultiLineString', coordinates: lines };
}

const positionOf = ({ lngDeg, latDeg }: Place): Position => [lngDeg, latDeg];
