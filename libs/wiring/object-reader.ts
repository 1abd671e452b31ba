/**
 * The object store of a process that only reads ranges. Only one process may open a file store, so that its objects are
 * read as the plain files that they are; any other store is opened here too.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { silentLog } from '@pitlane/base/telemetry';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { openObjectStore, type StoreSpec } from './open-object-store.ts';

export type ObjectReader = Pick<ObjectStore, 'read'>;

export async function openObjectReader(spec: StoreSpec, signal?: AbortSignal): Promise<ObjectReader> {
  if (spec.kind === 'file') return fileReader(spec.root);
  return openObjectStore(spec, silentLog, signal);
}

export const fileReader = (root: string): ObjectReader => ({
  read: (name, range) => readObject(join(root, name), name, range),
});

async function readObject(path: string, name: string, range?: { start: number; end: number }): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw missing
      ? new PitlaneError('not-found', `there is no object ${name}`, { cause })
      : new PitlaneError('unavailable', `object ${name} cannot be read: ${messageOf(cause)}`, { cause });
  });
  try {
    const { size } = await file.stat();
    const start = Math.min(range?.start ?? 0, size);
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(range?.end ?? size, size) - start));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return new Uint8Array(bytes.buffer, bytes.byteOffset, filled);
  } finally {
    await file.close();
  }
}
