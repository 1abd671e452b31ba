/** One page of a list: the SQL for it, and the answer from its rows. */
import { CATALOG_TIME_END_NS, textFromTimeNs, timeNsFromText } from '@pitlane/base/time';
import { VIEWS } from '@pitlane/contracts/catalog';
import type { Catalog, SqlParameter, SqlRow } from '@pitlane/ports/catalog';
import { cursorFrom, type KeyValue, keyFromCursor } from './cursor.ts';
import { type ObjectUrl, rowAsJson } from './json-rows.ts';
import { type FilterSql, type ListDefinition, viewOf, WHOLE_NUMBERS } from './lists.ts';

export const PAGE_DEFAULT = 100;
export const PAGE_MAX = 2000;

/** `2026-03-18` */
const DAY_LETTERS = 10;

export interface PageRequest {
  readonly limit?: number;
  readonly cursor?: string;
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
  const { sql, parameters } = querySql(list, request, limit);
  const rows = await catalog.query(sql, parameters);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    rows: shown.map((row) => rowAsJson(row, objectUrl)),
    next: last
      ? cursorFrom(
          list.name,
          list.order.map((_, at) => keyValue(last, at)),
        )
      : null,
  };
}

/** One row more than asked for tells whether there is a next page. */
function querySql(
  list: ListDefinition,
  request: PageRequest,
  limit: number,
): { sql: string; parameters: readonly SqlParameter[] } {
  const columns = VIEWS.find(({ name }) => name === viewOf(list))?.columns.map(({ name }) => name) ?? [];
  const keys = list.order.map((expression, at) => `${expression} AS key_${at}`);
  const conditions: string[] = [];
  const parameters: SqlParameter[] = [];
  for (const [name, value] of Object.entries(request.filters)) {
    const filter = list.filters[name];
    if (value === undefined || !filter) continue;
    conditions.push(filter.sql);
    parameters.push(valueOf(filter, value));
  }
  if (request.cursor !== undefined) {
    const key = keyFromCursor(list.name, request.cursor, list.order.length);
    conditions.push(afterSql(list.order));
    parameters.push(...afterParameters(key));
  }
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const order = list.order.map((_, at) => `key_${at}`).join(', ');
  return {
    sql: `SELECT ${[...columns, ...keys].join(', ')} FROM ${viewOf(list)} ${where} ORDER BY ${order} LIMIT ${limit + 1}`,
    parameters,
  };
}

/** `a > ? OR (a = ? AND (b > ? …))`: understood by every engine, unlike row comparison. */
function afterSql(order: readonly string[]): string {
  const [first, ...rest] = order;
  if (first === undefined) return 'FALSE';
  const value = WHOLE_NUMBERS.has(first) ? 'CAST(? AS BIGINT)' : '?';
  if (rest.length === 0) return `${first} > ${value}`;
  return `(${first} > ${value} OR (${first} = ${value} AND ${afterSql(rest)}))`;
}

function afterParameters(key: readonly KeyValue[]): SqlParameter[] {
  return key.flatMap((value, at) => (at === key.length - 1 ? [String(value)] : [String(value), String(value)]));
}

function keyValue(row: SqlRow, at: number): KeyValue {
  const value = row[`key_${at}`];
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

function valueOf({ kind }: FilterSql, text: string): string {
  if (kind === 'text') return text;
  if (kind === 'time') return catalogTime(text);
  return textFromTimeNs(BigInt(catalogTime(text))).slice(0, DAY_LETTERS);
}

/** Times beyond INT64 lie behind everything that the catalog holds. */
function catalogTime(text: string): string {
  const timeNs = timeNsFromText(text);
  return String(timeNs < CATALOG_TIME_END_NS ? timeNs : CATALOG_TIME_END_NS - 1n);
}
