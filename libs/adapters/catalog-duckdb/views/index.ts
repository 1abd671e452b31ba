/**
 * Makes the catalog's views in DuckDB, exactly as the contract names them: every column is cast to its type there, and
 * the columns of time are derived here from whole unsigned nanoseconds. It stands between the event tables and everybody
 * who reads; it never writes a row.
 */
import type { ColumnType, ViewColumn } from '@pitlane/contracts/catalog';
import { VIEWS } from '@pitlane/contracts/catalog';
import { BODIES } from './bodies.ts';
import { DATASET_BODIES, DATASET_STEPS } from './datasets.ts';
import { STEPS } from './newest.ts';

export const SQL_TYPE_OF: Readonly<Record<ColumnType, string>> = {
  STRING: 'VARCHAR',
  INT64: 'BIGINT',
  FLOAT64: 'DOUBLE',
  BOOL: 'BOOLEAN',
  TIMESTAMP: 'TIMESTAMP',
  DATE: 'DATE',
  GEOGRAPHY: 'VARCHAR',
  'ARRAY<STRING>': 'VARCHAR[]',
};

/** Times from 2^63 on do not fit: the cast makes them NULL. */
const DERIVED: Readonly<Record<string, string>> = {
  start_ns: 'TRY_CAST(start_u AS BIGINT)',
  end_ns: 'TRY_CAST(end_u AS BIGINT)',
  track_start_ns: 'TRY_CAST(track_start_u AS BIGINT)',
  window_ns: 'TRY_CAST(window_u AS BIGINT)',
  start_time: 'make_timestamp(TRY_CAST(start_u AS BIGINT) // 1000)',
  end_time: 'make_timestamp(TRY_CAST(end_u AS BIGINT) // 1000)',
};

/** Their bodies give `start_ns` and `end_ns` themselves. */
const GIVES_NS: ReadonlySet<string> = new Set([
  'chunks',
  'chunks_on_utc',
  'recording_chunks',
  'chunk_topics',
  'event_chunks',
  'trajectories',
  'trajectory_cells',
]);
const FROM_NS: Readonly<Record<string, string>> = {
  ...DERIVED,
  start_ns: 'start_ns',
  end_ns: 'end_ns',
  start_time: 'make_timestamp(start_ns // 1000)',
  end_time: 'make_timestamp(end_ns // 1000)',
};

const selectedIn =
  (view: string) =>
  ({ name, type }: ViewColumn): string => {
    const derived = (GIVES_NS.has(view) ? FROM_NS : DERIVED)[name];
    return derived === undefined ? `CAST(${name} AS ${SQL_TYPE_OF[type]}) AS ${name}` : `${derived} AS ${name}`;
  };

/** Whose drive it is after all. */
function corrected(columns: readonly ViewColumn[], body: string): string {
  const names = new Set(columns.map(({ name }) => name));
  if (!names.has('drive_id') || !names.has('vehicle_id')) return body;
  return `SELECT b.* REPLACE (coalesce(x.corrected_vehicle_id, b.vehicle_id) AS vehicle_id)
    FROM (${body}) b LEFT JOIN event.corrected x USING (tenant, drive_id)`;
}

/** Statements that make or replace all views. */
export function viewStatements(): string[] {
  const steps = [...STEPS, ...DATASET_STEPS].map(([name, sql]) => `CREATE OR REPLACE VIEW event.${name} AS ${sql}`);
  const bodies: Readonly<Record<string, string>> = { ...BODIES, ...DATASET_BODIES };
  const views = VIEWS.map(
    ({ name, columns }) =>
      `CREATE OR REPLACE VIEW main.${name} AS SELECT ${columns.map(selectedIn(name)).join(', ')} FROM (${corrected(columns, bodies[name] ?? '')})`,
  );
  return [...steps, ...views];
}
