/** Whether the store still holds what it once confirmed: a receipt says what was there, not what somebody removed since. */
import { mapOrdered } from '@pitlane/base/flow';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import type { RecordingEntry } from '@pitlane/ports/journal';
import type { ObjectStore } from '@pitlane/ports/object-store';
import type { GarageTools } from './tools.ts';

const LOOKS_AT_ONCE = 8;

/** Whether an object of the chunk's name holds this chunk. */
export async function holdsChunk(store: ObjectStore, { object, chunkId }: ChunkFacts): Promise<boolean> {
  return (await store.stat(object))?.metadata[ObjectMetadata.chunkId] === chunkId;
}

/** Whether all objects of a recording are there. */
export async function isStillStored(
  entry: RecordingEntry,
  { journal, store }: Pick<GarageTools, 'journal' | 'store'>,
): Promise<boolean> {
  const looks = mapOrdered(journal.chunks(entry), LOOKS_AT_ONCE, ({ facts }) => holdsChunk(store, facts));
  for await (const isThere of looks) if (!isThere) return false;
  return true;
}
