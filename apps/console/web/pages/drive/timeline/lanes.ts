/**
 * The timeline's lanes: what there is of each topic, kept so that any stretch of ten thousands is found by halving, and
 * made into no more bars than there are pixels. What is lost is never hidden: it is laid over all else, and at least so wide
 * that it is seen.
 */
import { nsFrom } from '../../../kit/figures.ts';
import type { CoverageRow, GapRow } from '../rows.ts';
import type { Span } from '../span.ts';
import { LOOKS, type Look } from './looks.ts';

/** A run of a topic, or a silence of one. */
export interface Run {
  readonly look: Look;
  readonly topic: string;
  readonly startNs: bigint;
  /** Its last moment: a run of one message has no length. */
  readonly endNs: bigint;
  readonly state: string;
  readonly reason: string | null;
  readonly messages: number | null;
}

/** Runs of one look, in order of their starts, as distances from the start of the drive. */
interface Track {
  readonly look: Look;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** The latest end so far: runs of several recordings may lie over each other. */
  readonly reaches: Float64Array;
  readonly runs: readonly Run[];
}

export interface Lane {
  readonly topic: string;
  readonly tracks: readonly Track[];
}

export interface Lanes {
  readonly originNs: bigint;
  readonly lanes: readonly Lane[];
  /** What has no place in time. */
  readonly timeless: readonly CoverageRow[];
}

export const EVERY_TOPIC = '*';

export function lanesFrom(
  { coverage, gaps, topics }: { coverage: readonly CoverageRow[]; gaps: readonly GapRow[]; topics: readonly string[] },
  originNs: bigint,
): Lanes {
  const runsOf = new Map<string, Run[]>(topics.map((topic) => [topic, []]));
  const timeless: CoverageRow[] = [];
  const add = (run: Run | undefined, row?: CoverageRow): void => {
    if (!run) return void (row && timeless.push(row));
    const runs = runsOf.get(run.topic);
    if (runs) runs.push(run);
    else runsOf.set(run.topic, [run]);
  };
  for (const row of coverage) add(runFrom(row, lookOf(row.state), row.reason, row.state), row);
  for (const row of gaps) add(runFrom({ ...row, messages: null }, 'gap', row.text, 'gap'));
  const names = [...runsOf.keys()].sort((a, b) => (a === EVERY_TOPIC ? -1 : b === EVERY_TOPIC ? 1 : a < b ? -1 : 1));
  const lanes = names.map((topic) => ({ topic, tracks: tracksFrom(runsOf.get(topic) ?? [], originNs) }));
  return { originNs, lanes, timeless };
}

function runFrom(
  { topic, startTime, endTime, messages }: Pick<CoverageRow, 'topic' | 'startTime' | 'endTime' | 'messages'>,
  look: Look,
  reason: string | null,
  state: string,
): Run | undefined {
  const [startNs, endNs] = [nsFrom(startTime), nsFrom(endTime)];
  if (startNs === undefined || endNs === undefined || endNs < startNs) return undefined;
  return { look, topic, startNs, endNs, state, reason, messages };
}

/** What is neither lost nor indexed nor at rest is on its way. */
const lookOf = (state: string): Look => LOOKS.find((look) => look === state) ?? 'in-flight';

function tracksFrom(runs: readonly Run[], originNs: bigint): Track[] {
  const tracks: Track[] = [];
  for (const look of LOOKS) {
    const own = runs.filter((run) => run.look === look);
    if (own.length === 0) continue;
    own.sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
    const starts = Float64Array.from(own, ({ startNs }) => Number(startNs - originNs));
    const ends = Float64Array.from(own, ({ endNs }) => Number(endNs - originNs));
    let reach = Number.NEGATIVE_INFINITY;
    tracks.push({ look, starts, ends, reaches: ends.map((end) => (reach = Math.max(reach, end))), runs: own });
  }
  return tracks;
}

export interface Bar {
  readonly look: Look;
  /** Whole pixels [left, right). */
  left: number;
  right: number;
  /** Several runs with silences between them that are shorter than a pixel. */
  isBroken: boolean;
}

/** So wide at least, that nobody overlooks it. */
const WIDTH_MIN_PX: Readonly<Record<Look, number>> = {
  indexed: 1,
  'in-flight': 1,
  'on-dock': 1,
  'on-car': 1,
  gap: 2,
  lost: 3,
};
/** Between two runs of this width or more a silence shorter than a pixel has a pixel of its own. */
const WIDE_PX = 4;

/** What is to be drawn of a lane: no more bars a look than half the pixels, however many runs there are. */
export function barsOf(lane: Lane, originNs: bigint, span: Span, widthPx: number): Bar[] {
  const from = Number(span.startNs - originNs);
  const to = Number(span.endNs - originNs);
  return lane.tracks.flatMap((track) => barsOfTrack(track, from, to, widthPx));
}

function barsOfTrack(track: Track, from: number, to: number, widthPx: number): Bar[] {
  const { look, starts, ends } = track;
  const perNs = widthPx / (to - from);
  const bars: Bar[] = [];
  let [lastEnd, wasWide] = [Number.NEGATIVE_INFINITY, false];
  for (let at = firstReaching(track, from); at < starts.length; at += 1) {
    const [start, end] = [starts[at] as number, ends[at] as number];
    if (start > to) break;
    if (end < from) continue;
    const left = Math.max(0, Math.floor((start - from) * perNs));
    const right = Math.min(widthPx, Math.max(Math.ceil((end - from) * perNs), left + WIDTH_MIN_PX[look]));
    if (right <= left) continue;
    const isWide = right - left >= WIDE_PX;
    const last = bars.at(-1);
    if (!last || left > last.right) bars.push({ look, left, right, isBroken: false });
    else if (start <= lastEnd) last.right = Math.max(last.right, right);
    else if (isWide && wasWide) {
      last.right = Math.min(last.right, left);
      bars.push({ look, left: last.right + 1, right, isBroken: false });
    } else if (isWide || wasWide) {
      if (right > last.right) bars.push({ look, left: last.right, right, isBroken: !isWide });
    } else {
      last.isBroken = true;
      last.right = Math.max(last.right, right);
    }
    lastEnd = Math.max(lastEnd, end);
    wasWide = isWide;
  }
  return bars;
}

/** Number of the first run that ends at or behind a distance. */
function firstReaching({ reaches }: Track, from: number): number {
  let [low, high] = [0, reaches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((reaches[middle] as number) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The run nearest to a moment within so many nanoseconds; of several the one that lies over the others. */
export function runAt(lane: Lane, originNs: bigint, timeNs: bigint, withinNs: number): Run | undefined {
  const moment = Number(timeNs - originNs);
  for (const track of lane.tracks.toReversed()) {
    let [found, nearest]: [Run | undefined, number] = [undefined, withinNs];
    for (let at = firstReaching(track, moment - withinNs); at < track.starts.length; at += 1) {
      const [start, end] = [track.starts[at] as number, track.ends[at] as number];
      if (start > moment + withinNs) break;
      const away = Math.max(0, start - moment, moment - end);
      if (away > nearest || (away === nearest && found)) continue;
      [found, nearest] = [track.runs[at], away];
    }
    if (found) return found;
  }
  return undefined;
}

/** Runs of these lanes that lie in a span, for the table; in order of topic and start. */
export function* runsIn(lanes: readonly Lane[], { startNs, endNs }: Span): Generator<Run> {
  for (const lane of lanes) {
    const runs = lane.tracks.flatMap((track) =>
      track.runs.filter((run) => run.endNs >= startNs && run.startNs < endNs),
    );
    yield* runs.sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
  }
}
