/**
 * The log's one SQLite file, call by call and without waiting.
 *
 * Invariants
 * - Offsets of a topic begin at 0, rise by one, and are never used twice: `topics.next` outlives trimmed records.
 * - Records leave only from a topic's front, so what is there is one unbroken run of offsets.
 * - `groups.next` only rises, and a group has a row from its first consume on: trim waits for it.
 */
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import type { DeliveredRecord, LogRecord } from '@pitlane/ports/message-log';
import Database from 'better-sqlite3';

/** "PITL": tells our file from any other SQLite database. */
const APPLICATION_ID = 0x5049544c;
const SCHEMA_VERSION = 1;
const BUSY_TIMEOUT_MS = 5000;
/** After a checkpoint the write-ahead log shrinks to this, however large one transaction made it. */
const WAL_KEPT_BYTES = 8 * 1024 * 1024;
const BATCH_MAX_BYTES = 16 * 1024 * 1024;

const SCHEMA = `
  CREATE TABLE topics (topic TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE groups (topic TEXT NOT NULL, grp TEXT NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (topic, grp)) WITHOUT ROWID;
  CREATE TABLE records (
    topic TEXT NOT NULL, offset INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, created_ms INTEGER NOT NULL,
    UNIQUE (topic, offset)
  );
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

interface RecordRow {
  readonly offset: number;
  readonly key: string;
  readonly value: string;
}

/** The statements, prepared once. */
function prepareAll(db: Database.Database) {
  return {
    advanceTopic: db.prepare<[string, number], { next: number }>(
      `INSERT INTO topics (topic, next) VALUES (?, ?)
       ON CONFLICT (topic) DO UPDATE SET next = next + excluded.next RETURNING next`,
    ),
    insert: db.prepare<[string, number, string, string, number]>(
      'INSERT INTO records (topic, offset, key, value, created_ms) VALUES (?, ?, ?, ?, ?)',
    ),
    read: db.prepare<[string, number, number], RecordRow>(
      'SELECT offset, key, value FROM records WHERE topic = ? AND offset >= ? ORDER BY offset LIMIT ?',
    ),
    newest: db.prepare<[string, number], RecordRow>(
      'SELECT offset, key, value FROM records WHERE topic = ? ORDER BY offset DESC LIMIT ?',
    ),
    groupNext: db.prepare<[string, string], { next: number }>('SELECT next FROM groups WHERE topic = ? AND grp = ?'),
    moveGroup: db.prepare<[string, string, number]>(
      `INSERT INTO groups (topic, grp, next) VALUES (?, ?, ?)
       ON CONFLICT (topic, grp) DO UPDATE SET next = max(next, excluded.next)`,
    ),
    slowestGroup: db.prepare<[string], { next: number | null }>('SELECT min(next) AS next FROM groups WHERE topic = ?'),
    topicNext: db.prepare<[string], { next: number }>('SELECT next FROM topics WHERE topic = ?'),
    first: db.prepare<[string], { offset: number | null }>('SELECT min(offset) AS offset FROM records WHERE topic = ?'),
    forget: db.prepare<[string, number]>('DELETE FROM records WHERE topic = ? AND offset < ?'),
  };
}

export class LogFile {
  readonly #db: Database.Database;
  readonly #sql: ReturnType<typeof prepareAll>;

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.#db = new Database(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      prepareFile(this.#db, file);
      this.#sql = prepareAll(this.#db);
    } catch (error) {
      this.#db.close();
      throw error;
    }
    syncFolder(dirname(file));
  }

  transact(work: () => void): void {
    this.#db.transaction(work).immediate();
  }

  /** Inside `transact`. */
  append(topic: string, records: readonly LogRecord[], createdMs: number): void {
    const end = this.#sql.advanceTopic.get(topic, records.length)?.next as number;
    for (const [index, { key, value }] of records.entries()) {
      this.#sql.insert.run(topic, end - records.length + index, key, value, createdMs);
    }
  }

  /** Records from `next` on: at most `batchMax`, and no more bytes than one batch may hold, but at least one. */
  read(topic: string, next: number, batchMax: number): DeliveredRecord[] {
    const batch: DeliveredRecord[] = [];
    let bytes = 0;
    for (const { offset, key, value } of this.#sql.read.iterate(topic, next, batchMax)) {
      batch.push({ topic, offset: BigInt(offset), key, value });
      bytes += key.length + value.length;
      if (bytes >= BATCH_MAX_BYTES) break;
    }
    return batch;
  }

  newest(topic: string, max: number): DeliveredRecord[] {
    const rows = this.#sql.newest.all(topic, max).reverse();
    return rows.map(({ offset, key, value }) => ({ topic, offset: BigInt(offset), key, value }));
  }

  /** Where `group` goes on; undefined if it never read. */
  groupNext(topic: string, group: string): number | undefined {
    return this.#sql.groupNext.get(topic, group)?.next;
  }

  /** Inside `transact`. */
  moveGroup(topic: string, group: string, next: number): void {
    this.#sql.moveGroup.run(topic, group, next);
  }

  lag(topic: string, group: string): number {
    const first = this.#sql.first.get(topic)?.offset ?? undefined;
    const end = this.#sql.topicNext.get(topic)?.next;
    if (first === undefined || end === undefined) return 0;
    return end - Math.max(first, this.groupNext(topic, group) ?? 0);
  }

  /** The offsets [start, end) that `trim` may forget. A topic that nobody ever read keeps all. */
  trimmable(topic: string, keep: number): { readonly start: number; readonly end: number } {
    const start = this.#sql.first.get(topic)?.offset ?? 0;
    const finished = this.#sql.slowestGroup.get(topic)?.next ?? 0;
    const end = Math.min(finished, (this.#sql.topicNext.get(topic)?.next ?? 0) - keep);
    return { start, end: Math.max(start, end) };
  }

  /** Inside `transact`. */
  forget(topic: string, end: number): void {
    this.#sql.forget.run(topic, end);
  }

  /** Gives free pages back to the file system. */
  shrink(): void {
    this.#db.pragma('incremental_vacuum');
  }

  close(): void {
    this.#db.close();
  }
}

function prepareFile(db: Database.Database, file: string): void {
  const number = (name: string): number => Number(db.pragma(name, { simple: true }));
  if (number('schema_version') > 0 && number('application_id') !== APPLICATION_ID) {
    throw new PitlaneError('bad-settings', `${file} is a database of something else: name another file for the log`);
  }
  if (number('user_version') > SCHEMA_VERSION) {
    throw new PitlaneError(
      'bad-settings',
      `${file} was written by a newer Pitlane: run that version, or name another file`,
    );
  }
  db.pragma('auto_vacuum = INCREMENTAL'); // heard only before the first table is made
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`);
  db.transaction(() => {
    if (number('user_version') === 0) db.exec(SCHEMA);
  }).immediate();
}

/** So that a log that was just made is there after a power cut. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
