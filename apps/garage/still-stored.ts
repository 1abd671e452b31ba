/** Whether the store still holds what it once confirmed: a receipt says what was there, not what somebody removed since. */
import { mapOrdered } from '@pitlane/base/flow';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import type { RecordingEntry } from '@pitlane/ports/journal';
import type { ObjectStore } from '@pitlane/ports/object-store';
import type { GarageTools } from './tools.ts';

type Tools = Pick<GarageTools, 'journal' | 'store'>;

const LOOKS_AT_ONCE = 8;

/** Whether an object of the chunk's name holds this chunk. */
export async function holdsChunk(store: ObjectStore, { object, chunkId }: ChunkFacts): Promise<boolean> {
  return (await store.stat(object))?.metadata[ObjectMetadata.chunkId] === chunkId;
}

/** The objects of a recording that are gone, or hold another thing. */
export async function* missingObjects(entry: RecordingEntry, { journal, store }: Tools): AsyncGenerator<string> {
  const looks = mapOrdered(journal.chunks(entry), LOOKS_AT_ONCE, async ({ facts }) => {
    return (await holdsChunk(store, facts)) ? undefined : facts.object;
  });
  for await (const missing of looks) if (missing !== undefined) yield missing;
}

/** Whether all objects of a recording are there. */
export async function isStillStored(entry: RecordingEntry, tools: Tools): Promise<boolean> {
  for await (const _ of missingObjects(entry, tools)) return false;
  return true;
}
