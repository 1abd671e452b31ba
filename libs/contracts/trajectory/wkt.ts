/** A track as well-known text. Edges go the shorter way round, as engines of geography draw them. */
import { wrappedLngDeg } from '@pitlane/base/geo';
import type { TrackPoint } from './encoded-track.ts';

export function wktFromTrack(points: readonly TrackPoint[]): string | null {
  const [first] = points;
  if (first === undefined) return null;
  const distinct = points.filter(
    ({ lngDeg, latDeg }, at) => at === 0 || lngDeg !== points[at - 1]?.lngDeg || latDeg !== points[at - 1]?.latDeg,
  );
  const texts = distinct.map(({ lngDeg, latDeg }) => `${degrees(wrappedLngDeg(lngDeg))} ${degrees(latDeg)}`);
  return texts.length === 1 ? `POINT(${texts[0]})` : `LINESTRING(${texts.join(', ')})`;
}

const degrees = (value: number): string => String(Math.round(value * 1e7) / 1e7);
