/**
 * A drive's way for a map: tracks of one topic, thinned to so many points and joined where the vehicle drove on. Each track is
 * thinned by itself, with the event loop let go of between them, so that a long drive holds up nobody.
 */
import { setImmediate as letOthers } from 'node:timers/promises';
import { distanceM, keptPoints, type Place } from '@pitlane/base/geo';
import { TRACK_GAP, type TrackPoint } from '@pitlane/contracts/trajectory';

export interface Track {
  readonly startNs: bigint;
  /** How far from its ends the next position may have been, in metres. */
  readonly reachM: number;
  readonly points: readonly TrackPoint[];
}

interface TimedPlace extends Place {
  readonly timeNs: bigint;
}

export interface Segment {
  readonly startTime: string;
  readonly endTime: string;
  /** Speed from the point before; null where there is none. */
  readonly points: [lngDeg: number, latDeg: number, timeNs: string, speedMps: number | null][];
}

/** At most `pointsMax` points, at least two of each segment; of very many segments the shortest are left out. */
export async function segmentsOf(tracks: readonly Track[], pointsMax: number): Promise<Segment[]> {
  const lines = joined(await thinned(tracks, pointsMax));
  return fewest(lines, pointsMax).map(segmentFrom);
}

const POINTS_AT_ONCE = 1000;
const ROUNDS_MAX = 4;
const COARSER = 4;

/** As near to the way as so many points can be, places and times alike. */
async function thinned(tracks: readonly Track[], pointsMax: number): Promise<readonly Track[]> {
  const excess = countOf(tracks) / pointsMax;
  if (excess <= 1) return tracks;
  // A smooth way takes half of the points at four times the tolerance; tracks are thinned to a metre already.
  let toleranceM = Math.max(1, excess ** 2 / 2);
  let kept = tracks;
  for (let round = 0; round < ROUNDS_MAX && countOf(kept) > pointsMax; round += 1) {
    kept = await thinnedBy(tracks, toleranceM);
    toleranceM *= COARSER;
  }
  return kept;
}

async function thinnedBy(tracks: readonly Track[], toleranceM: number): Promise<Track[]> {
  const kept: Track[] = [];
  let pointsSeen = 0;
  for (const track of tracks) {
    const timesMs = track.points.map(({ timeMs }) => timeMs);
    const points = keptPoints(track.points, timesMs, toleranceM).map((at) => track.points[at] as TrackPoint);
    kept.push({ ...track, points });
    pointsSeen += timesMs.length;
    if (pointsSeen < POINTS_AT_ONCE) continue;
    pointsSeen = 0;
    await letOthers();
  }
  return kept;
}

const countOf = (tracks: readonly Track[]): number => tracks.reduce((sum, { points }) => sum + points.length, 0);

/** Tracks in order of time, as one line for as long as one may follow from the other. */
function joined(tracks: readonly Track[]): TimedPlace[][] {
  const lines: TimedPlace[][] = [];
  let before: Track | undefined;
  for (const track of tracks) {
    const places = track.points.map(({ lngDeg, latDeg, timeMs }) => ({
      lngDeg,
      latDeg,
      timeNs: track.startNs + BigInt(Math.round(timeMs)) * 1_000_000n,
    }));
    const [first] = places;
    if (!first) continue;
    const line = lines.at(-1);
    const last = line?.at(-1);
    if (line && last && before && goesOn(last, first, Math.min(before.reachM, track.reachM))) line.push(...places);
    else lines.push(places);
    before = track;
  }
  return lines;
}

function goesOn(from: TimedPlace, to: TimedPlace, reachM: number): boolean {
  const silentMs = Number(to.timeNs - from.timeNs) / 1e6;
  return silentMs > 0 && silentMs <= TRACK_GAP.msMax && distanceM(from, to) <= reachM;
}

/** What no tolerance could do: each line gets the same share of points, evenly along it. */
function fewest(lines: readonly TimedPlace[][], pointsMax: number): readonly TimedPlace[][] {
  if (lines.reduce((sum, { length }) => sum + length, 0) <= pointsMax) return lines;
  const linesMax = Math.max(1, Math.floor(pointsMax / 2));
  const longest = new Set(lines.toSorted((a, b) => lastedMs(b) - lastedMs(a)).slice(0, linesMax));
  const share = Math.max(2, Math.floor(pointsMax / longest.size));
  return lines.filter((line) => longest.has(line)).map((line) => evenly(line, share));
}

const lastedMs = (line: readonly TimedPlace[]): number =>
  Number((line.at(-1)?.timeNs ?? 0n) - (line[0]?.timeNs ?? 0n)) / 1e6;

function evenly(line: TimedPlace[], points: number): TimedPlace[] {
  if (line.length <= points) return line;
  const step = (line.length - 1) / (points - 1);
  return Array.from({ length: points }, (_, i) => line[Math.round(i * step)] as TimedPlace);
}

const rounded = (value: number, units: number): number => Math.round(value * units) / units;

function segmentFrom(line: readonly TimedPlace[]): Segment {
  const points = line.map((place, at): Segment['points'][number] => {
    const { lngDeg, latDeg, timeNs } = place;
    return [rounded(lngDeg, 1e7), rounded(latDeg, 1e7), String(timeNs), speedMps(line[at - 1], place)];
  });
  return { startTime: String(line[0]?.timeNs ?? 0n), endTime: String(line.at(-1)?.timeNs ?? 0n), points };
}

function speedMps(from: TimedPlace | undefined, to: TimedPlace): number | null {
  const seconds = from ? Number(to.timeNs - from.timeNs) / 1e9 : 0;
  return from && seconds > 0 ? rounded(distanceM(from, to) / seconds, 100) : null;
}
