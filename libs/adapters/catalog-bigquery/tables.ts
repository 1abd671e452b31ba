/**
 * The event tables in BigQuery. Each row has two columns more than the twin's: `partition_day`, by which the table is
 * partitioned, and `batch`, the number of the load that brought it; a row counts from the moment at which its batch is in
 * `committed_batches`, so a batch of several tables becomes visible at once. Log times are NUMERIC(20) here, whole: INT64
 * ends at 2^63, and the views make INT64 of what fits. Clustered by drive, since every question names one.
 */
import type { CellType, TableName } from '@pitlane/contracts/catalog';
import { TABLE_NAMES, TABLES } from '@pitlane/contracts/catalog';
import type { FullName } from './names.ts';
import { COMMITTED, MIGRATIONS } from './names.ts';

const SQL_TYPE: Readonly<Record<Exclude<CellType, 'id'>, string>> = {
  text: 'STRING',
  int: 'INT64',
  real: 'FLOAT64',
  time: 'NUMERIC(20)',
  'text[]': 'ARRAY<STRING>',
  'int[]': 'ARRAY<INT64>',
  'real[]': 'ARRAY<FLOAT64>',
};

/** The tables that grow with every chunk: nobody reads one whole by mistake. */
const BIG: ReadonlySet<TableName> = new Set([
  'chunk_events',
  'chunk_channel_events',
  'signal_events',
  'track_events',
  'track_cell_events',
  'frame_events',
]);

/** A filter that every day passes, and that BigQuery accepts where it requires one. */
export const ANY_DAY = "partition_day >= DATE '0001-01-01'";

/** Columns with their place in an event row. The numbers made of ids serve the twin alone. */
export function columnsOf(table: TableName): readonly { name: string; type: Exclude<CellType, 'id'>; cell: number }[] {
  return Object.entries(TABLES[table] as Readonly<Record<string, CellType>>).flatMap(([name, type], cell) =>
    type === 'id' ? [] : [{ name, type, cell }],
  );
}

export function tableStatements(full: FullName): string[] {
  const events = TABLE_NAMES.map((table) => {
    const columns = columnsOf(table);
    const clustered = ['tenant', 'drive_id', 'recording_id', 'ordinal'].filter((name) =>
      columns.some((column) => column.name === name),
    );
    const options = BIG.has(table) ? ' OPTIONS (require_partition_filter = TRUE)' : '';
    return `CREATE TABLE IF NOT EXISTS ${full(table)} (partition_day DATE NOT NULL, batch INT64 NOT NULL, ${columns
      .map(({ name, type }) => `${name} ${SQL_TYPE[type]}`)
      .join(', ')}) PARTITION BY partition_day CLUSTER BY ${clustered.join(', ')}${options}`;
  });
  return [...events, `CREATE TABLE IF NOT EXISTS ${full(COMMITTED)} (batch INT64 NOT NULL, committed_rows INT64)`];
}

export const migrationsTable = (full: FullName): string =>
  `CREATE TABLE IF NOT EXISTS ${full(MIGRATIONS)} (version INT64 NOT NULL, views_sha256 STRING, applied_at TIMESTAMP)`;
