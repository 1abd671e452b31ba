/**
 * The object store as a task's process sees it. Only one process may open a file store, so what the store knows of an
 * object is asked of the node, over the channel between the two; the bytes are read from the object's file directly.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import type { ObjectInfo, ObjectStore } from '@pitlane/ports/object-store';

export type StatQuestion = { readonly type: 'stat'; readonly id: number; readonly name: string };
export type StatReply = {
  readonly type: 'stat';
  readonly id: number;
  readonly info?: ObjectInfo;
  readonly error?: string;
};

export interface ReadingStore {
  readonly store: ObjectStore;
  answered(reply: StatReply): void;
}

export function readingStore(root: string, ask: (question: StatQuestion) => void): ReadingStore {
  const waiting = new Map<number, (reply: StatReply) => void>();
  let lastId = 0;
  const refuse = (): never => {
    throw new PitlaneError('refused', 'a task only reads objects');
  };
  const store: ObjectStore = {
    traits: { storeName: 'file', parallelPutsMax: 1 },
    async stat(name) {
      const id = (lastId += 1);
      const reply = await new Promise<StatReply>((resolve) => {
        waiting.set(id, resolve);
        ask({ type: 'stat', id, name });
      });
      if (reply.error !== undefined) throw new PitlaneError('unavailable', reply.error);
      return reply.info;
    },
    read: (name, range) => readObject(join(root, name), name, range),
    put: refuse,
    list: refuse,
    remove: refuse,
  };
  return {
    store,
    answered(reply) {
      waiting.get(reply.id)?.(reply);
      waiting.delete(reply.id);
    },
  };
}

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
