/**
 * The lock of a home: one node or garage at a time holds its catalog, log and spool. It is an exclusive transaction on a small SQLite
 * file, that is, a lock of the operating system: it goes when the process goes, however that ends, and nothing is left
 * that somebody would have to delete.
 */
import { join } from 'node:path';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import Database from 'better-sqlite3';
import { makeHome, notWritable } from './make-home.ts';

export interface HomeLock {
  release(): void;
}

/** The lock, or undefined while another process (or this one) holds it. */
export function tryHomeLock(home: string): HomeLock | undefined {
  makeHome(home);
  const file = join(home, 'node.lock');
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database?.close();
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code.startsWith('SQLITE_BUSY')) return undefined;
    if (/^SQLITE_(?:READONLY|CANTOPEN|PERM)/.test(code)) throw notWritable(home, cause);
    throw new PitlaneError('unavailable', `the lock ${file} cannot be taken (${messageOf(cause)}): check the folder`, {
      cause,
    });
  }
  const held = database;
  return { release: () => void held.close() };
}
