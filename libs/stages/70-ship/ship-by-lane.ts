/** Both ways to the cloud behind one function: which one a chunk takes is set lane by lane. */
import { PitlaneError } from '@pitlane/base/errors';
import { keepTrying, type Patience } from '@pitlane/base/retry';
import { LANES, type Lane } from '@pitlane/contracts/frame';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { CLAIM_RECORD_BYTES_MAX, type ChunkClaim } from '@pitlane/contracts/records';
import type { FrameLog } from '@pitlane/ports/frame-log';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { shipChunk } from './claim-check.ts';
import { shipInline } from './inline.ts';

export type Transport = 'inline' | 'claim-check';

export interface ShipOptions {
  readonly lane: Lane;
  readonly signal: AbortSignal;
  /** It was shipped before: what lies in the store already is not sent in frames again. */
  readonly again?: boolean;
}

/** `stored`: it was looked up in the store and lies there, nothing was sent. */
export interface Shipped {
  readonly via: Transport | 'stored';
  /** Of what went in frames. */
  readonly attempt?: string;
  /** The store held it already; in frames nobody knows. */
  readonly known: boolean;
}

/**
 * Ships one sealed chunk. By claim check the object is in the store afterwards; in frames only the log has them, and its
 * landing is to be waited for.
 * @param path the sealed spool file; after a claim check it may be gone
 */
export type Ship = (claim: ChunkClaim, path: string, options: ShipOptions) => Promise<Shipped>;

export interface ShipperTools {
  readonly transports: Readonly<Record<Lane, Transport>>;
  readonly store: ObjectStore;
  readonly log: MessageLog;
  /** Not needed where no lane is inline. */
  readonly frames: FrameLog | undefined;
  /** 16 random hex digits. */
  readonly newAttempt: () => string;
  /** With brokers that are away: frames wait in the spool for as long as that takes. */
  readonly patience: Omit<Patience, 'signal'>;
}

/** Errors: `bad-settings` when a lane is inline and there is no frame log. */
export function shipperByLane({ transports, store, log, frames, newAttempt, patience }: ShipperTools): Ship {
  const inline = LANES.find((lane) => transports[lane] === 'inline');
  if (inline && !frames) {
    const text = `chunks of the ${inline} lane shall travel in frames, which need Kafka: set PITLANE_MESSAGE_LOG to kafka://…`;
    throw new PitlaneError('bad-settings', text);
  }
  return async (claim, path, { lane, signal, again = false }) => {
    // A landing of more than a record would not be told, and nobody would know of its end.
    const isTold = Buffer.byteLength(JSON.stringify(claim)) <= CLAIM_RECORD_BYTES_MAX;
    if (transports[lane] === 'claim-check' || !frames || !isTold) {
      return { via: 'claim-check', ...(await shipChunk(claim, path, { store, log, signal })) };
    }
    if (again && (await isStored(claim, store))) return { via: 'stored', known: true };
    const doing = `shipping chunk ${claim.chunk.chunkId.slice(0, 12)} in frames`;
    const send = async (): Promise<string> => {
      const attempt = newAttempt();
      await shipInline(claim, path, { frames, lane, attempt, signal });
      return attempt;
    };
    const attempt = await keepTrying(doing, send, { ...patience, signal });
    return { via: 'inline', attempt, known: false };
  };
}

async function isStored({ chunk }: ChunkClaim, store: ObjectStore): Promise<boolean> {
  return (await store.stat(chunk.object))?.metadata[ObjectMetadata.chunkId] === chunk.chunkId;
}
