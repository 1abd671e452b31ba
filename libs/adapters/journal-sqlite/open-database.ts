/** The journal's SQLite file: its tables, and how far a write is carried before it counts. */
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import Database from 'better-sqlite3';

/** Tables and columns are added only: a journal of an earlier version gets those that it lacks, and its entries stay as they are. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS docks (dock_id TEXT PRIMARY KEY, docked_at_ms INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS disks (serial TEXT PRIMARY KEY, entry TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS recordings (
    tenant TEXT NOT NULL, drive_id TEXT NOT NULL, recording_id TEXT NOT NULL, head_sha256 TEXT NOT NULL,
    state TEXT NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (tenant, drive_id, recording_id)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS recordings_by_id ON recordings (recording_id);
  CREATE INDEX IF NOT EXISTS recordings_by_head ON recordings (head_sha256);
  CREATE TABLE IF NOT EXISTS beginnings (
    tenant TEXT NOT NULL, drive_id TEXT NOT NULL, recording_id TEXT NOT NULL,
    first_message_sha256 TEXT, start_time TEXT, PRIMARY KEY (tenant, drive_id, recording_id)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS beginnings_by_message ON beginnings (first_message_sha256);
  CREATE INDEX IF NOT EXISTS beginnings_by_start ON beginnings (start_time, first_message_sha256);
  CREATE TABLE IF NOT EXISTS chunks (
    tenant TEXT NOT NULL, drive_id TEXT NOT NULL, recording_id TEXT NOT NULL, name TEXT NOT NULL,
    ordinal INTEGER NOT NULL, chunk_id TEXT NOT NULL, state TEXT NOT NULL, facts TEXT NOT NULL,
    PRIMARY KEY (tenant, drive_id, recording_id, name)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS chunks_by_id ON chunks (chunk_id);
  CREATE INDEX IF NOT EXISTS chunks_in_order ON chunks (tenant, drive_id, recording_id, ordinal);
  CREATE TABLE IF NOT EXISTS receipts (
    tenant TEXT NOT NULL, drive_id TEXT NOT NULL, receipt_id TEXT NOT NULL, receipt TEXT NOT NULL,
    PRIMARY KEY (tenant, drive_id, receipt_id)) STRICT;
  CREATE TABLE IF NOT EXISTS previews (
    tenant TEXT NOT NULL, drive_id TEXT NOT NULL, head_sha256 TEXT NOT NULL, entry TEXT NOT NULL,
    PRIMARY KEY (tenant, drive_id, head_sha256)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS recordings_by_vehicle ON recordings (tenant, json_extract(entry, '$.vehicleId'));
  CREATE TABLE IF NOT EXISTS orders (order_id TEXT PRIMARY KEY, created_at_ms INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS order_servings (
    order_id TEXT NOT NULL, tenant TEXT NOT NULL, drive_id TEXT NOT NULL, entry TEXT NOT NULL,
    PRIMARY KEY (order_id, tenant, drive_id)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS webhook_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, line TEXT NOT NULL,
    told_at_ms INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS webhook_deliveries (
    receiver TEXT NOT NULL, seq INTEGER NOT NULL, line TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL,
    next_at_ms INTEGER NOT NULL, error TEXT, PRIMARY KEY (receiver, seq)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS webhook_deliveries_by_seq ON webhook_deliveries (seq);
  CREATE INDEX IF NOT EXISTS webhook_deliveries_by_line ON webhook_deliveries (receiver, line, state, seq);
  CREATE TABLE IF NOT EXISTS actions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, action_id TEXT NOT NULL UNIQUE, is_open INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS actions_open ON actions (seq) WHERE is_open = 1;
  CREATE TABLE IF NOT EXISTS handlings (
    tenant TEXT NOT NULL, drive_id TEXT NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (tenant, drive_id)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS webhook_deliveries_by_next ON webhook_deliveries (receiver, state, next_at_ms, seq);
`;

/** Every commit is synced to the disk before the call returns, unless it is `unsynced`. */
export function openDatabase(file: string): Database.Database {
  try {
    const db = new Database(file);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.exec(SCHEMA);
    const columns = db.pragma('table_info(chunks)') as { name: string }[];
    if (!columns.some(({ name }) => name === 'shipment')) db.exec('ALTER TABLE chunks ADD COLUMN shipment TEXT');
    return db;
  } catch (cause) {
    const damaged = /SQLITE_(NOTADB|CORRUPT)/.test(String((cause as { code?: unknown }).code));
    const next = damaged
      ? 'move it away and dock again; what is in the store is found there'
      : 'check the folder and its disk';
    const text = `the journal ${file} cannot be opened (${messageOf(cause)}): ${next}`;
    throw new PitlaneError(damaged ? 'corrupt-input' : 'unavailable', text, { cause });
  }
}

/**
 * Writes that outlive the process and not a power cut, until one that is synced comes after them: SQLite syncs its whole
 * log, so that nothing later survives without them. Thin chunks come by the hundred thousand, and a sync of the disk for
 * each would hold up the node.
 */
export function unsynced(db: Database.Database, write: () => void): void {
  db.pragma('synchronous = NORMAL');
  try {
    write();
  } finally {
    db.pragma('synchronous = FULL');
  }
}
