/** The chunk id: whose a chunk is and what is inside, never where or how it is stored. */
import { createHash } from 'node:crypto';
import { assert } from '@pitlane/base/errors';
import { canonicalJson } from '../canonical-json/index.ts';
import type { ChunkId, DriveId, Sha256Hex } from './ids.ts';

export type ChunkKind =
  | 'log' // messages of channels
  | 'extras' // metadata records, attachments and channels without messages
  | 'opaque' // the bytes of a file that is no known log
  | 'unread'; // a byte range of a log that could not be read

/** One channel, or one kind of extra, as it enters the chunk id. */
export interface ChunkChannelIdentity {
  readonly topic: string;
  readonly messageEncoding: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly schemaName: string | null;
  readonly schemaEncoding: string | null;
  readonly schemaSha256: Sha256Hex | null;
  /** Tells apart channels that are equal in all of the above: 0 for the first in order of appearance. */
  readonly twin: number;
  readonly messages: number;
  readonly leaf: Sha256Hex;
}

export interface ChunkIdentity {
  readonly tenant: string;
  readonly driveId: DriveId;
  readonly planVersion: number;
  readonly kind: ChunkKind;
  readonly channels: readonly ChunkChannelIdentity[];
}

/** SHA-256 over the canonical JSON of the identity, its channels sorted by their own canonical JSON. */
export function chunkIdFrom(identity: ChunkIdentity): ChunkId {
  assert(identity.channels.length > 0, 'a chunk has at least one channel');
  const channels = identity.channels.map((channel) => canonicalJson(channel)).sort();
  const head = canonicalJson({
    chunkIdVersion: 1,
    tenant: identity.tenant,
    driveId: identity.driveId,
    planVersion: identity.planVersion,
    kind: identity.kind,
  });
  return createHash('sha256')
    .update(`${head}\n${channels.join('\n')}\n`)
    .digest('hex') as ChunkId;
}
