/** Whether a path that is docked again is the same dock going on, or another one. */
import type { DockEntry } from '@pitlane/ports/journal';
import type { DockRequest } from './dock-result.ts';

const GOES_ON_MS = 24 * 3_600_000;

type Dock = Pick<DockEntry, 'state' | 'dockedAtMs' | 'listing' | 'isStaged'>;

/**
 * A failed dock goes on while nothing on its disk has changed, and else for a day; after that another disk may stand in its
 * place. The day is one of the wall clock, because the node may have been off meanwhile. A dock that lies more than a day
 * ahead was begun under a clock that was wrong, or is wrong now: nothing says how old it is, and a new dock costs no more
 * than a look at what is done.
 * @param now what lies there, and when
 */
export function goesOn(
  { state, dockedAtMs, listing, isStaged }: Dock,
  request: Pick<DockRequest, 'listing'>,
  now: { readonly listing: string | undefined; readonly nowMs: number },
): boolean {
  // It goes on by itself, from its copies; what is here now is it only if nothing on it has changed.
  if (isStaged && listing !== now.listing) return false;
  if (state === 'failed' && listing !== undefined && listing === now.listing) return true;
  if (listing !== undefined && request.listing !== undefined && listing !== request.listing) return false;
  return state === 'open' || (state === 'failed' && Math.abs(now.nowMs - dockedAtMs) < GOES_ON_MS);
}

/** Whether a dock may ever go on: its copies are kept for that. */
export function mayGoOn({ state, dockedAtMs, listing, isStaged = false }: Dock, nowMs: number): boolean {
  if (state === 'done') return false;
  return isStaged || listing !== undefined || goesOn({ state, dockedAtMs }, {}, { listing: undefined, nowMs });
}
