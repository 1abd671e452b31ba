/**
 * Stage 70, ship: gives a sealed chunk to the store and says so in the message log. It stands between the spool and the
 * lander. It never calls a chunk landed: it claims, and the lander looks.
 */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { type ChunkClaim, LogTopic } from '@pitlane/contracts/records';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';

export interface ShipTools {
  readonly store: ObjectStore;
  readonly log: MessageLog;
  readonly signal?: AbortSignal;
}

/**
 * Claim check: the object is created here, its name goes through the log. An object of that name that holds this chunk
 * is accepted, whatever its encoding.
 * @param path the sealed spool file; it may be gone afterwards
 * @returns whether the store held the chunk already
 */
export async function shipChunk(claim: ChunkClaim, path: string, tools: ShipTools): Promise<{ known: boolean }> {
  const known = await putOnce(claim.chunk, path, tools);
  await tools.log.publish(LogTopic.chunks, [{ key: claim.chunk.chunkId, value: JSON.stringify(claim) }]);
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
