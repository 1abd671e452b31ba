/** An object store that is written to no faster than a cap allows; reading is free. */
import { stat } from 'node:fs/promises';
import type { RateCap } from '@pitlane/base/rate';
import type { ObjectStore, PutSource } from './index.ts';

const NEVER = new AbortController().signal;

export function cappedStore(store: ObjectStore, cap: RateCap): ObjectStore {
  return {
    traits: store.traits,
    async put(name, source, options) {
      await cap.take(await sizeOf(source), options.signal ?? NEVER);
      return store.put(name, source, options);
    },
    stat: (name) => store.stat(name),
    read: (name, range) => store.read(name, range),
    list: (prefix) => store.list(prefix),
    remove: (name) => store.remove(name),
  };
}

/** A file that is gone counts nothing: the store says so itself. */
async function sizeOf(source: PutSource): Promise<number> {
  if ('bytes' in source) return source.bytes.byteLength;
  if ('blocks' in source) return source.blocks.reduce((sum, block) => sum + block.byteLength, 0);
  return (await stat(source.file).catch(() => undefined))?.size ?? 0;
}
