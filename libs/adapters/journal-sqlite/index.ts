/**
 * The journal in one SQLite file beside the spool. The garage writes it at every step, so each write is one short
 * transaction. It never holds file contents, only facts as JSON.
 */
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import type { Receipt } from '@pitlane/contracts/receipt';
import {
  type ChunkEntry,
  type DiskEntry,
  type DockEntry,
  isLikelyCopy,
  type Journal,
  type Likeness,
  type OrderEntry,
  type OrderServing,
  type RecordingEntry,
  type RecordingKey,
  type Shipment,
} from '@pitlane/ports/journal';
import Database from 'better-sqlite3';
import { withJournal } from './journal-errors.ts';

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
  CREATE INDEX IF NOT EXISTS recordings_by_vehicle ON recordings (tenant, json_extract(entry, '$.vehicleId'));
  CREATE TABLE IF NOT EXISTS orders (order_id TEXT PRIMARY KEY, created_at_ms INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS order_servings (
    order_id TEXT NOT NULL, tenant TEXT NOT NULL, drive_id TEXT NOT NULL, entry TEXT NOT NULL,
    PRIMARY KEY (order_id, tenant, drive_id)) STRICT, WITHOUT ROWID;
`;

type Row = Record<string, string | number | null>;

export function openSqliteJournal({ file }: { file: string }): Journal {
  try {
    const db = new Database(file);
    db.pragma('journal_mode = WAL');
    // Survives the process at each commit, a power cut up to the last checkpoint: what is lost is done again.
    db.pragma('synchronous = NORMAL');
    db.exec(SCHEMA);
    const columns = db.pragma('table_info(chunks)') as { name: string }[];
    if (!columns.some(({ name }) => name === 'shipment')) db.exec('ALTER TABLE chunks ADD COLUMN shipment TEXT');
    return new SqliteJournal(db);
  } catch (cause) {
    const damaged = /SQLITE_(NOTADB|CORRUPT)/.test(String((cause as { code?: unknown }).code));
    const next = damaged
      ? 'move it away and dock again; what is in the store is found there'
      : 'check the folder and its disk';
    const text = `the journal ${file} cannot be opened (${messageOf(cause)}): ${next}`;
    throw new PitlaneError(damaged ? 'corrupt-input' : 'unavailable', text, { cause });
  }
}

const OF_RECORDING = 'tenant = ? AND drive_id = ? AND recording_id = ?';
const CHUNKS_A_PAGE = 1000;
/** What may be a likely copy, by index: those that begin alike, and those that only their head or their start can tell. */
const MAYBE_COPIES = `SELECT entry, state FROM recordings WHERE tenant = @tenant AND (tenant, drive_id, recording_id) IN (
  SELECT tenant, drive_id, recording_id FROM recordings WHERE head_sha256 = @head
  UNION SELECT tenant, drive_id, recording_id FROM beginnings WHERE first_message_sha256 = @message
  UNION SELECT tenant, drive_id, recording_id FROM beginnings WHERE start_time = @start
    AND (first_message_sha256 IS NULL OR @message IS NULL))`;

class SqliteJournal implements Journal {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  putDock(dock: DockEntry): void {
    this.#run('INSERT OR REPLACE INTO docks VALUES (?, ?, ?)', dock.dockId, dock.dockedAtMs, JSON.stringify(dock));
  }

  docks(): readonly DockEntry[] {
    return this.#all('SELECT entry FROM docks ORDER BY docked_at_ms, dock_id').map((row) => parsed(row.entry));
  }

  putDisk(disk: DiskEntry): void {
    this.#run('INSERT OR REPLACE INTO disks VALUES (?, ?)', disk.serial, JSON.stringify(disk));
  }

  disk(serial: string): DiskEntry | undefined {
    const [row] = this.#all('SELECT entry FROM disks WHERE serial = ?', serial);
    return row && parsed(row.entry);
  }

  putRecording(entry: RecordingEntry): void {
    const { headSha256, beginning, state } = entry;
    const text = JSON.stringify(entry);
    const put = this.#db.transaction(() => {
      this.#run(
        'INSERT OR REPLACE INTO recordings VALUES (?, ?, ?, ?, ?, ?)',
        ...keyOf(entry),
        headSha256,
        state,
        text,
      );
      if (!beginning) return;
      const { firstMessageSha256, startTime } = beginning;
      const sql = 'INSERT OR REPLACE INTO beginnings VALUES (?, ?, ?, ?, ?)';
      this.#run(sql, ...keyOf(entry), firstMessageSha256, startTime);
    });
    withJournal(this.#db.name, put);
  }

  setState(key: RecordingKey, state: RecordingEntry['state']): void {
    this.#run(`UPDATE recordings SET state = ? WHERE ${OF_RECORDING}`, state, ...keyOf(key));
  }

  recordingsById(tenant: string, recordingId: string): readonly RecordingEntry[] {
    return this.#recordings('recording_id = ?', tenant, recordingId);
  }

  likelyCopies(likeness: Likeness): readonly RecordingEntry[] {
    const { tenant, headSha256: head, beginning } = likeness;
    const wanted = {
      tenant,
      head,
      message: beginning?.firstMessageSha256 ?? null,
      start: beginning?.startTime ?? null,
    };
    const rows = this.#statement(MAYBE_COPIES).all(wanted) as Row[];
    return rows.map(recordingFrom).filter((entry) => isLikelyCopy(entry, likeness));
  }

  recordingsOfDrive(tenant: string, driveId: string): readonly RecordingEntry[] {
    return this.#recordings('drive_id = ?', tenant, driveId);
  }

  recordingsOfVehicle(tenant: string, vehicleId: string): readonly RecordingEntry[] {
    return this.#recordings("json_extract(entry, '$.vehicleId') = ?", tenant, vehicleId);
  }

  putChunk(key: RecordingKey, { name, facts, state, shipment }: ChunkEntry): void {
    const { ordinal, chunkId } = facts;
    const sql = 'INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)';
    const sent = shipment ? JSON.stringify(shipment) : null;
    this.#run(sql, ...keyOf(key), name, ordinal, chunkId, state, JSON.stringify(facts), sent);
  }

  setChunkState(key: RecordingKey, name: string, state: ChunkEntry['state'], shipment: Shipment): void {
    const sql = `UPDATE chunks SET state = ?, shipment = ? WHERE ${OF_RECORDING} AND name = ?`;
    this.#run(sql, state, JSON.stringify(shipment), ...keyOf(key), name);
  }

  chunk(key: RecordingKey, name: string): ChunkEntry | undefined {
    const [row] = this.#all(`SELECT * FROM chunks WHERE ${OF_RECORDING} AND name = ?`, ...keyOf(key), name);
    return row && chunkFrom(row);
  }

  *chunks(key: RecordingKey): Generator<ChunkEntry> {
    const page = `SELECT * FROM chunks WHERE ${OF_RECORDING} AND ordinal > ? ORDER BY ordinal LIMIT ${CHUNKS_A_PAGE}`;
    for (let after = -1; ; ) {
      const rows = this.#all(page, ...keyOf(key), after);
      for (const row of rows) yield chunkFrom(row);
      if (rows.length < CHUNKS_A_PAGE) return;
      after = Number(rows.at(-1)?.ordinal);
    }
  }

  findChunk(idOrObject: string): readonly (ChunkEntry & RecordingKey)[] {
    const chunkId = /([0-9a-f]{64})\.mcap$/.exec(idOrObject)?.[1] ?? idOrObject;
    return this.#all('SELECT * FROM chunks WHERE chunk_id = ?', chunkId).map((row) => ({
      ...chunkFrom(row),
      tenant: String(row.tenant),
      driveId: row.drive_id as RecordingKey['driveId'],
      recordingId: row.recording_id as RecordingKey['recordingId'],
    }));
  }

  dropChunks(key: RecordingKey, names?: readonly string[]): void {
    if (names) {
      for (const name of names) this.#run(`DELETE FROM chunks WHERE ${OF_RECORDING} AND name = ?`, ...keyOf(key), name);
      return;
    }
    this.#run(`DELETE FROM chunks WHERE ${OF_RECORDING}`, ...keyOf(key));
  }

  putReceipt(receipt: Receipt): void {
    const { tenant, driveId } = receipt.body;
    const sql = 'INSERT OR REPLACE INTO receipts VALUES (?, ?, ?, ?)';
    this.#run(sql, tenant, driveId, receipt.receiptId, JSON.stringify(receipt));
  }

  receipts(tenant: string, driveId: string): readonly Receipt[] {
    const sql = 'SELECT receipt FROM receipts WHERE tenant = ? AND drive_id = ? ORDER BY rowid';
    return this.#all(sql, tenant, driveId).map((row) => parsed(row.receipt));
  }

  putOrder(order: OrderEntry): void {
    const sql = 'INSERT OR REPLACE INTO orders VALUES (?, ?, ?)';
    this.#run(sql, order.orderId, order.createdAtMs, JSON.stringify(order));
  }

  orders(): readonly OrderEntry[] {
    return this.#all('SELECT entry FROM orders ORDER BY created_at_ms, order_id').map((row) => parsed(row.entry));
  }

  removeOrder(orderId: string): boolean {
    const remove = this.#db.transaction((): boolean => {
      this.#run('DELETE FROM order_servings WHERE order_id = ?', orderId);
      return this.#statement('DELETE FROM orders WHERE order_id = ?').run(orderId).changes > 0;
    });
    return withJournal(this.#db.name, remove);
  }

  putServing(serving: OrderServing): void {
    const { orderId, tenant, driveId } = serving;
    const sql = 'INSERT OR REPLACE INTO order_servings VALUES (?, ?, ?, ?)';
    this.#run(sql, orderId, tenant, driveId, JSON.stringify(serving));
  }

  servings(orderId: string): readonly OrderServing[] {
    const sql = 'SELECT entry FROM order_servings WHERE order_id = ? ORDER BY tenant, drive_id';
    return this.#all(sql, orderId).map((row) => parsed(row.entry));
  }

  dropServing(orderId: string, tenant: string, driveId: string): void {
    this.#run(
      'DELETE FROM order_servings WHERE order_id = ? AND tenant = ? AND drive_id = ?',
      orderId,
      tenant,
      driveId,
    );
  }

  close(): void {
    this.#db.close();
  }

  #recordings(condition: string, tenant: string, value: string): RecordingEntry[] {
    return this.#all(`SELECT entry, state FROM recordings WHERE ${condition} AND tenant = ?`, value, tenant).map(
      recordingFrom,
    );
  }

  #run(sql: string, ...values: (string | number | null)[]): void {
    withJournal(this.#db.name, () => this.#statement(sql).run(...values));
  }

  #all(sql: string, ...values: (string | number)[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  #statement(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }
}

const keyOf = (key: RecordingKey): [string, string, string] => [key.tenant, key.driveId, key.recordingId];

const parsed = <T>(value: string | number | null | undefined): T => JSON.parse(String(value)) as T;

function recordingFrom(row: Row): RecordingEntry {
  const entry = parsed<Omit<RecordingEntry, 'beginning'> & Partial<RecordingEntry>>(row.entry);
  return { ...entry, beginning: entry.beginning ?? null, state: row.state as RecordingEntry['state'] };
}

const chunkFrom = (row: Row): ChunkEntry => ({
  name: String(row.name),
  facts: parsed(row.facts),
  state: row.state as ChunkEntry['state'],
  ...(row.shipment !== null && { shipment: parsed<Shipment>(row.shipment) }),
});
