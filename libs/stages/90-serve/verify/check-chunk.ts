/** One chunk looked at anew: its object read whole and compared with what catalog and store say of it. */
import type { Catalog } from '@pitlane/ports/catalog';
import type { ObjectInfo } from '@pitlane/ports/object-store';
import { channelRows, chunkWithTopics, type DriveKey } from '../catalog-rows.ts';
import { checkObject, type CheckTools } from './check-object.ts';
import { pseudo } from './plan-verify.ts';
import type { Descriptor, DriveVerifyPlan, ExpectedChunk, Fault } from './verify-plan.ts';

/** Plain data, so that it is carried out in another process. */
export interface ChunkCheck {
  readonly drive: Pick<DriveVerifyPlan, 'tenant' | 'driveId' | 'descriptors'>;
  readonly chunk: ExpectedChunk;
  /** What the store says of the object; undefined where it has none. */
  readonly info: ObjectInfo | undefined;
}

/** Undefined where the drive has no such chunk. */
export async function planChunkCheck(
  catalog: Pick<Catalog, 'query'>,
  key: DriveKey,
  chunkId: string,
): Promise<Omit<ChunkCheck, 'info'> | undefined> {
  const found = await chunkWithTopics(catalog, key, chunkId);
  if (!found) return undefined;
  const { chunk, topics } = found;
  const [first] = topics;
  // Every recording that holds a chunk holds the same in it: the first of them speaks for all.
  const inside = topics.filter(
    ({ recordingId, ordinal }) => recordingId === first?.recordingId && ordinal === first.ordinal,
  );
  const channels = first && chunk.kind === 'log' ? await channelRows(catalog, key) : [];
  const descriptors = inside.map(({ recordingId, channel, topic }): Descriptor => {
    const row = channels.find((one) => one.recordingId === recordingId && one.channel === channel);
    if (!row) return pseudo(topic);
    const { recordingId: _, channel: __, messages: ___, digest: ____, ...descriptor } = row;
    return descriptor;
  });
  const { kind, object, bytes, crc32c, sha256, generation } = chunk;
  const expected = inside.map(({ messages, leaf }, at) => [at, messages, leaf] as const);
  return {
    drive: { ...key, descriptors },
    chunk: { chunkId, kind, object, bytes, crc32c, sha256, generation, channels: expected, recordings: [] },
  };
}

export function checkChunk(
  { drive, chunk, info }: ChunkCheck,
  tools: Omit<CheckTools, 'store'> & { readonly store: Pick<CheckTools['store'], 'read'> },
): Promise<Fault[]> {
  const { store } = tools;
  return checkObject(drive, chunk, {
    ...tools,
    store: { read: (name, range) => store.read(name, range), stat: async () => info },
  });
}
