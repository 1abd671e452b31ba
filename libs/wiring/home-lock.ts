/**
 * The lock of a home: one node or garage at a time holds its catalog, log and spool. It is an exclusive transaction on a small SQLite
 * file, that is, a lock of the operating system: it goes when the process goes, however that ends, and nothing is left
 * that somebody would have to delete.
 *
 * The folders below a home may be other disks, mounted or linked there, and two homes may so lead to one: each folder that
 * one process alone may write has a lock of its own, in itself.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import Database from 'better-sqlite3';
import type { HomeLayout } from './home-layout.ts';
import { makeHome, notWritable } from './make-home.ts';

export interface HomeLock {
  release(): void;
}

/** The lock, or undefined while another process (or this one) holds it. */
export function tryHomeLock(home: string): HomeLock | undefined {
  makeHome(home);
  return tryLock(home, join(home, 'node.lock'));
}

/** What lies there must not be written by two. */
const HELD = {
  objects: 'the object store',
  spool: 'the spool',
  staged: 'the folder of staged copies',
  assembly: 'the folder in which a lander assembles',
} as const;

/** Like the spool's own names, none of the store's or the garage's begins with a dot. */
const LOCK_NAME = '.pitlane.lock';

/** The locks of these folders, all of them or none. Throws `busy` where another process has one. */
export function holdFolders(layout: HomeLayout, names: readonly (keyof typeof HELD)[]): HomeLock {
  makeHome(layout.home);
  const locks: HomeLock[] = [];
  const release = (): void => {
    for (const lock of locks) lock.release();
  };
  for (const name of names) {
    const folder = layout[name];
    try {
      mkdirSync(folder, { recursive: true });
      const lock = tryLock(folder, join(folder, LOCK_NAME));
      if (!lock) throw sharedFolder(folder, HELD[name]);
      locks.push(lock);
    } catch (error) {
      release();
      throw error;
    }
  }
  return { release };
}

function sharedFolder(folder: string, what: string): PitlaneError {
  const text = `${what} at ${folder} is held by another Pitlane process: two of them, or two homes that lead to one folder by a mount or a link, would spoil each other's files; stop the other, or give this one a folder of its own`;
  return new PitlaneError('busy', text, { details: { folder } });
}

function tryLock(folder: string, file: string): HomeLock | undefined {
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database?.close();
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code.startsWith('SQLITE_BUSY')) return undefined;
    if (/^SQLITE_(?:READONLY|CANTOPEN|PERM)/.test(code)) throw notWritable(folder, cause);
    throw new PitlaneError('unavailable', `the lock ${file} cannot be taken (${messageOf(cause)}): check the folder`, {
      cause,
    });
  }
  const held = database;
  return { release: () => void held.close() };
}
