/** The garage's link: what it sends through, capped where the settings say so. Lander and indexer beside it are not. */
import { RateCap } from '@pitlane/base/rate';
import { systemWait } from '@pitlane/base/retry';
import { systemClock } from '@pitlane/base/time';
import type { FrameLog } from '@pitlane/ports/frame-log';
import { cappedFrames } from '@pitlane/ports/frame-log/capped';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { cappedStore } from '@pitlane/ports/object-store/capped';
import type { StoreSettings } from './store-settings.ts';
import type { TransportSettings } from './transport-settings.ts';

export interface GarageLink {
  readonly store: ObjectStore;
  readonly frames: FrameLog | undefined;
}

export function garageLink(
  {
    linkBytesPerSecond,
    objectStore,
  }: Pick<TransportSettings, 'linkBytesPerSecond'> & Pick<StoreSettings, 'objectStore'>,
  { store, frames }: GarageLink,
): GarageLink {
  if (linkBytesPerSecond === 0) return { store, frames };
  const cap = new RateCap(linkBytesPerSecond, { clock: systemClock, wait: systemWait });
  return {
    // A store on this machine is not behind the link.
    store: objectStore === 'file' ? store : cappedStore(store, cap),
    frames: frames && cappedFrames(frames, cap),
  };
}
