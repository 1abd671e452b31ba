/**
 * The object store as a task's process sees it. Only one process may open a file store, so what the store knows of an
 * object, and each new object, is asked of the node; the bytes are read from the object's file directly.
 */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import type { ObjectInfo, ObjectStore, PutSource } from '@pitlane/ports/object-store';
import { silentLog } from '@pitlane/base/telemetry';
import { fileReader, openObjectStore, type StoreSpec } from '@pitlane/wiring';
import type { NodeQuestions } from './node-questions.ts';

const refuse = (): never => {
  throw new PitlaneError('refused', 'this process only reads objects');
};

/** Without a node to ask: the bytes alone. */
export const bytesOfFileStore = (root: string): Pick<ObjectStore, 'read'> => ({
  read: fileReader(root).read,
});
export type { StoreSpec } from '@pitlane/wiring';

/** For whoever asks for bytes alone: no node need be there. */
export async function openReadingStore(spec: StoreSpec, signal: AbortSignal): Promise<ObjectStore> {
  if (spec.kind !== 'file') return openObjectStore(spec, silentLog, signal);
  const traits = { storeName: 'file', parallelPutsMax: 1 };
  return { traits, ...bytesOfFileStore(spec.root), stat: refuse, put: refuse, list: refuse, remove: refuse };
}

/** @param scratchFolder where new objects lie until the node takes them; without one there are none. */
export function readingStore(root: string, node: NodeQuestions, scratchFolder?: string): ObjectStore {
  return {
    traits: { storeName: 'file', parallelPutsMax: 1 },
    ...bytesOfFileStore(root),
    stat: (name) => node.ask<ObjectInfo | undefined>({ what: 'stat', name }),
    async put(name, source, { signal: _, ...options }) {
      if (scratchFolder === undefined) return refuse();
      const file = await fileOf(source, scratchFolder);
      try {
        return await node.ask<ObjectInfo>({ what: 'put', name, file, options });
      } finally {
        if (!('file' in source)) await rm(file, { force: true });
      }
    },
    list: refuse,
    remove: refuse,
  };
}

async function fileOf(source: PutSource, folder: string): Promise<string> {
  if ('file' in source) return source.file;
  const file = join(folder, randomUUID());
  await writeFile(file, 'bytes' in source ? source.bytes : source.blocks, { flush: true });
  return file;
}
