/** Values of people and logs inside lines that are copied: nothing in them may end a shell's word or an SQL's text. */

export type SqlEngine = 'duckdb' | 'bigquery';

/** One word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A text literal; BigQuery takes a backslash for the beginning of an escape, and DuckDB for itself. */
export function sqlText(text: string, engine: SqlEngine = 'duckdb'): string {
  if (engine === 'duckdb') return `'${text.replaceAll("'", "''")}'`;
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `'${escaped}'`;
}
