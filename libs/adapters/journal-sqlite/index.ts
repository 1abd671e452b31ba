/**
 * The journal in one SQLite file beside the spool. The garage writes it at every step, so each write is one short
 * transaction. It never holds file contents, only facts as JSON.
 *
 * Invariants (what the entries mean, and what must hold between them and the rest of a home, stands in `ports/journal`)
 * - A write is whole or not there, and what is there is all that was written up to some moment: write-ahead log, whose frames
 *   carry checksums. A torn or missing end of it costs the newest entries.
 * - All but chunks are synced when the call returns, and with them all that was written before. Chunks alone are synced with
 *   what comes after them: see `unsynced`.
 */
import type { Receipt } from '@pitlane/contracts/receipt';
import {
  type ChunkEntry,
  type DiskEntry,
  type DockEntry,
  type HandlingEntry,
  isLikelyCopy,
  isPlainHandling,
  type Journal,
  type Likeness,
  type OrderEntry,
  type OrderServing,
  type OutboxEvent,
  type PreviewEntry,
  type RecordingEntry,
  type RecordingKey,
  type Shipment,
} from '@pitlane/ports/journal';
import type Database from 'better-sqlite3';
import { SqliteActionLog } from './action-log.ts';
import { withJournal } from './journal-errors.ts';
import { openDatabase, unsynced } from './open-database.ts';
import { SqliteOutbox } from './outbox.ts';

type Row = Record<string, string | number | null>;

export function openSqliteJournal({ file }: { file: string }): Journal {
  return new SqliteJournal(openDatabase(file));
}

const OF_RECORDING = 'tenant = ? AND drive_id = ? AND recording_id = ?';
const CHUNKS_A_PAGE = 1000;
/** One may hold the facts of thousands of channels. */
const RECORDINGS_A_PAGE = 100;
/** What may be a likely copy, by index: those that begin alike, and those that only their head or their start can tell. */
const MAYBE_COPIES = `SELECT entry, state FROM recordings WHERE tenant = @tenant AND (tenant, drive_id, recording_id) IN (
  SELECT tenant, drive_id, recording_id FROM recordings WHERE head_sha256 = @head
  UNION SELECT tenant, drive_id, recording_id FROM beginnings WHERE first_message_sha256 = @message
  UNION SELECT tenant, drive_id, recording_id FROM beginnings WHERE start_time = @start
    AND (first_message_sha256 IS NULL OR @message IS NULL))`;

class SqliteJournal implements Journal {
  readonly outbox: SqliteOutbox;
  readonly actions: SqliteActionLog;
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(db: Database.Database) {
    this.#db = db;
    this.outbox = new SqliteOutbox(db);
    this.actions = new SqliteActionLog(db);
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

  *recordings(): Generator<RecordingEntry> {
    const page = `SELECT entry, state, tenant, drive_id, recording_id FROM recordings
      WHERE (tenant, drive_id, recording_id) > (?, ?, ?) ORDER BY tenant, drive_id, recording_id LIMIT ${RECORDINGS_A_PAGE}`;
    for (let after = ['', '', '']; ; ) {
      const rows = this.#all(page, ...after);
      for (const row of rows) yield recordingFrom(row);
      const last = rows.at(-1);
      if (!last || rows.length < RECORDINGS_A_PAGE) return;
      after = [String(last.tenant), String(last.drive_id), String(last.recording_id)];
    }
  }

  putChunk(key: RecordingKey, { name, facts, state, shipment }: ChunkEntry): void {
    const { ordinal, chunkId } = facts;
    const sql = 'INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)';
    const sent = shipment ? JSON.stringify(shipment) : null;
    this.#runUnsynced(sql, ...keyOf(key), name, ordinal, chunkId, state, JSON.stringify(facts), sent);
  }

  setChunkState(key: RecordingKey, name: string, state: ChunkEntry['state'], shipment: Shipment): void {
    const sql = `UPDATE chunks SET state = ?, shipment = ? WHERE ${OF_RECORDING} AND name = ?`;
    this.#runUnsynced(sql, state, JSON.stringify(shipment), ...keyOf(key), name);
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

  putReceipt(receipt: Receipt, receipted: readonly RecordingKey[] = [], told: readonly OutboxEvent[] = []): void {
    const { tenant, driveId } = receipt.body;
    const sql = 'INSERT OR REPLACE INTO receipts VALUES (?, ?, ?, ?)';
    const put = this.#db.transaction(() => {
      this.#run(sql, tenant, driveId, receipt.receiptId, JSON.stringify(receipt));
      for (const key of receipted) this.setState(key, 'receipted');
      this.outbox.put(told);
    });
    withJournal(this.#db.name, put);
  }

  receipts(tenant: string, driveId: string): readonly Receipt[] {
    const sql = 'SELECT receipt FROM receipts WHERE tenant = ? AND drive_id = ? ORDER BY rowid';
    return this.#all(sql, tenant, driveId).map((row) => parsed(row.receipt));
  }

  putPreview(preview: PreviewEntry): void {
    const { tenant, driveId, headSha256 } = preview;
    const sql = 'INSERT OR REPLACE INTO previews VALUES (?, ?, ?, ?)';
    this.#run(sql, tenant, driveId, headSha256, JSON.stringify(preview));
  }

  previews(tenant: string, driveId: string): readonly PreviewEntry[] {
    const sql = "SELECT entry FROM previews WHERE tenant = ? AND drive_id = ? ORDER BY json_extract(entry, '$.path')";
    return this.#all(sql, tenant, driveId).map((row) => parsed(row.entry));
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

  putHandlings(handlings: readonly HandlingEntry[]): void {
    const put = this.#db.transaction(() => {
      for (const handling of handlings) {
        const { tenant, driveId } = handling;
        if (isPlainHandling(handling)) {
          this.#run('DELETE FROM handlings WHERE tenant = ? AND drive_id = ?', tenant, driveId);
        } else {
          this.#run('INSERT OR REPLACE INTO handlings VALUES (?, ?, ?)', tenant, driveId, JSON.stringify(handling));
        }
      }
    });
    withJournal(this.#db.name, put);
  }

  handlings(): readonly HandlingEntry[] {
    return this.#all('SELECT entry FROM handlings ORDER BY tenant, drive_id').map((row) => parsed(row.entry));
  }

  close(): void {
    this.#db.close();
  }

  #recordings(condition: string, tenant: string, value: string): RecordingEntry[] {
    return this.#all(`SELECT entry, state FROM recordings WHERE ${condition} AND tenant = ?`, value, tenant).map(
      recordingFrom,
    );
  }

  /** What stands in a chunk's entry is on the spool's disk or in the store too, and found there when it is missing here. */
  #runUnsynced(sql: string, ...values: (string | number | null)[]): void {
    unsynced(this.#db, () => this.#run(sql, ...values));
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
