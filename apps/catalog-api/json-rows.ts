/**
 * Rows of the views as JSON: camelCase, every time as decimal nanoseconds in text (`startTime`, `endTime`, `dockedAt`, …),
 * objects as URLs.
 */
import { timeNsFromText } from '@pitlane/base/time';
import type { SqlRow, SqlValue } from '@pitlane/ports/catalog';

/** The address of an object of the store, for people and tools. */
export type ObjectUrl = (objectName: string) => string;

/** Columns that hold a JSON object as text. */
const JSON_COLUMNS = new Set(['labels', 'metadata', 'corrected_labels']);
/** Nanoseconds that are no time since 1970. */
const LENGTH_COLUMNS = new Set(['step_ns', 'offset_ns', 'residual_ns']);
/** TIMESTAMP columns without nanoseconds beside them. */
const CLOCK_COLUMNS = new Set(['docked_at', 'signed_at', 'noted_at', 'corrected_at']);
/** Columns that name an object. */
const OBJECT_COLUMNS = new Set(['object', 'manifest_object']);
/** TIMESTAMP columns that say less than the nanoseconds beside them, and what only orders the page. */
const LEFT_OUT = /^(?:time|start_time|end_time|key_\d+)$/;

export function rowAsJson(row: SqlRow, objectUrl: ObjectUrl): Readonly<Record<string, unknown>> {
  const json: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(row)) {
    if (LEFT_OUT.test(column)) continue;
    json[jsonName(column)] = jsonValue(column, value, objectUrl);
  }
  return json;
}

/** `bytes_raw` as `bytesRaw`, `start_ns` as `startTime`, `offset_ns` as `offsetNs`. */
export function jsonName(column: string): string {
  if (column === 'time_ns') return 'time';
  return (LENGTH_COLUMNS.has(column) ? column : column.replace(/_ns$/, '_time')).replace(
    /_([a-z0-9])/g,
    (_, letter: string) => letter.toUpperCase(),
  );
}

/** What a column is in JSON, where its type in SQL does not say it. */
export function jsonKindOf(column: string): 'time' | 'document' | 'address' | undefined {
  if (column.endsWith('_ns') || CLOCK_COLUMNS.has(column)) return 'time';
  if (JSON_COLUMNS.has(column)) return 'document';
  return OBJECT_COLUMNS.has(column) ? 'address' : undefined;
}

function jsonValue(column: string, value: SqlValue | undefined, objectUrl: ObjectUrl): unknown {
  if (value === undefined || value === null) return null;
  if (OBJECT_COLUMNS.has(column) && typeof value === 'string') return objectUrl(value);
  if (CLOCK_COLUMNS.has(column) && typeof value === 'string') return String(timeNsFromText(value));
  if (!JSON_COLUMNS.has(column) || typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
