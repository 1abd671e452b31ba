/**
 * Where a vehicle was: the tracks that are read out of a chunk, and the cells that they pass. Rows of the catalog are made of
 * these facts; everything here can be derived again from the chunk.
 */
import type { TimeText } from '../manifest/index.ts';

export { decodedTrack, encodedTrack, type TrackPoint } from './encoded-track.ts';
export { DEFAULT_TRACK_PLAN, type TrackPlan, trackPlanVersion } from './track-plan.ts';
export { wktFromTrack } from './wkt.ts';

/** The name of the deriver. */
export const TRAJECTORIES = 'trajectories';

/** A side of about 200 m: the grain in which places are found. */
export const CELL_RESOLUTION = 9;
/** A side of about 1.4 km: for large areas, and to part places by. */
export const REGION_RESOLUTION = 7;

/**
 * A longer silence parts a track. From chunk to chunk tracks belong together where no more time lies between, and no more way
 * than both reach, which is never more than that.
 */
export const TRACK_GAP = { msMax: 60_000, mMax: 150 } as const;

export type PositionSource = 'gnss' | 'localisation' | 'odometry';

/** A stretch of one topic in one chunk without a long silence or a jump. */
export interface TrackFacts {
  readonly topic: string;
  /** Number of the stretch in its chunk and topic, from 0. */
  readonly part: number;
  /** Of several topics that say where the vehicle is, the lowest is believed first. */
  readonly rank: number;
  readonly source: PositionSource;
  /** The frame in which the message stands; empty where it says none. */
  readonly frameId: string;
  /** Null where there is no position at all. */
  readonly startTime: TimeText | null;
  readonly endTime: TimeText | null;
  /** Positions that were taken. */
  readonly positions: number;
  /** See `encodedTrack`; null where the position on the Earth is unknown. */
  readonly track: string | null;
  /** Points of it. */
  readonly points: number;
  readonly lengthM: number;
  /** How far from its ends the next position may have been, by its speed and by how often it says something. */
  readonly reachM: number;
  readonly box: TrackBox | null;
  readonly speedMinMps: number | null;
  readonly speedMaxMps: number | null;
  /** Length over time. */
  readonly speedMeanMps: number | null;
  readonly headingDeg: number | null;
  /** What most of the positions say of themselves, such as `gnss`, `rtk-fixed`; `unknown` where they say nothing. */
  readonly fixQuality: string;
  /** Half of the positions are as good as this or better, one sigma; null where nothing is said. */
  readonly accuracyM: number | null;
  /** Messages that were left out, by reason; of the whole topic, and told with its first stretch. */
  readonly left: Readonly<Record<LeftOut, number>>;
  /** A sentence for people where something was done or could not be done. */
  readonly note: string | null;
  readonly visits: readonly CellVisit[];
}

export interface TrackBox {
  readonly westDeg: number;
  readonly southDeg: number;
  readonly eastDeg: number;
  readonly northDeg: number;
}

export const LEFT_OUT = ['no-fix', 'null-island', 'out-of-range', 'jump', 'time'] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

/** Where a sensor stands: the frame of a topic, or how one frame stands in another. */
export interface FrameFacts {
  readonly topic: string;
  readonly frameId: string;
  /** Null where the row says no more than the frame of a topic. */
  readonly parentFrameId: string | null;
  /** From the frame into its parent: metres, and a quaternion; all null without a parent. */
  readonly translation: readonly [x: number, y: number, z: number] | null;
  readonly rotation: readonly [x: number, y: number, z: number, w: number] | null;
}

/** A track's way through one cell. One that comes back later visits twice. */
export interface CellVisit {
  /** H3 indexes. */
  readonly cell: string;
  readonly region: string;
  readonly startTime: TimeText;
  readonly endTime: TimeText;
  /** Number of the first point of `track` in the track of the whole stretch. */
  readonly firstPoint: number;
  readonly lastPoint: number;
  /** All segments of the stretch that touch the cell, whole. */
  readonly track: string;
  /** Around them, and around what the track reaches where it begins or ends. */
  readonly box: TrackBox;
  readonly lengthM: number;
  readonly headingDeg: number | null;
  readonly headingFromDeg: number | null;
  readonly headingToDeg: number | null;
  readonly speedMeanMps: number | null;
  readonly speedMinMps: number | null;
  readonly speedMaxMps: number | null;
}
