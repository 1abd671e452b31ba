/**
 * The track of a drive on the map's plane, as lines with gaps between them, and what is asked of it: where the drive was at a
 * moment, which moment is nearest to a pixel, when it was within a box.
 */
import { distanceM, wrappedLngDeg } from '@pitlane/base/geo';
import { nsFrom } from '../../../kit/figures.ts';
import { type Bounds, placeFrom, type Point, pointFrom } from './projection.ts';

/** As `GET /v1/drives/:driveId/track` has it. */
export interface TrackAnswer {
  readonly segments: readonly {
    readonly points: readonly (readonly [lngDeg: number, latDeg: number, timeNs: string, speedMps: number | null])[];
  }[];
}

/** Positions in order of time without a gap; columns of equal length. */
export interface TrackLine {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Since the track's origin. */
  readonly timesMs: Float64Array;
  /** On the way from the position before; NaN where nobody knows. */
  readonly speedsMps: Float64Array;
  readonly lengthM: number;
}

export interface Track {
  readonly originNs: bigint;
  /** In order of time; none is empty. */
  readonly lines: readonly TrackLine[];
  readonly bounds: Bounds;
  readonly lengthM: number;
}

/** A moment of the track. */
export interface Fix extends Point {
  readonly timeMs: number;
  readonly speedMps: number;
}

/** [startMs, endMs], since the track's origin. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** Undefined where there is no position. What is no position or goes back in time is left out. */
export function trackFrom({ segments }: TrackAnswer): Track | undefined {
  const originNs = nsFrom(segments.find(({ points }) => points.length > 0)?.points[0]?.[2]);
  if (originNs === undefined) return undefined;
  const lines: TrackLine[] = [];
  let before = { lngDeg: segments[0]?.points[0]?.[0] ?? 0, timeMs: Number.NEGATIVE_INFINITY };
  for (const { points } of segments) {
    const columns: [number, number, number, number][] = [];
    let lengthM = 0;
    let last: { lngDeg: number; latDeg: number } | undefined;
    for (const [lngDeg, latDeg, timeNs, speedMps] of points) {
      const ns = nsFrom(timeNs);
      if (ns === undefined || !(Math.abs(lngDeg) <= 360) || !(Math.abs(latDeg) <= 90)) continue;
      const timeMs = Number(ns - originNs) / 1e6;
      if (timeMs < before.timeMs) continue;
      // By the shorter way round, on beyond 180° where the drive goes there.
      const place = { lngDeg: before.lngDeg + wrappedLngDeg(lngDeg - before.lngDeg), latDeg };
      if (last) lengthM += distanceM(last, place);
      const { x, y } = pointFrom(place);
      columns.push([x, y, timeMs, speedMps ?? Number.NaN]);
      last = place;
      before = { lngDeg: place.lngDeg, timeMs };
    }
    if (columns.length > 0) lines.push({ ...columnsFrom(columns), lengthM });
  }
  if (lines.length === 0) return undefined;
  return { originNs, lines, bounds: boundsOfLines(lines), lengthM: lines.reduce((sum, line) => sum + line.lengthM, 0) };
}

function columnsFrom(rows: readonly (readonly [number, number, number, number])[]) {
  const column = (at: 0 | 1 | 2 | 3): Float64Array => Float64Array.from(rows, (row) => row[at]);
  return { x: column(0), y: column(1), timesMs: column(2), speedsMps: column(3) };
}

function boundsOfLines(lines: readonly TrackLine[]): Bounds {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of lines) {
    for (const value of x) [west, east] = [Math.min(west, value), Math.max(east, value)];
    for (const value of y) [north, south] = [Math.min(north, value), Math.max(south, value)];
  }
  return { west, north, east, south };
}

export const msOf = ({ originNs }: Track, timeNs: bigint): number => Number(timeNs - originNs) / 1e6;
export const nsOf = ({ originNs }: Track, timeMs: number): bigint => originNs + BigInt(Math.round(timeMs * 1e6));
export const startOf = ({ timesMs }: TrackLine): number => timesMs[0] as number;
export const endOf = ({ timesMs }: TrackLine): number => timesMs.at(-1) as number;

/** Where the drive was; undefined before, behind and in a gap. */
export function fixAt({ lines }: Track, timeMs: number): Fix | undefined {
  const line = lines.find((one) => startOf(one) <= timeMs && timeMs <= endOf(one));
  if (!line) return undefined;
  const { x, y, timesMs, speedsMps } = line;
  const at = lastBefore(timesMs, timeMs);
  const next = Math.min(at + 1, timesMs.length - 1);
  const [from, to] = [timesMs[at] as number, timesMs[next] as number];
  const part = to > from ? (timeMs - from) / (to - from) : 0;
  return { x: between(x, at, next, part), y: between(y, at, next, part), timeMs, speedMps: speedsMps[next] as number };
}

const between = (column: Float64Array, at: number, next: number, part: number): number =>
  (column[at] as number) + ((column[next] as number) - (column[at] as number)) * part;

/** The last index whose value is not above; 0 before the first. */
export function lastBefore(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] as number) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The moment whose place is nearest, if it is within the reach; distances are on the plane. */
export function nearestFix({ lines }: Track, { x: atX, y: atY }: Point, reach: number): Fix | undefined {
  let [best, found]: [number, Fix | undefined] = [reach * reach, undefined];
  for (const { x, y, timesMs, speedsMps } of lines) {
    for (let i = 0; i < x.length; i += 1) {
      const next = Math.min(i + 1, x.length - 1);
      const [ax, ay] = [x[i] as number, y[i] as number];
      const [dx, dy] = [(x[next] as number) - ax, (y[next] as number) - ay];
      const length = dx * dx + dy * dy;
      const part = length === 0 ? 0 : Math.min(1, Math.max(0, ((atX - ax) * dx + (atY - ay) * dy) / length));
      const [px, py] = [ax + dx * part, ay + dy * part];
      const off = (atX - px) ** 2 + (atY - py) ** 2;
      if (off > best || (found && off === best)) continue;
      best = off;
      found = { x: px, y: py, timeMs: between(timesMs, i, next, part), speedMps: speedsMps[next] as number };
    }
  }
  return found;
}

/** When the drive was within the bounds, in order; a stay that goes on in the next line without a gap of time is one. */
export function stretchesWithin({ lines }: Track, bounds: Bounds): readonly Stretch[] {
  const found: { startMs: number; endMs: number }[] = [];
  for (const { x, y, timesMs } of lines) {
    for (let i = 0; i < x.length; i += 1) {
      const next = Math.min(i + 1, x.length - 1);
      if (next === i && x.length > 1) continue;
      const inside = partsInside(bounds, { x: x[i] as number, y: y[i] as number }, at(x, y, next));
      if (!inside) continue;
      const [startMs, endMs] = [between(timesMs, i, next, inside[0]), between(timesMs, i, next, inside[1])];
      const last = found.at(-1);
      if (last && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
      else found.push({ startMs, endMs });
    }
  }
  return found;
}

const at = (x: Float64Array, y: Float64Array, i: number): Point => ({ x: x[i] as number, y: y[i] as number });

/** The part of the way from a to b that is inside, as Liang and Barsky clip it. */
function partsInside({ west, north, east, south }: Bounds, a: Point, b: Point): [number, number] | undefined {
  let [from, to] = [0, 1];
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  for (const [way, room] of [
    [-dx, a.x - west],
    [dx, east - a.x],
    [-dy, a.y - north],
    [dy, south - a.y],
  ] as const) {
    if (way === 0 && room < 0) return undefined;
    if (way < 0) from = Math.max(from, room / way);
    if (way > 0) to = Math.min(to, room / way);
  }
  return from <= to ? [from, to] : undefined;
}

export interface Gap extends Stretch {
  /** As the crow flies, between the last position before it and the first behind it. */
  readonly lengthM: number;
}

export const gapsOf = ({ lines }: Track): readonly Gap[] =>
  lines.slice(1).map((line, i) => {
    const before = lines[i] as TrackLine;
    const [from, to] = [at(before.x, before.y, before.x.length - 1), at(line.x, line.y, 0)];
    return { startMs: endOf(before), endMs: startOf(line), lengthM: distanceM(placeFrom(from), placeFrom(to)) };
  });

/** The next position, or the one before; without a moment the first or the last. */
export function steppedFrom({ lines }: Track, fromMs: number | undefined, by: 1 | -1): number {
  const times = lines.flatMap(({ timesMs }) => [...timesMs]);
  const [first, last] = [times[0] as number, times.at(-1) as number];
  if (fromMs === undefined) return by > 0 ? first : last;
  // A moment that came through nanoseconds is a little beside its position.
  const isBeyond = (timeMs: number): boolean => (timeMs - fromMs) * by > 0.000_5;
  return (by > 0 ? times.find(isBeyond) : times.findLast(isBeyond)) ?? (by > 0 ? last : first);
}
