/** Both ways to the cloud behind one function: which one a chunk takes is set lane by lane. */
import type { Lane } from '@pitlane/contracts/frame';
import type { ChunkClaim } from '@pitlane/contracts/records';
import type { FrameLog } from '@pitlane/ports/frame-log';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { shipChunk } from './claim-check.ts';
import { shipInline } from './inline.ts';

export type Transport = 'inline' | 'claim-check';

export interface ShipOptions {
  readonly lane: Lane;
  readonly signal?: AbortSignal;
}

/**
 * Ships one sealed chunk. `known` says that the store held it already; inline never knows.
 * @param path the sealed spool file; after a claim check it may be gone
 */
export type Ship = (claim: ChunkClaim, path: string, options: ShipOptions) => Promise<{ known: boolean }>;

export interface ShipperTools {
  readonly transports: Readonly<Record<Lane, Transport>>;
  readonly store: ObjectStore;
  readonly log: MessageLog;
  readonly frames: FrameLog;
  /** 16 random hex digits. */
  readonly newAttempt: () => string;
}

export function shipperByLane({ transports, store, log, frames, newAttempt }: ShipperTools): Ship {
  return async (claim, path, { lane, signal }) => {
    if (transports[lane] === 'claim-check') return shipChunk(claim, path, { store, log, ...(signal && { signal }) });
    await shipInline(claim, path, { frames, lane, attempt: newAttempt(), ...(signal && { signal }) });
    return { known: false };
  };
}
