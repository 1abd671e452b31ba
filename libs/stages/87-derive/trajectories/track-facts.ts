/** A stretch of positions as the facts of a track: thinned, measured, and cut into cells. */
import { bearingDeg, boxOf, distanceM, keptPoints, meanHeading, type Place, placeFrom } from '@pitlane/base/geo';
import {
  type CellVisit,
  encodedTrack,
  REGION_RESOLUTION,
  TRACK_GAP,
  type TrackFacts,
  type TrackPoint,
} from '@pitlane/contracts/trajectory';
import { cellToParent } from 'h3-js';
import { type CellPass, cellPasses } from './cell-visits.ts';
import type { TimedLocal } from './anchor-frame.ts';
import type { TimedPosition } from './collect-positions.ts';

/** What is left out lies no farther off the line, at its time. */
export const TOLERANCE_M = 1;
/** Below it a heading is noise. */
const HEADING_FROM_M = 2;

export type OfTrack = Pick<TrackFacts, 'topic' | 'part' | 'rank' | 'source' | 'left' | 'note'>;

export function trackFrom(positions: readonly TimedPosition[], of: OfTrack): TrackFacts {
  const start = positions[0]?.timeNs ?? 0n;
  const timesMs = positions.map(({ timeNs }) => Number(timeNs - start) / 1e6);
  const points = keptPoints(positions, timesMs, TOLERANCE_M).map(
    (at): TrackPoint => ({ ...degrees(positions[at] as TimedPosition), timeMs: Math.round(timesMs[at] as number) }),
  );
  const speeds = speedsOf(positions, timesMs);
  const { speedMinMps, speedMaxMps } = extremes(speeds.map(({ mps }) => mps));
  const reachM = reachOf(timesMs, speedMaxMps ?? 0);
  const line = new Line(points, reachM);
  const endMs = points.at(-1)?.timeMs ?? 0;
  return {
    ...of,
    frameId: positions.find(({ frameId }) => frameId !== undefined)?.frameId ?? '',
    startTime: String(start),
    endTime: String(positions.at(-1)?.timeNs ?? start),
    positions: positions.length,
    track: encodedTrack(points),
    points: points.length,
    lengthM: line.lengthM,
    reachM,
    box: boxOf(points),
    speedMeanMps: endMs > 0 ? line.lengthM / (endMs / 1000) : null,
    speedMinMps,
    speedMaxMps,
    headingDeg: line.heading(WHOLE(points))?.meanDeg ?? null,
    fixQuality: commonest(positions.map(({ fixQuality }) => fixQuality ?? 'unknown')),
    accuracyM: median(positions.flatMap(({ accuracyM }) => accuracyM ?? [])),
    visits: cellPasses(points).map((pass) => line.visit(pass, start, speeds)),
  };
}

const WHOLE = (points: readonly TrackPoint[]) => ({ first: 0, from: 0, last: Math.max(0, points.length - 2), to: 1 });

const degrees = ({ lngDeg, latDeg }: { lngDeg: number; latDeg: number }) => ({
  lngDeg: Math.round(lngDeg * 1e7) / 1e7,
  latDeg: Math.round(latDeg * 1e7) / 1e7,
});

type Piece = Pick<CellPass, 'first' | 'from' | 'last' | 'to'>;

/** A thinned line, measured once. */
class Line {
  readonly #points: readonly TrackPoint[];
  readonly #segments: readonly { readonly lengthM: number; readonly headingDeg: number }[];
  readonly #reachM: number;
  readonly lengthM: number;

  constructor(points: readonly TrackPoint[], reachM: number) {
    this.#points = points;
    this.#reachM = reachM;
    this.#segments = points.slice(1).map((b, at) => {
      const a = points[at] as TrackPoint;
      return { lengthM: distanceM(a, b), headingDeg: bearingDeg(a, b) };
    });
    this.lengthM = this.#segments.reduce((sum, { lengthM }) => sum + lengthM, 0);
  }

  heading(piece: Piece) {
    const parts = this.#parts(piece);
    return parts.reduce((sum, { lengthM }) => sum + lengthM, 0) < HEADING_FROM_M ? undefined : meanHeading(parts);
  }

  visit(pass: CellPass, startNs: bigint, speeds: readonly Speed[]): CellVisit {
    const [enterMs, leaveMs] = [this.#timeMs(pass.first, pass.from), this.#timeMs(pass.last, pass.to)];
    const lengthM = this.#parts(pass).reduce((sum, part) => sum + part.lengthM, 0);
    const heading = this.heading(pass);
    const region = cellToParent(pass.cell, REGION_RESOLUTION);
    const points = this.#points.slice(pass.first, pass.last + 2);
    const inside = speeds.filter(({ timeMs }) => timeMs >= enterMs && timeMs <= leaveMs).map(({ mps }) => mps);
    const { speedMinMps, speedMaxMps } = extremes(inside);
    const meanMps = leaveMs > enterMs ? lengthM / ((leaveMs - enterMs) / 1000) : null;
    return {
      cell: pass.cell,
      region,
      startTime: String(startNs + BigInt(Math.round(enterMs * 1e6))),
      endTime: String(startNs + BigInt(Math.round(leaveMs * 1e6))),
      firstPoint: pass.first,
      lastPoint: pass.first + points.length - 1,
      track: encodedTrack(points),
      box: boxOf([...points, ...this.#reached(pass.first, pass.first + points.length - 1)]),
      lengthM,
      headingDeg: heading?.meanDeg ?? null,
      headingFromDeg: heading?.fromDeg ?? null,
      headingToDeg: heading?.toDeg ?? null,
      speedMeanMps: meanMps,
      // Between two positions there is none in the cell, and what is between them is all that is known.
      speedMinMps: speedMinMps ?? meanMps,
      speedMaxMps: speedMaxMps ?? meanMps,
    };
  }

  /** Places around the ends of the line, where these are among the points. */
  #reached(first: number, last: number): readonly Place[] {
    const ends = [0, this.#points.length - 1].filter((at) => at >= first && at <= last);
    return ends.flatMap((at) =>
      [0, 90, 180, 270].map((way) => placeFrom(this.#points[at] as TrackPoint, way, this.#reachM)),
    );
  }

  #parts({ first, from, last, to }: Piece) {
    return this.#segments.slice(first, last + 1).map((segment, at) => {
      const begin = at === 0 ? from : 0;
      const end = first + at === last ? to : 1;
      return { headingDeg: segment.headingDeg, lengthM: segment.lengthM * Math.max(0, end - begin) };
    });
  }

  #timeMs(segment: number, fraction: number): number {
    const a = this.#points[segment] as TrackPoint;
    const b = this.#points[segment + 1] ?? a;
    return a.timeMs + (b.timeMs - a.timeMs) * fraction;
  }
}

interface Speed {
  readonly timeMs: number;
  readonly mps: number;
}

/** As the receiver says it, else from one position to the next. */
function speedsOf(positions: readonly TimedPosition[], timesMs: readonly number[]): readonly Speed[] {
  return positions.flatMap((position, at): Speed[] => {
    const timeMs = timesMs[at] as number;
    const { speedMps } = position;
    if (speedMps !== undefined && speedMps >= 0 && speedMps < Number.POSITIVE_INFINITY)
      return [{ timeMs, mps: speedMps }];
    const before = positions[at - 1];
    if (!before) return [];
    return [{ timeMs, mps: distanceM(before, position) / ((timeMs - (timesMs[at - 1] as number)) / 1000) }];
  });
}

function extremes(speeds: readonly number[]): { speedMinMps: number | null; speedMaxMps: number | null } {
  if (speeds.length === 0) return { speedMinMps: null, speedMaxMps: null };
  return {
    speedMinMps: speeds.reduce((a, b) => Math.min(a, b)),
    speedMaxMps: speeds.reduce((a, b) => Math.max(a, b)),
  };
}

/** Twice the way between two positions at the highest speed, and what a receiver is off by. */
function reachOf(timesMs: readonly number[], speedMaxMps: number): number {
  const periodMs = median(timesMs.slice(1).map((timeMs, at) => timeMs - (timesMs[at] as number))) ?? 0;
  return Math.min(TRACK_GAP.mMax, (2 * speedMaxMps * periodMs) / 1000 + REACH_MIN_M);
}
const REACH_MIN_M = 5;

function commonest(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? 'unknown';
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? null;
}

/** A way in a frame that nothing ties to the Earth, or no way at all: lengths and times, and no place. */
export function localTrack(locals: readonly TimedLocal[], of: OfTrack): TrackFacts {
  const lengthM = locals.reduce((sum, { xM, yM }, at) => {
    const before = locals[at - 1];
    return before ? sum + Math.hypot(xM - before.xM, yM - before.yM) : 0;
  }, 0);
  const [first, last] = [locals[0], locals.at(-1)];
  const seconds = first && last ? Number(last.timeNs - first.timeNs) / 1e9 : 0;
  return {
    ...of,
    frameId: locals.find(({ frameId }) => frameId !== undefined)?.frameId ?? '',
    startTime: first ? String(first.timeNs) : null,
    endTime: last ? String(last.timeNs) : null,
    positions: locals.length,
    track: null,
    points: 0,
    lengthM,
    reachM: 0,
    box: null,
    speedMeanMps: seconds > 0 ? lengthM / seconds : null,
    ...extremes(locals.flatMap(({ speedMps }) => (Number.isFinite(speedMps) ? [speedMps as number] : []))),
    headingDeg: null,
    fixQuality: 'unknown',
    accuracyM: median(locals.flatMap(({ accuracyM }) => accuracyM ?? [])),
    visits: [],
  };
}
