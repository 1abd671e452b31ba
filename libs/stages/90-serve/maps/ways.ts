/**
 * Pieces of tracks put together again: of each drive and topic the segments in order of time, each once, with those between
 * one chunk and the next. What lies far from the area is missing, and a way ends where it is.
 */
import { distanceM, type Place } from '@pitlane/base/geo';
import { TRACK_GAP, type TrackPoint } from '@pitlane/contracts/trajectory';
import type { Piece } from './find-pieces.ts';
import { grouped } from './grouped.ts';

export interface Way {
  readonly of: Pick<Piece, 'tenant' | 'driveId' | 'vehicleId' | 'topic' | 'preference'>;
  readonly segments: readonly Segment[];
}

export interface Segment {
  readonly from: TimedPlace;
  readonly to: TimedPlace;
  readonly chunkId: string;
  /** Whether it begins where the one before ends. */
  readonly goesOn: boolean;
}

export interface TimedPlace extends Place {
  readonly timeNs: bigint;
}

export function waysOf(pieces: readonly Piece[]): readonly Way[] {
  const ways: Way[] = [];
  for (const group of grouped(pieces, ({ tenant, driveId, topic }) =>
    JSON.stringify([tenant, driveId, topic]),
  ).values()) {
    const tracks = [...grouped(group, ({ chunkId, part }) => `${chunkId} ${part}`).values()].map(
      (parts) => new Track(parts),
    );
    tracks.sort(
      (a, b) => compare(a.piece.trackStartNs, b.piece.trackStartNs) || compare(a.piece.chunkId, b.piece.chunkId),
    );
    const segments: Segment[] = [];
    let before: Track | undefined;
    for (const track of tracks) {
      const joint = before && jointOf(before, track);
      if (joint) segments.push(joint);
      for (const [at, segment] of track.segments.entries()) {
        segments.push(at === 0 && joint ? { ...segment, goesOn: true } : segment);
      }
      before = track;
    }
    const { tenant, driveId, vehicleId, topic, preference } = (tracks[0] as Track).piece;
    ways.push({ of: { tenant, driveId, vehicleId, topic, preference }, segments });
  }
  return ways;
}

/** What is known here of one track. */
class Track {
  readonly piece: Piece;
  readonly segments: readonly Segment[];
  readonly #points = new Map<number, TrackPoint>();

  constructor(pieces: readonly Piece[]) {
    const piece = pieces[0] as Piece;
    this.piece = piece;
    const starts = new Set<number>();
    for (const { firstPoint, points } of pieces) {
      for (const [at, point] of points.entries()) {
        this.#points.set(firstPoint + at, point);
        if (at + 1 < points.length || piece.trackPoints === 1) starts.add(firstPoint + at);
      }
    }
    let last = -1;
    this.segments = [...starts]
      .sort((a, b) => a - b)
      .map((at) => {
        const from = this.#timed(at) as TimedPlace;
        const segment = {
          from,
          to: this.#timed(at + 1) ?? from,
          chunkId: piece.chunkId,
          goesOn: last === at - 1 && at > 0,
        };
        last = at;
        return segment;
      });
  }

  /** Undefined where it is not among what is known. */
  get first(): TimedPlace | undefined {
    return this.#timed(0);
  }

  get last(): TimedPlace | undefined {
    return this.#timed(this.piece.trackPoints - 1);
  }

  #timed(at: number): TimedPlace | undefined {
    const point = this.#points.get(at);
    if (!point) return undefined;
    const { lngDeg, latDeg, timeMs } = point;
    return { lngDeg, latDeg, timeNs: this.piece.trackStartNs + BigInt(timeMs) * 1_000_000n };
  }
}

/** From the end of one track to the beginning of the next, where little time and way lies between. */
function jointOf(before: Track, next: Track): Segment | undefined {
  const [from, to] = [before.last, next.first];
  if (!from || !to || to.timeNs <= from.timeNs) return undefined;
  if (Number(to.timeNs - from.timeNs) / 1e6 > TRACK_GAP.msMax) return undefined;
  if (distanceM(from, to) > Math.min(before.piece.reachM, next.piece.reachM)) return undefined;
  return { from, to, chunkId: before.piece.chunkId, goesOn: true };
}

const compare = <Value extends bigint | string>(a: Value, b: Value): number => (a < b ? -1 : a > b ? 1 : 0);
