/**
 * The event tables in DuckDB, each row with the adapter's own ever-growing `seq`. They live in the schema `event`, so that
 * a bare name in a person's SQL can never mean one. Log times are UBIGINT here, whole; the views make INT64 of them.
 */
import { TABLE_NAMES, TABLES, VIEWS } from '@pitlane/contracts/catalog';
import { settledTableStatements } from './settled-tables.ts';
import { SQL_TYPE } from './sql-types.ts';

/** Statements that make the tables where they are missing. */
export function tableStatements(): string[] {
  const tables = TABLE_NAMES.map((name) => {
    const columns = Object.entries(TABLES[name]).map(([column, type]) => `${column} ${SQL_TYPE[type]}`);
    return `CREATE TABLE IF NOT EXISTS event.${name} (${columns.join(', ')})`;
  });
  return [
    'CREATE SCHEMA IF NOT EXISTS event',
    'CREATE TABLE IF NOT EXISTS event.catalog_meta (schema_version BIGINT)',
    ...tables,
    ...settledTableStatements(),
  ];
}

export const VIEW_NAMES: ReadonlySet<string> = new Set(VIEWS.map((view) => view.name));
