/** The journal's outbox in SQLite: events by id, and a row a delivery until its receiver has it. */
import type { DeliveryState, Outbox, OutboxCount, OutboxDelivery, OutboxEvent } from '@pitlane/ports/journal';
import type Database from 'better-sqlite3';
import { withJournal } from './journal-errors.ts';
import { unsynced } from './open-database.ts';

interface DeliveryRow {
  readonly event_id: string;
  readonly receiver: string;
  readonly type: string;
  readonly line: string;
  readonly body: string;
  readonly told_at_ms: number;
  readonly state: DeliveryState['state'];
  readonly tries: number;
  readonly next_at_ms: number;
  readonly error: string | null;
}

const DELIVERIES = `SELECT e.event_id, d.receiver, e.type, e.line, e.body, e.told_at_ms, d.state, d.tries, d.next_at_ms, d.error
  FROM webhook_deliveries d JOIN webhook_events e USING (seq)`;
const HEADS = `${DELIVERIES} WHERE d.receiver = ? AND d.state = 'waiting' AND NOT EXISTS (
    SELECT 1 FROM webhook_deliveries before WHERE before.receiver = d.receiver AND before.line = d.line
      AND before.state = 'waiting' AND before.seq < d.seq)
  ORDER BY d.next_at_ms, d.seq LIMIT ?`;
const OF_EVENT = 'receiver = ? AND seq = (SELECT seq FROM webhook_events WHERE event_id = ?)';
const COUNTS = `SELECT receiver, sum(state = 'waiting') AS waiting, sum(state = 'parked') AS parked
  FROM webhook_deliveries GROUP BY receiver ORDER BY receiver`;
const AGAIN = `UPDATE webhook_deliveries SET state = 'waiting', tries = 0, next_at_ms = 0 WHERE state = 'parked'`;
const UNAWAITED = 'NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.seq = webhook_events.seq)';

export class SqliteOutbox implements Outbox {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  put(events: readonly OutboxEvent[]): void {
    const event = this.#db.prepare(
      `INSERT INTO webhook_events (event_id, type, line, told_at_ms, body) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (event_id) DO NOTHING`,
    );
    const delivery = this.#db.prepare("INSERT INTO webhook_deliveries VALUES (?, ?, ?, 'waiting', 0, 0, NULL)");
    const put = this.#db.transaction(() => {
      for (const { eventId, type, line, toldAtMs, body, receivers } of events) {
        const { changes, lastInsertRowid: seq } = event.run(eventId, type, line, toldAtMs, body);
        if (changes > 0) for (const receiver of receivers) delivery.run(receiver, seq, line);
      }
    });
    if (events.length > 0) withJournal(this.#db.name, put);
  }

  heads(receiver: string, max: number): readonly OutboxDelivery[] {
    return (this.#db.prepare(HEADS).all(receiver, max) as DeliveryRow[]).map(deliveryFrom);
  }

  delivered(eventId: string, receiver: string): void {
    this.#runUnsynced(`DELETE FROM webhook_deliveries WHERE ${OF_EVENT}`, receiver, eventId);
    // Of what nobody waits for, the id alone is wanted.
    this.#runUnsynced(`UPDATE webhook_events SET body = '' WHERE event_id = ? AND ${UNAWAITED}`, eventId);
  }

  setDelivery(eventId: string, receiver: string, { state, tries, nextAtMs, error }: DeliveryState): void {
    const sql = `UPDATE webhook_deliveries SET state = ?, tries = ?, next_at_ms = ?, error = ? WHERE ${OF_EVENT}`;
    this.#runUnsynced(sql, state, tries, nextAtMs, error, receiver, eventId);
  }

  deliveries(max: number, state?: DeliveryState['state']): readonly OutboxDelivery[] {
    const rows = this.#db.prepare(`${DELIVERIES} WHERE d.state = coalesce(?, d.state) ORDER BY d.seq LIMIT ?`);
    return (rows.all(state ?? null, max) as DeliveryRow[]).map(deliveryFrom);
  }

  replay(eventIds?: readonly string[]): number {
    const ofEvents = 'AND seq IN (SELECT seq FROM webhook_events WHERE event_id IN (SELECT value FROM json_each(?)))';
    return eventIds === undefined
      ? this.#changed(AGAIN)
      : this.#changed(`${AGAIN} ${ofEvents}`, JSON.stringify(eventIds));
  }

  counts(): readonly OutboxCount[] {
    return this.#db.prepare(COUNTS).all() as OutboxCount[];
  }

  trim({ ids, parked }: { readonly ids: number; readonly parked: number }): number {
    const old = `state = 'parked' AND seq <= (
      SELECT seq FROM webhook_deliveries WHERE state = 'parked' ORDER BY seq DESC LIMIT 1 OFFSET ?)`;
    const dropped = this.#changed(`DELETE FROM webhook_deliveries WHERE ${old}`, parked);
    const known = `SELECT seq FROM webhook_events WHERE ${UNAWAITED} ORDER BY seq DESC LIMIT 1 OFFSET ?`;
    this.#changed(`DELETE FROM webhook_events WHERE ${UNAWAITED} AND seq <= (${known})`, ids);
    return dropped;
  }

  #changed(sql: string, ...values: (string | number)[]): number {
    return withJournal(this.#db.name, () => this.#db.prepare(sql).run(...values).changes);
  }

  #runUnsynced(sql: string, ...values: (string | number | null)[]): void {
    withJournal(this.#db.name, () => unsynced(this.#db, () => void this.#db.prepare(sql).run(...values)));
  }
}

const deliveryFrom = (row: DeliveryRow): OutboxDelivery => ({
  eventId: row.event_id,
  receiver: row.receiver,
  type: row.type,
  line: row.line,
  body: row.body,
  toldAtMs: row.told_at_ms,
  state: row.state,
  tries: row.tries,
  nextAtMs: row.next_at_ms,
  error: row.error,
});
