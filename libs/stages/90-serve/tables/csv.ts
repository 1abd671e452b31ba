/**
 * CSV by RFC 4180: a head line, CRLF, quotes where they are needed. What is NULL stands as nothing and an empty text as `""`, as
 * PostgreSQL and DuckDB tell the two apart; lists and structs are JSON.
 */
import type { SqlResult, SqlValue } from '@pitlane/ports/catalog';

const BLOCK_CHARACTERS = 64 * 1024;

export function* csvBlocks({ columns, rows }: Pick<SqlResult, 'columns' | 'rows'>): Generator<string> {
  let block = lineOf(columns.map(({ name }) => name));
  for (const row of rows) {
    block += lineOf(columns.map(({ name }) => row[name] ?? null));
    if (block.length < BLOCK_CHARACTERS) continue;
    yield block;
    block = '';
  }
  if (block !== '') yield block;
}

const lineOf = (values: readonly SqlValue[]): string => `${values.map(fieldOf).join(',')}\r\n`;

function fieldOf(value: SqlValue): string {
  if (value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
