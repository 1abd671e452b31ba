/**
 * Bags whose recorder was killed, for tests: SQLite writes them, and their files are taken while a transaction is open, as
 * a power cut would. SQLite also says what whoever opens them finds.
 */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { lineOf } from '../rosbag2/collect-bag.fixture.ts';

export interface KilledBag {
  readonly pageBytes: number;
  readonly mode: 'wal' | 'delete' | 'persist';
  /** Transactions that ended: sizes of the messages of each. */
  readonly transactions: readonly (readonly number[])[];
  /** The log is written back into the file behind so many of them; never if there are fewer. */
  readonly checkpointAfter?: number;
  /** Sizes of the messages of the transaction in which it was killed. */
  readonly unfinished: readonly number[];
}

export interface KilledFiles {
  readonly file: Uint8Array;
  readonly wal: Uint8Array | undefined;
  readonly rollback: Uint8Array | undefined;
}

const TABLES = [
  'CREATE TABLE topics(id INTEGER PRIMARY KEY,name TEXT NOT NULL,type TEXT NOT NULL,',
  'serialization_format TEXT NOT NULL,offered_qos_profiles TEXT NOT NULL);',
  'CREATE TABLE messages(id INTEGER PRIMARY KEY,topic_id INTEGER NOT NULL,timestamp INTEGER NOT NULL, data BLOB NOT NULL);',
  'CREATE INDEX timestamp_idx ON messages (timestamp ASC);',
  "INSERT INTO topics VALUES (1, '/a', 'pkg/msg/Type', 'cdr', '');",
].join('');

function inFolder<T>(use: (file: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'killed-bag-'));
  try {
    return use(path.join(folder, 'bag.db3'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function writeKilledBag(bag: KilledBag): KilledFiles {
  return inFolder((file) => {
    const db = new Database(file);
    // Few pages in memory, so that an unfinished transaction reaches the disk.
    for (const pragma of [`page_size = ${bag.pageBytes}`, `journal_mode = ${bag.mode}`, 'cache_size = 2'])
      db.pragma(pragma);
    db.pragma('wal_autocheckpoint = 0');
    db.exec(TABLES);
    const insert = db.prepare('INSERT INTO messages VALUES (NULL, 1, ?, ?)');
    let count = 0;
    const add = (bytes: number): void => {
      count += 1;
      insert.run(BigInt(count), Buffer.alloc(bytes, count));
    };
    for (const [i, sizes] of bag.transactions.entries()) {
      db.transaction(() => sizes.forEach(add))();
      if (i + 1 === bag.checkpointAfter) db.pragma('wal_checkpoint(RESTART)');
    }
    db.exec('BEGIN');
    bag.unfinished.forEach(add);
    // Pages that were there before change too.
    if (bag.unfinished.length > 0) db.exec('UPDATE messages SET timestamp = timestamp + 1000 WHERE id % 3 = 0');
    const files = filesAt(file);
    db.close();
    return files;
  });
}

const bytesAt = (file: string): Uint8Array | undefined =>
  existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;

function filesAt(file: string): KilledFiles {
  const copy = `${file}-copy`;
  copyFileSync(file, copy);
  return { file: bytesAt(copy) as Uint8Array, wal: bytesAt(`${file}-wal`), rollback: bytesAt(`${file}-journal`) };
}

/** The lines of all messages as SQLite recovers them; undefined if it finds the database damaged. */
export function linesRecovered({ file: bytes, wal, rollback }: KilledFiles): string[] | undefined {
  return inFolder((file) => {
    writeFileSync(file, bytes);
    if (wal) writeFileSync(`${file}-wal`, wal);
    if (rollback) writeFileSync(`${file}-journal`, rollback);
    const db = new Database(file);
    try {
      const query =
        'SELECT name AS topic, timestamp, data FROM messages JOIN topics ON topics.id = topic_id ORDER BY messages.id';
      const rows = db.prepare(query).safeIntegers().all() as { topic: string; timestamp: bigint; data: Buffer }[];
      return rows.map(({ topic, timestamp, data }) => lineOf({ topic, timeNs: timestamp, data }));
    } catch {
      return undefined;
    } finally {
      db.close();
    }
  });
}
