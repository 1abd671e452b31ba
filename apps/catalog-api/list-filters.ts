/** One filter of a list as SQL, in the dialect of the engine that is asked. */
import { CATALOG_TIME_END_NS, textFromTimeNs, timeNsFromText } from '@pitlane/base/time';
import type { Catalog, SqlParameter } from '@pitlane/ports/catalog';
import type { FilterSql, ListDefinition } from './lists.ts';

/** `label.software`; the name stands in a path of JSON, so it may not hold what ends one. */
export const LABEL_FILTER = '^label\\.[A-Za-z0-9_.:/ -]{1,64}$';
const LABEL_NAME = new RegExp(LABEL_FILTER);
const LABEL = 'label.';

/** `2026-03-18` */
const DAY_LETTERS = 10;

export function filterOf(list: ListDefinition, name: string): FilterSql | undefined {
  if (list.labels === undefined || !LABEL_NAME.test(name)) return list.filters[name];
  const path = `'$."${name.slice(LABEL.length)}"'`;
  return {
    sql: `json_extract_string(${list.labels}, ${path}) = ?`,
    bigQuerySql: `JSON_VALUE(${list.labels}, ${path}) = ?`,
    kind: 'text',
  };
}

export function conditionOf(
  { sql, bigQuerySql = sql, kind }: FilterSql,
  value: string,
  dialect: Catalog['dialect'],
): { readonly sql: string; readonly parameters: readonly SqlParameter[] } {
  if (kind === 'flag') return { sql: value === 'true' ? sql : `NOT (${sql})`, parameters: [] };
  const spoken = dialect === 'bigquery' ? bigQuerySql : sql;
  const places = spoken.split('?').length - 1;
  return { sql: spoken, parameters: Array.from({ length: places }, () => parameterFrom(kind, value)) };
}

function parameterFrom(kind: FilterSql['kind'], text: string): string {
  if (kind === 'time') return catalogTime(text);
  return kind === 'day' ? dayOf(text) : text;
}

/** Times beyond INT64 lie behind everything that the catalog holds. */
export function catalogTime(text: string): string {
  const timeNs = timeNsFromText(text);
  return String(timeNs < CATALOG_TIME_END_NS ? timeNs : CATALOG_TIME_END_NS - 1n);
}

/** The UTC day of a time, `2026-03-18`. */
export const dayOf = (text: string): string => textFromTimeNs(BigInt(catalogTime(text))).slice(0, DAY_LETTERS);
