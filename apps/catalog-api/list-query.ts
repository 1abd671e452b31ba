/** One page of a list: the SQL for it, and the answer from its rows. */
import { VIEWS } from '@pitlane/contracts/catalog';
import type { Catalog, SqlParameter, SqlRow } from '@pitlane/ports/catalog';
import { cursorFrom, type KeyValue, keyFromCursor } from './cursor.ts';
import { type ObjectUrl, rowAsJson } from './json-rows.ts';
import { conditionOf, filterOf } from './list-filters.ts';
import { type ListDefinition, viewOf, WHOLE_NUMBERS } from './lists.ts';

export const PAGE_DEFAULT = 100;
export const PAGE_MAX = 2000;

export interface PageRequest {
  readonly limit?: number;
  readonly cursor?: string;
  /** One of the list's further orders. */
  readonly order?: string;
  readonly filters: Readonly<Record<string, string | undefined>>;
}

export interface Page {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly next: string | null;
}

export async function pageOf(
  catalog: Catalog,
  list: ListDefinition,
  request: PageRequest,
  objectUrl: ObjectUrl,
): Promise<Page> {
  const limit = request.limit ?? PAGE_DEFAULT;
  const order = orderOf(list, request.order);
  const { sql, parameters } = querySql(list, order, request, { limit, dialect: catalog.dialect });
  const rows = await catalog.query(sql, parameters);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    rows: shown.map((row) => rowAsJson(row, objectUrl)),
    next: last
      ? cursorFrom(
          order.name,
          order.keys.map((_, at) => keyValue(last, at)),
        )
      : null,
  };
}

interface Order {
  /** A cursor of one order is none of another. */
  readonly name: string;
  readonly keys: readonly string[];
  readonly isFalling: boolean;
}

function orderOf(list: ListDefinition, asked: string | undefined): Order {
  const keys = asked === undefined ? undefined : list.orders?.[asked];
  return keys
    ? { name: `${list.name} by ${asked}`, keys, isFalling: true }
    : { name: list.name, keys: list.order, isFalling: false };
}

/** One row more than asked for tells whether there is a next page. */
function querySql(
  list: ListDefinition,
  order: Order,
  request: PageRequest,
  { limit, dialect }: { readonly limit: number; readonly dialect: Catalog['dialect'] },
): { sql: string; parameters: readonly SqlParameter[] } {
  const columns = VIEWS.find(({ name }) => name === viewOf(list))?.columns.map(({ name }) => name) ?? [];
  const keys = order.keys.map((expression, at) => `${expression} AS key_${at}`);
  const conditions: string[] = [];
  const parameters: SqlParameter[] = [];
  for (const [name, value] of Object.entries(request.filters)) {
    const filter = filterOf(list, name);
    if (value === undefined || !filter) continue;
    const asked = conditionOf(filter, value, dialect);
    conditions.push(asked.sql);
    parameters.push(...asked.parameters);
  }
  if (request.cursor !== undefined) {
    const key = keyFromCursor(order.name, request.cursor, order.keys.length);
    conditions.push(behindSql(order.keys, order.isFalling ? '<' : '>'));
    parameters.push(...behindParameters(key));
  }
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const by = order.keys.map((_, at) => `key_${at}${order.isFalling ? ' DESC' : ''}`).join(', ');
  return {
    sql: `SELECT ${[...columns, ...keys].join(', ')} FROM ${viewOf(list)} ${where} ORDER BY ${by} LIMIT ${limit + 1}`,
    parameters,
  };
}

/** `a > ? OR (a = ? AND (b > ? …))`: understood by every engine, unlike row comparison. */
function behindSql(keys: readonly string[], sign: '<' | '>'): string {
  const [first, ...rest] = keys;
  if (first === undefined) return 'FALSE';
  const value = WHOLE_NUMBERS.has(first) ? 'CAST(? AS BIGINT)' : '?';
  if (rest.length === 0) return `${first} ${sign} ${value}`;
  return `(${first} ${sign} ${value} OR (${first} = ${value} AND ${behindSql(rest, sign)}))`;
}

function behindParameters(key: readonly KeyValue[]): SqlParameter[] {
  return key.flatMap((value, at) => (at === key.length - 1 ? [String(value)] : [String(value), String(value)]));
}

function keyValue(row: SqlRow, at: number): KeyValue {
  const value = row[`key_${at}`];
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
