/** The garage's link: what it sends through, capped where the settings say so. Lander and indexer beside it are not. */
import { RateCap } from '@pitlane/base/rate';
import { systemWait } from '@pitlane/base/retry';
import { systemClock } from '@pitlane/base/time';
import { cappedFrames } from '@pitlane/ports/frame-log/capped';
import { cappedStore } from '@pitlane/ports/object-store/capped';
import type { Settings } from '../settings.ts';
import type { Stores } from './open-parts.ts';

export function garageLink(
  { linkBytesPerSecond, objectStore }: Settings,
  { store, frames }: Stores,
): Pick<Stores, 'store' | 'frames'> {
  if (linkBytesPerSecond === 0) return { store, frames };
  const cap = new RateCap(linkBytesPerSecond, { clock: systemClock, wait: systemWait });
  return {
    // A store on this machine is not behind the link.
    store: objectStore === 'file' ? store : cappedStore(store, cap),
    frames: frames && cappedFrames(frames, cap),
  };
}
