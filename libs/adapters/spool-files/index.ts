/**
 * The spool on a file system: a folder a recording of a drive, a file a chunk, `.part` until it is sealed. Chunking grows files here
 * and shipping gives them to the store. Invariants: a name without `.part` is whole and fsynced; a `.part` is nobody's
 * and may be replaced; everything under the root was written by Pitlane.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from '@pitlane/base/errors';
import { forEachConcurrent } from '@pitlane/base/flow';
import type { SealedFile, Spool, SpoolFile } from '@pitlane/ports/spool';
import { type FileHash, type FileHasher, hashInPlace } from './hash-thread.ts';
import { Room } from './room.ts';
import type { FileDigest } from './running-hash.ts';
import { spoolCall } from './spool-call.ts';

export { type FileHasher, HashThread } from './hash-thread.ts';
export { openScratch, type Scratch } from './scratch.ts';
export { openStagedCopy, type StagedCopy } from './staged-copy.ts';

const FREED_AT_ONCE = 8;
/** Every sign that a drive id may have: a manifest's file carries one in its name. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,200}$/;

export interface FileSpoolOptions {
  readonly root: string;
  /** Where growing files are hashed: on the spot, unless whoever writes them has other work. */
  readonly hasher?: FileHasher;
}

export async function openFileSpool({ root, hasher = hashInPlace }: FileSpoolOptions): Promise<Spool> {
  await mkdir(root, { recursive: true });
  const room = new Room(root);
  const pathOf = (folder: string, name = ''): string => {
    assert(NAME.test(folder) && (name === '' || NAME.test(name)), 'spool names are made by us');
    return join(root, folder, name);
  };
  return {
    async create(folder, name) {
      const path = pathOf(folder, name);
      await spoolCall(path, () => mkdir(pathOf(folder), { recursive: true }));
      return GrowingFile.open(path, room, hasher.begin());
    },
    async find(folder, name) {
      const path = pathOf(folder, name);
      const found = await stat(path).catch(() => undefined);
      return found ? { path, bytes: found.size } : undefined;
    },
    async folders() {
      const entries = await spoolCall(root, () => readdir(root, { withFileTypes: true }));
      return entries.filter((entry) => entry.isDirectory() && NAME.test(entry.name)).map(({ name }) => name);
    },
    folderBytes: (folder) => folderBytes(pathOf(folder)),
    async free(folder) {
      const path = pathOf(folder);
      let bytes = 0;
      // One recursive `rm` asks for all files at once: a hundred thousand hold the event loop for seconds, and 200 MB.
      await forEachConcurrent(await namesIn(path), FREED_AT_ONCE, async (name) => {
        bytes += await fileBytes(join(path, name));
        await rm(join(path, name), { recursive: true, force: true });
      });
      await rm(path, { recursive: true, force: true });
      return bytes;
    },
    async disk() {
      const { bavail, blocks, bsize } = await statfs(root);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    },
  };
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
const fileBytes = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0;

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await namesIn(folder)) bytes += await fileBytes(join(folder, name));
  return bytes;
}

class GrowingFile implements SpoolFile {
  bytes = 0;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #room: Room;
  readonly #hash: FileHash;
  #digest: Promise<FileDigest> | undefined;

  private constructor(path: string, handle: FileHandle, room: Room, hash: FileHash) {
    this.#path = path;
    this.#handle = handle;
    this.#room = room;
    this.#hash = hash;
  }

  static async open(path: string, room: Room, hash: FileHash): Promise<GrowingFile> {
    const flags = constants.O_CREAT | constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW;
    return new GrowingFile(path, await spoolCall(path, () => open(`${path}.part`, flags, 0o644)), room, hash);
  }

  async append(parts: readonly Uint8Array[]): Promise<void> {
    let expected = 0;
    for (const part of parts) expected += part.byteLength;
    await this.#room.take(expected);
    const writing = spoolCall(this.#path, async () => {
      const { bytesWritten } = await this.#handle.writev(parts as Uint8Array[]);
      if (bytesWritten !== expected) await this.#rest(parts, bytesWritten);
    });
    // Hashed while the kernel copies; the bytes are the caller's again when both have ended.
    const hashing = (async () => this.#hash.update(parts))();
    this.bytes += expected;
    for (const ended of await Promise.allSettled([writing, hashing]))
      if (ended.status === 'rejected') throw ended.reason;
  }

  async seal(): Promise<SealedFile> {
    const digest = this.#ended();
    await spoolCall(this.#path, async () => {
      await this.#handle.datasync();
      await this.#handle.close();
      await rename(`${this.#path}.part`, this.#path);
    });
    return { path: this.#path, bytes: this.bytes, ...(await digest) };
  }

  async discard(): Promise<void> {
    await this.#ended().catch(() => {});
    await this.#handle.close().catch(() => {});
    await rm(`${this.#path}.part`, { force: true });
  }

  /** Never rejects unasked: who seals a file hears of it. */
  #ended(): Promise<FileDigest> {
    this.#digest ??= (async () => this.#hash.digest())();
    this.#digest.catch(() => {});
    return this.#digest;
  }

  /** A short write, as a nearly full disk gives: what is left goes piece by piece until the disk says why. */
  async #rest(parts: readonly Uint8Array[], written: number): Promise<void> {
    let skip = written;
    for (const part of parts) {
      let at = Math.min(skip, part.byteLength);
      skip -= at;
      while (at < part.byteLength) at += (await this.#handle.write(part, at)).bytesWritten;
    }
  }
}
