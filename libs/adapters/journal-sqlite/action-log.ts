/** What people asked for, in SQLite, in the order of asking. */
import type { ActionEntry, ActionLog } from '@pitlane/ports/journal';
import type Database from 'better-sqlite3';
import { withJournal } from './journal-errors.ts';

/** One that stands there keeps its place. */
const PUT = `INSERT INTO actions (action_id, is_open, entry) VALUES (?, ?, ?)
  ON CONFLICT (action_id) DO UPDATE SET is_open = excluded.is_open, entry = excluded.entry`;
const NEWEST = `SELECT entry FROM actions
  WHERE seq < coalesce((SELECT seq FROM actions WHERE action_id = ?), 9223372036854775807) ORDER BY seq DESC LIMIT ?`;
const TRIM = `DELETE FROM actions WHERE is_open = 0 AND seq <= (SELECT seq FROM actions ORDER BY seq DESC LIMIT 1 OFFSET ?)`;

export class SqliteActionLog implements ActionLog {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  put(action: ActionEntry): void {
    const isOpen = action.state === 'waiting' || (action.untold?.length ?? 0) > 0;
    const values = [action.actionId, isOpen ? 1 : 0, JSON.stringify(action)];
    withJournal(this.#db.name, () => this.#db.prepare(PUT).run(...values));
  }

  find(actionId: string): ActionEntry | undefined {
    return this.#entries('SELECT entry FROM actions WHERE action_id = ?', actionId)[0];
  }

  newest(max: number, before?: string): readonly ActionEntry[] {
    return this.#entries(NEWEST, before ?? null, max);
  }

  open(): readonly ActionEntry[] {
    return this.#entries('SELECT entry FROM actions WHERE is_open = 1 ORDER BY seq');
  }

  trim(keep: number): number {
    return withJournal(this.#db.name, () => this.#db.prepare(TRIM).run(keep).changes);
  }

  #entries(sql: string, ...values: (string | number | null)[]): ActionEntry[] {
    return (this.#db.prepare(sql).all(...values) as { entry: string }[]).map(
      ({ entry }) => JSON.parse(entry) as ActionEntry,
    );
  }
}
