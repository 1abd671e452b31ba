/**
 * Claim check: the garage creates the object in the store itself, and only its claim goes through the message log. It costs
 * the garage a way to the store; it saves the brokers the bytes.
 */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { CLAIM_RECORD_BYTES_MAX, type ChunkClaim, LogTopic } from '@pitlane/contracts/records';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';

export interface ShipTools {
  readonly store: ObjectStore;
  readonly log: MessageLog;
  readonly signal?: AbortSignal;
}

/**
 * Creates the object, then claims it. An object of that name that holds this chunk is accepted, whatever its encoding. A
 * claim that is too large for one record of the log is not sent: the object is there, and the closing manifest, which the
 * indexer checks against the store itself, brings it into the catalog.
 * @param path the sealed spool file; it may be gone afterwards
 * @returns whether the store held the chunk already
 */
export async function shipChunk(claim: ChunkClaim, path: string, tools: ShipTools): Promise<{ known: boolean }> {
  const known = await putOnce(claim.chunk, path, tools);
  const value = JSON.stringify(claim);
  if (Buffer.byteLength(value) <= CLAIM_RECORD_BYTES_MAX) {
    await tools.log.publish(LogTopic.chunks, [{ key: claim.chunk.chunkId, value }]);
  }
  return { known };
}

async function putOnce(chunk: ChunkFacts, path: string, { store, signal }: ShipTools): Promise<boolean> {
  try {
    await store.put(
      chunk.object,
      { file: path },
      {
        crc32c: chunk.crc32c,
        contentType: 'application/mcap',
        metadata: { [ObjectMetadata.chunkId]: chunk.chunkId, [ObjectMetadata.sha256]: chunk.sha256 },
        ...(signal && { signal }),
      },
    );
    return false;
  } catch (error) {
    if (!isPitlaneError(error, 'already-exists')) throw error;
  }
  const there = await store.stat(chunk.object);
  if (there?.metadata[ObjectMetadata.chunkId] === chunk.chunkId) return true;
  throw new PitlaneError(
    'already-exists',
    `the store holds another thing under ${chunk.object}: nothing was replaced; move it away, then dock again`,
  );
}
