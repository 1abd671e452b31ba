/**
 * What is known of the clock that stamped a recording's log times: an overlay of segments, each with the offset to add to
 * its log times to get UTC. It stands beside the recording in manifest and catalog, and queries may apply it; it is never
 * written into messages, chunks or their ids. In memory and on the wire the facts have one shape.
 */

/** Raised when the meaning of a field changes; what an earlier version wrote stays readable. */
export const CLOCK_VERSION = 1;

/** 2000-01-01: no log was written before, so that an earlier time is that of a clock that nobody had set. */
export const BELIEVED_FROM_NS = 946_684_800_000_000_000n;
/** A log is from before its docking, give or take a day for time zones and garages' own clocks. */
export const BELIEVED_AHEAD_NS = 86_400_000_000_000n;

/**
 * What a segment's offset rests on, most trusted first: a satellite receiver's own time; another clock that the log
 * calls a reference; the stamp of a position fix; stamps of sensors; times of publishing; a step to or from a segment
 * that is known; the docking, before which the log ended; nothing but the log's clock itself; nothing at all.
 */
export const CLOCK_SOURCES = [
  'gnss',
  'reference',
  'fix',
  'header',
  'publish',
  'step',
  'docking',
  'log',
  'none',
] as const;
export type ClockSource = (typeof CLOCK_SOURCES)[number];

/**
 * `good`: measured well. `rough`: few or scattered measurements, or sources that may repeat the log's own clock.
 * `bound`: no later than that. `unchecked`: nothing speaks for or against the log's clock. `unknown`: no offset.
 */
export type ClockQuality = 'good' | 'rough' | 'bound' | 'unchecked' | 'unknown';

export interface ClockSegment {
  /** Log times of the segment, both ends inside; decimal nanoseconds. */
  readonly startTime: string;
  readonly endTime: string;
  /** The bytes [sourceStart, sourceEnd) of the recording in which it lies: after a step back, log times come twice. */
  readonly sourceStart: number;
  readonly sourceEnd: number;
  /** By how much log time jumped at its beginning, signed decimal nanoseconds; null at the recording's beginning. */
  readonly stepNs: string | null;
  /** To add to `startTime`; signed decimal nanoseconds. Null if unknown. */
  readonly offsetNs: string | null;
  /** By how much the offset grows with log time: parts per 10^9, so nanoseconds a second. */
  readonly driftPpb: number;
  /** Median distance of the measurements from offset and drift. */
  readonly residualNs: string;
  /** Measurements that were compared. */
  readonly pairs: number;
  readonly source: ClockSource;
  readonly quality: ClockQuality;
  /** Whether queries by UTC add the offset: it is false where the log's clock is believed as it is. */
  readonly applied: boolean;
  /** A sentence for people. */
  readonly text: string;
}

/** A topic whose sensor stamps run on another clock than those of the other topics. */
export interface ClockSkew {
  readonly topic: string;
  /** Median over one segment of stamp minus log time, put right where the overlay is applied; signed decimal nanoseconds. */
  readonly offsetNs: string;
  /** Median distance from that. */
  readonly spreadNs: string;
  readonly pairs: number;
  readonly text: string;
}

export interface ClockFacts {
  readonly version: number;
  /** In the order of the file; at most 64. */
  readonly segments: readonly ClockSegment[];
  /** The largest first; at most 32. */
  readonly skews: readonly ClockSkew[];
}

const PPB = 1_000_000_000n;

/** UTC of a log time in the segment; undefined where the offset is unknown. */
export function utcNsFromLogTime(
  segment: Pick<ClockSegment, 'startTime' | 'offsetNs' | 'driftPpb'>,
  logTimeNs: bigint,
): bigint | undefined {
  if (segment.offsetNs === null) return undefined;
  const sinceStartNs = logTimeNs - BigInt(segment.startTime);
  return logTimeNs + BigInt(segment.offsetNs) + (sinceStartNs * BigInt(segment.driftPpb)) / PPB;
}

/** What people have to hear: the segments whose times are not taken as they are, or that a step begins. */
export function clockWarnings(clock: ClockFacts | undefined): readonly string[] {
  if (!clock) return [];
  const told = clock.segments.filter(
    ({ applied, stepNs, quality, driftPpb }) =>
      applied || stepNs !== null || quality === 'unknown' || Math.abs(driftPpb) >= DRIFT_TOLD_PPB,
  );
  return [...told.map(({ text }) => text), ...clock.skews.map(({ text }) => text)];
}

/** From 100 ppm on a crystal is worse than its data sheet, and an hour is off by a third of a second. */
export const DRIFT_TOLD_PPB = 100_000;
