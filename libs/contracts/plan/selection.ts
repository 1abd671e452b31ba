/**
 * Chunks that are wanted before others: topics by globs, times by windows. A chunk is taken whole or not at all, since the
 * plan alone says what is in it; so whatever order chunks are made in, they are the same chunks.
 */
import { matchesGlob } from './topic-glob.ts';
import { SHARED_GROUP, WINDOW_NS } from './window.ts';

export interface Selection {
  /** Globs, of which a topic must match one; none for every topic. */
  readonly topics: readonly string[];
  /** By number, both inclusive; null for all times, and then chunks without log time are meant too. */
  readonly windows: { readonly first: bigint; readonly last: bigint } | null;
}

/** What of a chunk's facts decides. */
interface ChunkPlace {
  /** Decimal nanoseconds; null for kinds without log time. */
  readonly windowStart: string | null;
  readonly channels: readonly { readonly topic: string }[];
}

/**
 * The windows that [startNs, endNs) touches; undefined on a side for no bound.
 * @param neighbours so many windows more on each side
 */
export function windowsSelected(
  startNs: bigint | undefined,
  endNs: bigint | undefined,
  neighbours = 0n,
): Selection['windows'] {
  if (startNs === undefined && endNs === undefined) return null;
  const first = startNs === undefined ? 0n : startNs / WINDOW_NS - neighbours;
  const last = endNs === undefined ? LAST_WINDOW : (endNs > 0n ? endNs - 1n : 0n) / WINDOW_NS + neighbours;
  return { first: first > 0n ? first : 0n, last };
}

const LAST_WINDOW = ((1n << 64n) - 1n) / WINDOW_NS;

/** Whether a chunk of this group and window may be selected: of the shared group that is known only by what it holds in the end. */
export function groupIsSelected({ topics, windows }: Selection, group: string, window: bigint): boolean {
  if (windows && (window < windows.first || window > windows.last)) return false;
  return topics.length === 0 || group === SHARED_GROUP || topics.some((glob) => matchesGlob(glob, group));
}

/** Whether a chunk is selected: it holds a topic that is wanted, in a window that is. */
export function chunkIsSelected({ topics, windows }: Selection, { windowStart, channels }: ChunkPlace): boolean {
  if (windows) {
    const window = windowStart === null ? undefined : BigInt(windowStart) / WINDOW_NS;
    if (window === undefined || window < windows.first || window > windows.last) return false;
  }
  return topics.length === 0 || channels.some(({ topic }) => topics.some((glob) => matchesGlob(glob, topic)));
}
