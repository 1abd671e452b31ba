/**
 * Which messages of those that are read stay: of each channel one in an interval, and together no more than their share
 * of the preview at any moment of the recording, so that its end is in it as its beginning is.
 */

export interface ThinningLimits {
  readonly startTimeNs: bigint | undefined;
  readonly endTimeNs: bigint | undefined;
  readonly bytesMax: number;
}

const SECOND_NS = 1_000_000_000n;
/** At most so many messages and frames of a channel, and no more than one a second. */
const MESSAGES_MAX = 600n;
const FRAMES_MAX = 60n;
/** How far ahead of its share the preview may be: channels that are said once come first. */
const AHEAD_SHARE = 0.1;

export class Thinning {
  readonly #limits: ThinningLimits;
  readonly #spanNs: bigint;
  readonly #last = new Map<number, bigint>();
  #bytes = 0;
  /** Something was left out for want of room. */
  isCut = false;

  constructor(limits: ThinningLimits) {
    this.#limits = limits;
    const { startTimeNs, endTimeNs } = limits;
    this.#spanNs =
      startTimeNs !== undefined && endTimeNs !== undefined && endTimeNs > startTimeNs ? endTimeNs - startTimeNs : 0n;
  }

  /** Whether a message stays; if it does, its bytes count. */
  keeps(channel: number, kind: 'message' | 'frame', logTimeNs: bigint, bytes: number): boolean {
    const last = this.#last.get(channel);
    if (last !== undefined && distance(last, logTimeNs) < this.#intervalNs(kind)) return false;
    if (this.#bytes + bytes > this.#roomAt(logTimeNs)) {
      this.isCut = true;
      return false;
    }
    this.#last.set(channel, logTimeNs);
    this.#bytes += bytes;
    return true;
  }

  /** Frames come from places that are about so far apart: half of the distance keeps one of each. */
  #intervalNs(kind: 'message' | 'frame'): bigint {
    const wantedNs = kind === 'frame' ? this.#spanNs / FRAMES_MAX / 2n : this.#spanNs / MESSAGES_MAX;
    return wantedNs > SECOND_NS ? wantedNs : SECOND_NS;
  }

  #roomAt(logTimeNs: bigint): number {
    const { startTimeNs, bytesMax } = this.#limits;
    if (this.#spanNs === 0n || startTimeNs === undefined) return bytesMax;
    const passed = Number(logTimeNs - startTimeNs) / Number(this.#spanNs);
    return bytesMax * Math.min(1, Math.max(0, passed) + AHEAD_SHARE);
  }
}

const distance = (a: bigint, b: bigint): bigint => (a < b ? b - a : a - b);
