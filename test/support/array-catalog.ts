/**
 * A catalog that answers plain queries from arrays, for tests of what stands above the port.
 * It knows `SELECT a, b FROM view WHERE c = ? AND d > ? ORDER BY e, f LIMIT n`, and refuses all other SQL.
 * It never makes a view: a test says what the views hold.
 */
import type { Catalog, SqlParameter, SqlRow, SqlValue } from '@pitlane/ports/catalog';

const QUERY = /^SELECT (.+?) FROM (\w+)(?: WHERE (.+?))?(?: ORDER BY (.+?))?(?: LIMIT (\d+))?$/;

/** Views that are empty where a test does not fill them. */
const NOBODY_SAID: ReadonlySet<string> = new Set(['corrections']);

export class ArrayCatalog implements Catalog {
  readonly queries: string[] = [];
  readonly views: Record<string, SqlRow[]>;

  constructor(views: Record<string, SqlRow[]>) {
    this.views = views;
  }

  async query(sql: string, parameters: readonly SqlParameter[] = []): Promise<readonly SqlRow[]> {
    this.queries.push(sql);
    const [, columns = '', view = '', where, orderBy, limit] = QUERY.exec(sql) ?? [];
    const rows = this.views[view] ?? (NOBODY_SAID.has(view) ? [] : undefined);
    if (!rows) throw new Error(`the array catalog does not understand: ${sql}`);
    const tests = where?.split(' AND ').map((condition, i) => testOf(condition, parameters[i] ?? null)) ?? [];
    const found = rows.filter((row) => tests.every((test) => test(row)));
    if (orderBy) found.sort((a, b) => compareBy(orderBy.split(', '), a, b));
    return found.slice(0, limit === undefined ? undefined : Number(limit)).map((row) => {
      return Object.fromEntries(columns.split(', ').map((column) => [column, valueOf(row, column)]));
    });
  }

  async append(): Promise<void> {
    throw new Error('the array catalog takes no events');
  }

  async sandboxed(): Promise<never> {
    throw new Error('the array catalog has no sandbox');
  }

  async estimate(): Promise<never> {
    throw new Error('the array catalog has no sandbox');
  }

  async wipe(): Promise<void> {}
  async close(): Promise<void> {}
}

function valueOf(row: SqlRow, column: string): SqlValue {
  const value = row[column];
  if (value === undefined) throw new Error(`the test gave no column ${column}`);
  return value;
}

function comparable(value: SqlValue | SqlParameter): number | string {
  if (typeof value === 'number') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function testOf(condition: string, parameter: SqlParameter): (row: SqlRow) => boolean {
  const [, column = '', operator] = /^(\w+) (=|<>|>|>=|<) \?$/.exec(condition) ?? [];
  const wanted = comparable(parameter);
  return (row) => {
    const value = comparable(valueOf(row, column));
    if (operator === '=') return value === wanted;
    if (operator === '<>') return value !== wanted;
    if (operator === '>') return value > wanted;
    if (operator === '>=') return value >= wanted;
    if (operator === '<') return value < wanted;
    throw new Error(`the array catalog does not understand: ${condition}`);
  };
}

function compareBy(columns: readonly string[], a: SqlRow, b: SqlRow): number {
  for (const column of columns) {
    const [x, y] = [comparable(valueOf(a, column)), comparable(valueOf(b, column))];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
