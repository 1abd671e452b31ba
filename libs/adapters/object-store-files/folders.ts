/**
 * The folders below the root: made durably, looked at for symbolic links, and fsynced for many writers at once. An
 * entry is durable only when its folder was fsynced after it appeared, so a put that comes while a fsync runs waits for
 * the next one, which all that came meanwhile share.
 */
import { lstat, mkdir, realpath, rmdir } from 'node:fs/promises';
import { posix } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import type { FileCalls } from './file-calls.ts';
import { codeOf } from './system-errors.ts';

const KNOWN_MAX = 8192;

export class Folders {
  readonly #root: string;
  readonly #calls: Pick<FileCalls, 'syncFolder'>;
  /** Folders that this process has made durable, up to the root. */
  readonly #known = new Set<string>();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, Promise<void>>();

  /** @param root absolute and free of symbolic links. */
  constructor(root: string, calls: Pick<FileCalls, 'syncFolder'>) {
    this.#root = root;
    this.#calls = calls;
  }

  /** Makes `folder` and what is above it, each durable in its parent, even those that a crash left behind unsynced. */
  ensure(folder: string): Promise<void> {
    if (folder === '' || this.#known.has(folder)) return Promise.resolve();
    const underWay = this.#underWay.get(folder);
    if (underWay) return underWay;
    const made = this.#make(folder).finally(() => this.#underWay.delete(folder));
    this.#underWay.set(folder, made);
    return made;
  }

  /** Makes the entries that `folder` has at the time of the call durable. */
  sync(folder: string): Promise<void> {
    const waiting = this.#waiting.get(folder);
    if (waiting) return waiting;
    const before = this.#running.get(folder) ?? Promise.resolve();
    const mine = before
      .catch(() => {}) // those who waited for that one were told
      .then(() => {
        this.#waiting.delete(folder);
        const run = this.#calls.syncFolder(posix.join(this.#root, folder)).finally(() => {
          if (this.#running.get(folder) === run) this.#running.delete(folder);
        });
        this.#running.set(folder, run);
        return run;
      });
    this.#waiting.set(folder, mine);
    return mine;
  }

  /** Makes a removal from `folder` durable, also when the folder itself was pruned since. */
  async syncRemoval(folder: string): Promise<void> {
    try {
      await this.sync(folder);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || folder === '') throw error;
      await this.syncRemoval(parentOf(folder));
    }
  }

  /** Whether `folder` exists; `refused` when a symbolic link stands in its path. */
  async exists(folder: string): Promise<boolean> {
    if (folder === '' || this.#known.has(folder)) return true;
    const path = posix.join(this.#root, folder);
    try {
      if ((await realpath(path)) === path) return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
      throw error;
    }
    throw linkInTheWay(path);
  }

  /** Removes `folder` and those above it, below `stop`, as far as they are empty. */
  async prune(folder: string, stop: string): Promise<void> {
    for (let at = folder; at !== stop && at !== ''; at = parentOf(at)) {
      try {
        await rmdir(posix.join(this.#root, at));
      } catch {
        return; // not empty, or gone: both are fine
      } finally {
        this.forget(at);
      }
    }
  }

  /** Makes the next `ensure` look again, here and above. */
  forget(folder: string): void {
    for (let at = folder; at !== ''; at = parentOf(at)) this.#known.delete(at);
  }

  async #make(folder: string): Promise<void> {
    const parent = parentOf(folder);
    const path = posix.join(this.#root, folder);
    await this.ensure(parent);
    try {
      await mkdir(path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      const found = await lstat(path);
      if (found.isSymbolicLink()) throw linkInTheWay(path);
      if (!found.isDirectory()) {
        throw new PitlaneError('bad-usage', `${path} is an object, so it cannot be a folder too: choose another name`);
      }
    }
    await this.sync(parent);
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.add(folder);
  }
}

function parentOf(folder: string): string {
  return folder.includes('/') ? posix.dirname(folder) : '';
}

function linkInTheWay(path: string): PitlaneError {
  return new PitlaneError(
    'refused',
    `${path} leads through a symbolic link: the store follows none, put a folder there`,
  );
}
