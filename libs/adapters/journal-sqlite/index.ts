/**
 * The journal in one SQLite file beside the spool. The garage writes it at every step, so each write is one short
 * transaction that is fsynced before the call returns. It never holds file contents, only facts as JSON.
 */
import { PitlaneError } from '@pitlane/base/errors';
import type { ChunkEntry, DockEntry, Journal, RecordingEntry, RecordingKey } from '@pitlane/ports/journal';
import Database from 'better-sqlite3';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS docks (dock_id TEXT PRIMARY KEY, docked_at_ms INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS recordings (
    tenant TEXT NOT NULL, drive_id TEXT NOT NULL, recording_id TEXT NOT NULL, head_sha256 TEXT NOT NULL,
    state TEXT NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (tenant, drive_id, recording_id)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS recordings_by_id ON recordings (recording_id);
  CREATE INDEX IF NOT EXISTS recordings_by_head ON recordings (head_sha256);
  CREATE TABLE IF NOT EXISTS chunks (
    tenant TEXT NOT NULL, drive_id TEXT NOT NULL, recording_id TEXT NOT NULL, name TEXT NOT NULL,
    ordinal INTEGER NOT NULL, chunk_id TEXT NOT NULL, state TEXT NOT NULL, facts TEXT NOT NULL,
    PRIMARY KEY (tenant, drive_id, recording_id, name)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS chunks_by_id ON chunks (chunk_id);
  CREATE TABLE IF NOT EXISTS receipts (
    tenant TEXT NOT NULL, drive_id TEXT NOT NULL, receipt_id TEXT NOT NULL, receipt TEXT NOT NULL,
    PRIMARY KEY (tenant, drive_id, receipt_id)) STRICT;
`;

type Row = Record<string, string | number>;

export function openSqliteJournal({ file }: { file: string }): Journal {
  let db: Database.Database;
  try {
    db = new Database(file);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.exec(SCHEMA);
  } catch (cause) {
    const text = `the journal ${file} cannot be opened: move it away and dock again; what is in the store is found there`;
    throw new PitlaneError('corrupt-input', text, { cause });
  }
  const statements = new Map<string, Database.Statement>();
  const sql = (text: string): Database.Statement => {
    let statement = statements.get(text);
    if (!statement) statements.set(text, (statement = db.prepare(text)));
    return statement;
  };
  const all = (text: string, ...values: (string | number)[]): Row[] => sql(text).all(...values) as Row[];
  return {
    putDock(dock) {
      sql('INSERT OR REPLACE INTO docks VALUES (?, ?, ?)').run(dock.dockId, dock.dockedAtMs, JSON.stringify(dock));
    },
    docks: () => all('SELECT entry FROM docks ORDER BY docked_at_ms, dock_id').map((row) => parsed<DockEntry>(row.entry)),
    putRecording(entry) {
      sql('INSERT OR REPLACE INTO recordings VALUES (?, ?, ?, ?, ?, ?)').run(
        ...keyOf(entry),
        entry.headSha256,
        entry.state,
        JSON.stringify(entry),
      );
    },
    setState(key, state) {
      sql('UPDATE recordings SET state = ? WHERE tenant = ? AND drive_id = ? AND recording_id = ?').run(state, ...keyOf(key));
    },
    recordingsById: (tenant, id) =>
      all('SELECT entry, state FROM recordings WHERE recording_id = ? AND tenant = ?', id, tenant).map(recordingFrom),
    recordingsByHead: (tenant, head) =>
      all('SELECT entry, state FROM recordings WHERE head_sha256 = ? AND tenant = ?', head, tenant).map(recordingFrom),
    recordingsOfDrive: (tenant, driveId) =>
      all('SELECT entry, state FROM recordings WHERE tenant = ? AND drive_id = ?', tenant, driveId).map(recordingFrom),
    putChunk(key, { name, facts, state }) {
      sql('INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(
        ...keyOf(key),
        name,
        facts.ordinal,
        facts.chunkId,
        state,
        JSON.stringify(facts),
      );
    },
    setChunkShipped(key, name) {
      sql(
        "UPDATE chunks SET state = 'shipped' WHERE tenant = ? AND drive_id = ? AND recording_id = ? AND name = ?",
      ).run(...keyOf(key), name);
    },
    *chunks(key) {
      const page = sql(
        'SELECT * FROM chunks WHERE tenant = ? AND drive_id = ? AND recording_id = ? AND ordinal > ? ORDER BY ordinal LIMIT 1000',
      );
      let after = -1;
      for (;;) {
        const rows = page.all(...keyOf(key), after) as Row[];
        for (const row of rows) yield chunkFrom(row);
        if (rows.length < 1000) return;
        after = Number(rows.at(-1)?.ordinal);
      }
    },
    findChunk: (id) =>
      all('SELECT * FROM chunks WHERE chunk_id = ?', /([0-9a-f]{64})\.mcap$/.exec(id)?.[1] ?? id).map((row) => ({
        ...chunkFrom(row),
        tenant: String(row.tenant),
        driveId: row.drive_id as RecordingKey['driveId'],
        recordingId: row.recording_id as RecordingKey['recordingId'],
      })),
    dropChunks(key) {
      sql('DELETE FROM chunks WHERE tenant = ? AND drive_id = ? AND recording_id = ?').run(...keyOf(key));
    },
    putReceipt(receipt) {
      const { tenant, driveId } = receipt.body;
      sql('INSERT OR REPLACE INTO receipts VALUES (?, ?, ?, ?)').run(tenant, driveId, receipt.receiptId, JSON.stringify(receipt));
    },
    receipts: (tenant, driveId) =>
      all('SELECT receipt FROM receipts WHERE tenant = ? AND drive_id = ? ORDER BY rowid', tenant, driveId).map((row) =>
        parsed(row.receipt),
      ),
    close: () => void db.close(),
  };
}

const keyOf = (key: RecordingKey): [string, string, string] => [key.tenant, key.driveId, key.recordingId];

const parsed = <T>(value: string | number | undefined): T => JSON.parse(String(value)) as T;

const recordingFrom = (row: Row): RecordingEntry => ({
  ...parsed<RecordingEntry>(row.entry),
  state: row.state as RecordingEntry['state'],
});

const chunkFrom = (row: Row): ChunkEntry => ({
  name: String(row.name),
  facts: parsed(row.facts),
  state: row.state as ChunkEntry['state'],
});
