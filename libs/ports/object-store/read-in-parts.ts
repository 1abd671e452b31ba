/**
 * A big object through several ranged reads at once: one connection to a far store is slower than the link. Parts come in
 * order, and memory holds no more than those under way.
 */
import { MIB } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';
import { mapOrdered } from '@pitlane/base/flow';
import type { ObjectInfo, ObjectStore } from './index.ts';

export interface PartsOptions {
  readonly partBytes?: number;
  readonly partsAtOnce?: number;
  /** Bytes [start, end) of it alone. */
  readonly start?: number;
  readonly end?: number;
}

/** The bytes of the object that `info` describes, or of a range of it, part by part. */
export async function* readInParts(
  store: Pick<ObjectStore, 'read'>,
  { name, bytes }: Pick<ObjectInfo, 'name' | 'bytes'>,
  { partBytes = 8 * MIB, partsAtOnce = 4, start: from = 0, end: until = bytes }: PartsOptions = {},
): AsyncGenerator<Uint8Array> {
  const starts = Array.from({ length: Math.ceil((until - from) / partBytes) }, (_, index) => from + index * partBytes);
  yield* mapOrdered(starts, partsAtOnce, async (start) => {
    const end = Math.min(start + partBytes, until);
    const part = await store.read(name, { start, end });
    if (part.byteLength === end - start) return part;
    const told = `object ${name} gave ${part.byteLength} bytes for [${start}, ${end}): it is not the ${bytes} bytes it was`;
    throw new PitlaneError('changed-while-read', `${told}; look at it again`);
  });
}
