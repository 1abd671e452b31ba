/** The frames of a camera in order of time: which is nearest to a moment, and which stand on a strip of some width. */
import type { Span } from '../span.ts';

export interface Frame {
  readonly timeNs: bigint;
  /** Of the picture. */
  readonly url: string;
}

/** Two stretches in order of time, put together in that order. */
export function merged(known: readonly Frame[], more: readonly Frame[]): readonly Frame[] {
  const last = known.at(-1);
  const all = [...known, ...more];
  const isInOrder = more.every(({ timeNs }, i) => timeNs >= ((more[i - 1] ?? last)?.timeNs ?? 0n));
  return isInOrder ? all : all.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
}

/** The frame whose time is least away, the earlier of two. @param frames in order of time */
export function nearestFrame(frames: readonly Frame[], timeNs: bigint): Frame | undefined {
  const next = firstFrom(frames, timeNs);
  const [before, after] = [frames[next - 1], frames[next]];
  if (!before || !after) return before ?? after;
  return timeNs - before.timeNs <= after.timeNs - timeNs ? before : after;
}

/** Index of the first frame at or after the time. */
function firstFrom(frames: readonly Frame[], timeNs: bigint): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle] as Frame).timeNs < timeNs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How far a frame may be from a moment to be shown for it: half as far again as frames are apart, and a second at least. */
export function reachNs(frames: readonly Frame[]): bigint {
  const apart = frames.slice(1).map(({ timeNs }, i) => timeNs - (frames[i] as Frame).timeNs);
  apart.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const usual = apart[apart.length >> 1] ?? 0n;
  const far = (usual * 3n) / 2n;
  return far > 1_000_000_000n ? far : 1_000_000_000n;
}

export interface Slot {
  readonly frame: Frame;
  /** Where the slot begins on the strip, whose width is 1: those at its ends may stand out over it. */
  readonly left: number;
  /** Where the frame's moment is, 0 to 1. */
  readonly at: number;
}

/**
 * The frames that a strip has room for, one beside the other: of each slot the frame nearest to its middle. Slots are counted
 * from the beginning of the drive, so that frames stay where they are while the strip moves.
 */
export function filmStrip(frames: readonly Frame[], drive: Span, visible: Span, slots: number): readonly Slot[] {
  const spanNs = visible.endNs - visible.startNs;
  const count = BigInt(Math.max(1, Math.floor(slots)));
  const slotNs = (spanNs + count - 1n) / count;
  const found = new Map<bigint, Frame>();
  for (let i = firstFrom(frames, visible.startNs); i < frames.length; i += 1) {
    const frame = frames[i] as Frame;
    if (frame.timeNs >= visible.endNs) break;
    const slot = floored(frame.timeNs - drive.startNs, slotNs);
    const middleNs = drive.startNs + slot * slotNs + slotNs / 2n;
    const held = found.get(slot);
    if (!held || apartNs(frame.timeNs, middleNs) < apartNs(held.timeNs, middleNs)) found.set(slot, frame);
  }
  const partOf = (timeNs: bigint): number => Number(timeNs - visible.startNs) / Number(spanNs);
  return [...found].map(([slot, frame]) => ({
    frame,
    left: partOf(drive.startNs + slot * slotNs),
    at: partOf(frame.timeNs),
  }));
}

const apartNs = (a: bigint, b: bigint): bigint => (a < b ? b - a : a - b);

const floored = (value: bigint, by: bigint): bigint => (value >= 0n ? value / by : -((by - 1n - value) / by));
