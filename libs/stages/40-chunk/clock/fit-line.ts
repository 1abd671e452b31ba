/**
 * The line through measurements of which some are wrong: the median of the slopes of all pairs (Theil 1950, Sen 1968), which
 * up to 29 of 100 wrong measurements do not move. A slope that does not stand out of the scatter is none: the offset is
 * then the median. Log times and offsets are taken relative to the first, so that doubles hold them to the nanosecond.
 */
import type { Pair } from './sampled-pairs.ts';

export interface Line {
  readonly atLogNs: bigint;
  readonly offsetNs: bigint;
  /** Nanoseconds of offset a second of log time. */
  readonly driftPpb: number;
  /** Median distance of the measurements from the line. */
  readonly residualNs: number;
}

/** Over less than this the jitter of a receiver looks like drift. */
const DRIFT_SPAN_NS = 60e9;
/** The drift over the whole span has to be so many times the median distance from a line without drift. */
const DRIFT_STANDS_OUT = 3;

/** @param pairs at least one */
export function fitLine(pairs: readonly Pair[]): Line {
  const [first] = pairs as readonly [Pair, ...Pair[]];
  const points = pairs.map(({ logNs, offsetNs }) => ({
    x: Number(logNs - first.logNs),
    y: Number(offsetNs - first.offsetNs),
  }));
  const level = lineOf(points, 0);
  const slope = medianOf(slopesOf(points));
  const spanNs = points.reduce((span, { x }) => Math.max(span, x), 0);
  const drifting = lineOf(points, slope);
  const standsOut = Math.abs(slope) * spanNs > DRIFT_STANDS_OUT * drifting.residual;
  const isDrift = spanNs >= DRIFT_SPAN_NS && standsOut && drifting.residual < level.residual;
  const { intercept, residual } = isDrift ? drifting : level;
  return {
    atLogNs: first.logNs,
    offsetNs: first.offsetNs + BigInt(Math.round(intercept)),
    driftPpb: isDrift ? Math.round(slope * 1e9) : 0,
    residualNs: Math.round(residual),
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function lineOf(points: readonly Point[], slope: number): { intercept: number; residual: number } {
  const intercept = medianOf(points.map(({ x, y }) => y - slope * x));
  return { intercept, residual: medianOf(points.map(({ x, y }) => Math.abs(y - slope * x - intercept))) };
}

function slopesOf(points: readonly Point[]): number[] {
  const slopes: number[] = [];
  points.forEach((a, i) => {
    for (let j = i + 1; j < points.length; j += 1) {
      const b = points[j] as Point;
      if (b.x !== a.x) slopes.push((b.y - a.y) / (b.x - a.x));
    }
  });
  return slopes;
}

/** 0 without values. */
export function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
