/** Writes real bags with SQLite for tests, in the tables of rosbag2, and reads them back as SQLite sees them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { lineOf } from './collect-bag.fixture.ts';

export interface FixtureMessage {
  readonly topic: number;
  readonly timeNs: bigint;
  readonly data: Uint8Array;
}

export interface FixtureBag {
  readonly topics: readonly { readonly name: string; readonly type: string }[];
  readonly messages: readonly FixtureMessage[];
  readonly pageBytes?: number;
  readonly encoding?: 'UTF-8' | 'UTF-16le' | 'UTF-16be';
  readonly autoVacuum?: 'NONE' | 'FULL' | 'INCREMENTAL';
  /** Further statements, run after everything was written. */
  readonly afterwards?: readonly string[];
  /** YAML text of the metadata table. */
  readonly metadata?: string;
  /** Definitions by type. */
  readonly definitions?: Readonly<Record<string, string>>;
}

const TABLES = [
  'CREATE TABLE schema(schema_version INTEGER PRIMARY KEY,ros_distro TEXT NOT NULL);',
  'CREATE TABLE metadata(id INTEGER PRIMARY KEY,metadata_version INTEGER NOT NULL,metadata TEXT NOT NULL);',
  'CREATE TABLE topics(id INTEGER PRIMARY KEY,name TEXT NOT NULL,type TEXT NOT NULL,',
  'serialization_format TEXT NOT NULL,offered_qos_profiles TEXT NOT NULL,type_description_hash TEXT NOT NULL);',
  'CREATE TABLE message_definitions(id INTEGER PRIMARY KEY, topic_type TEXT NOT NULL, encoding TEXT NOT NULL,',
  'encoded_message_definition TEXT NOT NULL, type_description_hash TEXT NOT NULL);',
  'CREATE TABLE messages(id INTEGER PRIMARY KEY,topic_id INTEGER NOT NULL,timestamp INTEGER NOT NULL, data BLOB NOT NULL);',
  'CREATE INDEX timestamp_idx ON messages (timestamp ASC);',
].join('');

/** Runs `use` on a file in a folder that is gone afterwards. */
function inFolder<T>(use: (file: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'rosbag2-'));
  try {
    return use(path.join(folder, 'bag.db3'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function writeBag(bag: FixtureBag): Uint8Array {
  return inFolder((file) => {
    const db = new Database(file);
    db.pragma(`page_size = ${bag.pageBytes ?? 4096}`);
    db.pragma(`encoding = '${bag.encoding ?? 'UTF-8'}'`);
    db.pragma(`auto_vacuum = ${bag.autoVacuum ?? 'NONE'}`);
    db.pragma('journal_mode = MEMORY');
    db.pragma('synchronous = OFF');
    db.exec(TABLES);
    fill(db, bag);
    for (const statement of bag.afterwards ?? []) db.exec(statement);
    db.close();
    return new Uint8Array(readFileSync(file));
  });
}

function fill(db: Database.Database, bag: FixtureBag): void {
  db.prepare('INSERT INTO schema VALUES (4, ?)').run('jazzy');
  if (bag.metadata !== undefined) db.prepare('INSERT INTO metadata VALUES (NULL, 9, ?)').run(bag.metadata);
  const topic = db.prepare("INSERT INTO topics VALUES (NULL, ?, ?, 'cdr', 'qos', 'RIHS01_00')");
  for (const { name, type } of bag.topics) topic.run(name, type);
  const definition = db.prepare("INSERT INTO message_definitions VALUES (NULL, ?, 'ros2msg', ?, '')");
  for (const [type, text] of Object.entries(bag.definitions ?? {})) definition.run(type, text);
  const message = db.prepare('INSERT INTO messages VALUES (NULL, ?, ?, ?)');
  db.transaction(() => {
    for (const { topic: index, timeNs, data } of bag.messages) message.run(index + 1, timeNs, Buffer.from(data));
  })();
}

/** The lines of all messages in row order, as SQLite reads them. */
export function linesBySqlite(bytes: Uint8Array): string[] {
  return inFolder((file) => {
    writeFileSync(file, bytes);
    const db = new Database(file, { readonly: true });
    const query =
      'SELECT topics.name AS topic, timestamp, data FROM messages JOIN topics ON topics.id = topic_id ORDER BY messages.id';
    const rows = db.prepare(query).safeIntegers().all() as { topic: string; timestamp: bigint; data: Buffer }[];
    db.close();
    return rows.map(({ topic, timestamp, data }) => lineOf({ topic, timeNs: timestamp, data }));
  });
}
