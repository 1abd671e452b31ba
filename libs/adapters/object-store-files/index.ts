/**
 * The object store on plain files: each object is a file that any tool opens, with a small JSON sidecar beside it. Chunks
 * land here by hard link from the spool, without a byte written again. It never overwrites, never follows a symbolic
 * link, and never calls a put done before file, sidecar and folders are fsynced.
 *
 * Invariants
 * - The data file's link is the commit point; its sidecar is durable before. A sidecar without data is a crash's trace
 *   and harmless: data that it does not describe (other size, or other time and other CRC) is described afresh.
 * - One process holds the root at a time (a home's lock sees to it); locks per name order its own writers.
 * - On disk: `<name>`, `.meta/<folder>/<leaf>.json` (see sidecar.ts), `.tmp/` (emptied at open).
 */
import { lstat, mkdir, readdir, realpath, stat, unlink } from 'node:fs/promises';
import { posix } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { mapOrdered } from '@pitlane/base/flow';
import { type Clock, NS_PER_MS, systemClock } from '@pitlane/base/time';
import type { ObjectInfo, ObjectStore, ObjectStoreTraits, PutOptions, PutSource } from '@pitlane/ports/object-store';
import { contentOf, openPlain, refuseAborted, stage } from './content.ts';
import { type FileCalls, systemFileCalls } from './file-calls.ts';
import { Folders } from './folders.ts';
import { listNames } from './list-names.ts';
import { type ObjectPlace, placeOf, SIDECAR_FOLDER, TEMPORARY_FOLDER } from './object-name.ts';
import { bytesFromSidecar, readSidecar, type Sidecar } from './sidecar.ts';
import { codeOf, errorFromSystem } from './system-errors.ts';

const METADATA_MAX_BYTES = 8 * 1024;
const LIST_AHEAD = 8;
const COMMIT_ATTEMPTS_MAX = 5;

export interface FileStoreOptions {
  /** The folder that holds the objects; made if it is not there. */
  readonly root: string;
  readonly clock?: Clock;
  /** Tests act out full and foreign disks with it. */
  readonly calls?: Partial<FileCalls>;
}

export async function openFileStore(options: FileStoreOptions): Promise<ObjectStore> {
  const doing = `opening the object store at ${options.root}`;
  try {
    await mkdir(options.root, { recursive: true });
    const root = await realpath(options.root);
    const calls = { ...systemFileCalls, ...options.calls };
    const folders = new Folders(root, calls);
    await folders.ensure(SIDECAR_FOLDER);
    await folders.ensure(TEMPORARY_FOLDER);
    for (const leftover of await readdir(posix.join(root, TEMPORARY_FOLDER))) {
      await unlink(posix.join(root, TEMPORARY_FOLDER, leftover));
    }
    const { dev } = await stat(root);
    return new FileStore(root, folders, calls, options.clock ?? systemClock, dev);
  } catch (error) {
    throw errorFromSystem(error, doing);
  }
}

class FileStore implements ObjectStore {
  readonly traits: ObjectStoreTraits;
  readonly #root: string;
  readonly #folders: Folders;
  readonly #calls: FileCalls;
  readonly #clock: Clock;
  readonly #lastOfName = new Map<string, Promise<unknown>>();
  #lastGeneration = 0n;
  #temporaryCount = 0;

  constructor(root: string, folders: Folders, calls: FileCalls, clock: Clock, localDevice: number) {
    this.#root = root;
    this.#folders = folders;
    this.#calls = calls;
    this.#clock = clock;
    this.traits = { storeName: 'file', localDevice, parallelPutsMax: 8 };
  }

  async put(name: string, source: PutSource, options: PutOptions): Promise<ObjectInfo> {
    const place = placeOf(name);
    const metadata = { ...options.metadata };
    if (Buffer.byteLength(JSON.stringify(metadata)) > METADATA_MAX_BYTES) {
      throw new PitlaneError('limit-exceeded', `metadata of ${name} is over ${METADATA_MAX_BYTES} bytes: say less`);
    }
    if (!/^[0-9a-f]{8}$/.test(options.crc32c)) {
      throw new PitlaneError('bad-usage', `CRC-32C of ${name} is not 8 lower-case hex digits: "${options.crc32c}"`);
    }
    return this.#alone(name, `writing object ${name}`, async () => {
      await this.#refuseTaken(place);
      const staged = this.#temporaryPath();
      try {
        const content = await stage(source, staged, this.#calls, options.signal);
        if (content.crc32c !== options.crc32c) throw mismatch(name, options.crc32c, content.crc32c);
        const about = { bytes: content.bytes, crc32c: content.crc32c, metadata, generation: this.#nextGeneration() };
        const type = options.contentType === undefined ? {} : { contentType: options.contentType };
        refuseAborted(options.signal);
        await this.#commit(place, staged, { ...about, ...type, modifiedNs: String(content.modifiedNs) });
        // The object stands from here on: a source that cannot be unlinked is its owner's to clear away.
        if ('file' in source) await unlink(source.file).catch(() => {});
        return { name, ...about };
      } finally {
        await unlink(staged).catch(() => {}); // not there if staging failed; else emptied at the next open
      }
    });
  }

  async stat(name: string): Promise<ObjectInfo | undefined> {
    const place = placeOf(name);
    try {
      return await this.#describe(place);
    } catch (error) {
      throw errorFromSystem(error, `looking at object ${name}`);
    }
  }

  async read(name: string, range?: { readonly start: number; readonly end: number }): Promise<Uint8Array> {
    const place = placeOf(name);
    if (range && !(Number.isSafeInteger(range.start) && range.start >= 0 && range.end >= range.start)) {
      throw new PitlaneError('bad-usage', `range [${range.start}, ${range.end}) of ${name} is none: start ≤ end`);
    }
    try {
      const handle = (await this.#folders.exists(place.folder)) ? await openPlain(this.#path(name)) : undefined;
      if (handle === undefined) throw noObject(name);
      try {
        const { size } = await handle.stat();
        const start = Math.min(range?.start ?? 0, size);
        const buffer = Buffer.allocUnsafeSlow(Math.min(range?.end ?? size, size) - start);
        let filled = 0;
        while (filled < buffer.length) {
          const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, start + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return new Uint8Array(buffer.buffer, buffer.byteOffset, filled);
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') throw noObject(name);
      throw errorFromSystem(error, `reading object ${name}`);
    }
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    try {
      for await (const info of mapOrdered(listNames(this.#root, prefix), LIST_AHEAD, (name) => this.stat(name))) {
        if (info !== undefined) yield info; // else removed since it was named
      }
    } catch (error) {
      throw errorFromSystem(error, `listing objects under "${prefix}"`);
    }
  }

  async remove(name: string): Promise<void> {
    const place = placeOf(name);
    await this.#alone(name, `removing object ${name}`, async () => {
      if (!(await this.#folders.exists(place.folder))) return;
      await unlinkIfThere(this.#path(name));
      await this.#folders.syncRemoval(place.folder);
      await unlinkIfThere(this.#path(place.sidecarFile));
      await this.#folders.prune(place.folder, '');
      await this.#folders.prune(place.sidecarFolder, SIDECAR_FOLDER);
    });
  }

  /** Runs `work` when all earlier work on `name` is over. */
  async #alone<T>(name: string, doing: string, work: () => Promise<T>): Promise<T> {
    const before = this.#lastOfName.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#lastOfName.set(name, mine);
    try {
      return await mine;
    } catch (error) {
      throw errorFromSystem(error, doing);
    } finally {
      if (this.#lastOfName.get(name) === mine) this.#lastOfName.delete(name);
    }
  }

  async #refuseTaken(place: ObjectPlace): Promise<void> {
    let isFolder: boolean;
    try {
      isFolder = (await lstat(this.#path(place.name))).isDirectory();
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return;
      throw error;
    }
    if (isFolder) {
      throw new PitlaneError('bad-usage', `${place.name} is a folder of objects already: choose another name`);
    }
    // Who hears "already exists" relies on the object: a crash may have left its entry unsynced.
    await this.#folders.ensure(place.folder);
    await this.#folders.sync(place.folder);
    throw alreadyThere(place.name);
  }

  async #commit(place: ObjectPlace, staged: string, sidecar: Sidecar): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#commitOnce(place, staged, sidecar);
        return;
      } catch (error) {
        // A remove next door may prune a folder between its making and its use.
        if (codeOf(error) !== 'ENOENT' || attempt === COMMIT_ATTEMPTS_MAX) throw error;
        this.#folders.forget(place.folder);
        this.#folders.forget(place.sidecarFolder);
      }
    }
  }

  async #commitOnce(place: ObjectPlace, staged: string, sidecar: Sidecar): Promise<void> {
    const data = this.#path(place.name);
    const stagedSidecar = this.#temporaryPath();
    await this.#folders.ensure(place.folder);
    await this.#folders.ensure(place.sidecarFolder);
    try {
      await this.#calls.writeDurably(stagedSidecar, [bytesFromSidecar(sidecar)]);
      await this.#calls.rename(stagedSidecar, this.#path(place.sidecarFile));
    } catch (error) {
      await unlink(stagedSidecar).catch(() => {});
      throw error;
    }
    await this.#folders.sync(place.sidecarFolder);
    try {
      await this.#calls.link(staged, data);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw alreadyThere(place.name);
      throw error;
    }
    try {
      await this.#folders.sync(place.folder);
    } catch (error) {
      await unlink(data).catch(() => {}); // not durable, so not there
      throw error;
    }
  }

  async #describe(place: ObjectPlace): Promise<ObjectInfo | undefined> {
    const { name } = place;
    try {
      if (!(await this.#folders.exists(place.folder))) return undefined;
      const data = await lstat(this.#path(name), { bigint: true });
      if (!data.isFile()) return undefined;
      const sidecar = await readSidecar(this.#path(place.sidecarFile));
      const sizeFits = sidecar?.bytes === Number(data.size);
      if (sidecar && sizeFits && sidecar.modifiedNs === String(data.mtimeNs)) return infoFrom(name, sidecar);
      const content = await contentOf(this.#path(name));
      // A copied home has new times and the same bytes: what was written down still holds.
      if (sidecar && sizeFits && sidecar.crc32c === content.crc32c) return infoFrom(name, sidecar);
      const { bytes, crc32c, modifiedNs } = content;
      return { name, generation: String(modifiedNs), bytes, crc32c, metadata: {} };
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  }

  #path(relative: string): string {
    return `${this.#root}/${relative}`;
  }

  #temporaryPath(): string {
    this.#temporaryCount += 1;
    return `${this.#root}/${TEMPORARY_FOLDER}/${process.pid}-${this.#temporaryCount}`;
  }

  #nextGeneration(): string {
    const nowNs = BigInt(this.#clock.nowMs()) * NS_PER_MS;
    this.#lastGeneration = nowNs > this.#lastGeneration ? nowNs : this.#lastGeneration + 1n;
    return String(this.#lastGeneration);
  }
}

function infoFrom(name: string, { generation, bytes, crc32c, metadata }: Sidecar): ObjectInfo {
  return { name, generation, bytes, crc32c, metadata };
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
  }
}

function noObject(name: string): PitlaneError {
  return new PitlaneError(
    'not-found',
    `there is no object ${name} in the store: "pitlane verify" tells what else is missing`,
  );
}

function alreadyThere(name: string): PitlaneError {
  return new PitlaneError(
    'already-exists',
    `object ${name} exists: compare it with what you have, nothing was written`,
  );
}

function mismatch(name: string, declared: string, found: string): PitlaneError {
  const told = `object ${name} was declared with CRC-32C ${declared} and has ${found}: read its source again`;
  return new PitlaneError('checksum-mismatch', told, { details: { declared, found } });
}
