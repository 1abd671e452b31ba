/**
 * Ties a local frame to the Earth: the turn and the shift in the plane by which the positions of odometry come nearest to the
 * fixes of the same minute. Without fixes, or while the vehicle stands, there is none: a frame's own axes say nothing of north.
 */
import { M_PER_DEGREE, type Place, wrappedLngDeg } from '@pitlane/base/geo';
import type { TimedPosition } from './collect-positions.ts';
import type { LocalPosition } from './position.ts';

export interface TimedLocal extends LocalPosition {
  readonly timeNs: bigint;
}

const PAIRS_MIN = 8;
/** Less way than that leaves the turn to the noise of the receiver. */
const WAY_MIN_M = 30;
const RESIDUAL_MAX_M = 5;
const FIX_APART_MAX_NS = 500_000_000n;

export interface Anchor {
  place(local: LocalPosition): Place;
  readonly residualM: number;
}

/** @returns why there is none, in words, where there is none. */
export function anchorOf(locals: readonly TimedLocal[], fixes: readonly TimedPosition[]): Anchor | string {
  const [origin] = fixes;
  if (!origin) return 'no fix of the same minute ties this frame to the Earth';
  const eastM = M_PER_DEGREE * Math.cos((origin.latDeg * Math.PI) / 180);
  const pairs = pairsOf(locals, fixes).map(([local, fix]) => ({
    x: local.xM,
    y: local.yM,
    east: wrappedLngDeg(fix.lngDeg - origin.lngDeg) * eastM,
    north: (fix.latDeg - origin.latDeg) * M_PER_DEGREE,
  }));
  if (pairs.length < PAIRS_MIN) return 'too few fixes of the same minute tie this frame to the Earth';
  const mean = (pick: (pair: (typeof pairs)[number]) => number): number =>
    pairs.reduce((sum, pair) => sum + pick(pair), 0) / pairs.length;
  const [cx, cy, ce, cn] = [mean((p) => p.x), mean((p) => p.y), mean((p) => p.east), mean((p) => p.north)];
  let [along, across, way] = [0, 0, 0];
  for (const { x, y, east, north } of pairs) {
    along += (x - cx) * (east - ce) + (y - cy) * (north - cn);
    across += (x - cx) * (north - cn) - (y - cy) * (east - ce);
    way = Math.max(way, Math.hypot(east - ce, north - cn) * 2);
  }
  if (way < WAY_MIN_M) return 'the vehicle moved too little for a frame to be turned to north';
  const turn = Math.atan2(across, along);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const plane = (x: number, y: number): [east: number, north: number] => [
    ce + (x - cx) * cos - (y - cy) * sin,
    cn + (x - cx) * sin + (y - cy) * cos,
  ];
  const residualM = Math.sqrt(
    mean(({ x, y, east, north }) => {
      const [e, n] = plane(x, y);
      return (e - east) ** 2 + (n - north) ** 2;
    }),
  );
  if (!(residualM <= RESIDUAL_MAX_M)) return `its way and the fixes' are ${residualM.toFixed(1)} m apart at best`;
  return {
    residualM,
    place: ({ xM, yM }) => {
      const [east, north] = plane(xM, yM);
      return { lngDeg: wrappedLngDeg(origin.lngDeg + east / eastM), latDeg: origin.latDeg + north / M_PER_DEGREE };
    },
  };
}

/** Each fix with the local position nearest in time. Both are in order. */
function pairsOf(locals: readonly TimedLocal[], fixes: readonly TimedPosition[]): [TimedLocal, TimedPosition][] {
  const pairs: [TimedLocal, TimedPosition][] = [];
  const apart = (at: number, fix: TimedPosition): bigint => {
    const apartNs = (locals[at] as TimedLocal).timeNs - fix.timeNs;
    return apartNs < 0n ? -apartNs : apartNs;
  };
  let at = 0;
  for (const fix of fixes) {
    while (at + 1 < locals.length && apart(at + 1, fix) <= apart(at, fix)) at += 1;
    if (at < locals.length && apart(at, fix) <= FIX_APART_MAX_NS) pairs.push([locals[at] as TimedLocal, fix]);
  }
  return pairs;
}
