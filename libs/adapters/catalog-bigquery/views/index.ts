/**
 * Makes the catalog's views in BigQuery, exactly as the contract names them: every column is cast to its type there, and
 * the columns of time are derived here from whole unsigned nanoseconds. It stands between the event tables and everybody
 * who reads; it never writes a row.
 */
import { assert } from '@pitlane/base/errors';
import type { ViewColumn } from '@pitlane/contracts/catalog';
import { VIEWS } from '@pitlane/contracts/catalog';
import type { FullName } from '../names.ts';
import { BODIES } from './bodies.ts';
import { DATASET_BODIES } from './datasets.ts';
import { withSteps } from './steps.ts';

/** Times from 2^63 on do not fit: the cast makes them NULL. */
const nsOf = (column: string): string => `SAFE_CAST(${column} AS INT64)`;
const microsOf = (column: string): string => `TIMESTAMP_MICROS(DIV(${nsOf(column)}, 1000))`;
const DERIVED: Readonly<Record<string, string>> = {
  start_ns: nsOf('start_u'),
  end_ns: nsOf('end_u'),
  track_start_ns: nsOf('track_start_u'),
  window_ns: nsOf('window_u'),
  start_time: microsOf('start_u'),
  end_time: microsOf('end_u'),
};

function selected({ name, type }: ViewColumn, source: Source): string {
  const derived = DERIVED[name];
  if (derived !== undefined) return `${derived} AS ${name}`;
  if (name === 'vehicle_id') return `${source.vehicle} AS vehicle_id`;
  // An array that a join did not find is NULL in the middle of a query.
  if (type === 'GEOGRAPHY') return `ST_GEOGFROMTEXT(b.${name}) AS ${name}`;
  return type === 'ARRAY<STRING>' ? `IFNULL(b.${name}, []) AS ${name}` : `CAST(b.${name} AS ${type}) AS ${name}`;
}

interface Source {
  readonly from: string;
  readonly vehicle: string;
}

/** What a view selects from, with whose drive it is after all. */
function sourceOf(columns: readonly ViewColumn[], body: string): Source {
  const names = new Set(columns.map(({ name }) => name));
  if (!names.has('drive_id') || !names.has('vehicle_id')) return { from: `(${body}) AS b`, vehicle: 'b.vehicle_id' };
  return {
    from: `(${body}) AS b LEFT JOIN step_corrected AS x ON x.tenant = b.tenant AND x.drive_id = b.drive_id`,
    vehicle: 'COALESCE(x.corrected_vehicle_id, b.vehicle_id)',
  };
}

/** Statements that make or replace all views. Each brings its own steps, so the dataset holds nothing between. */
export function viewStatements(full: FullName): string[] {
  return VIEWS.map(({ name, columns }) => {
    const body = BODIES[name] ?? DATASET_BODIES[name];
    assert(body !== undefined, `the view ${name} has a body`);
    const source = sourceOf(columns, body);
    const sql = `SELECT ${columns.map((column) => selected(column, source)).join(', ')} FROM ${source.from}`;
    return `CREATE OR REPLACE VIEW ${full(name)} AS WITH ${withSteps(sql, full)} ${sql}`;
  });
}
