/**
 * BigQuery's cells as the port's values. They come as text beside a schema, so nothing is rounded on the way: columns
 * `*_ns` stay decimal text, other whole numbers become numbers where they are safe, timestamps (asked for in whole
 * microseconds) RFC 3339.
 */
import { textFromTimeNs } from '@pitlane/base/time';
import type { SqlParameter, SqlRow, SqlValue } from '@pitlane/ports/catalog';
import type { ApiCell, ApiField } from './api.ts';

const STANDARD_NAME: Readonly<Record<string, string>> = {
  BOOLEAN: 'BOOL',
  FLOAT: 'FLOAT64',
  INTEGER: 'INT64',
  RECORD: 'STRUCT',
};

/** The type as standard SQL writes it. */
export function typeNameOf({ type, mode }: ApiField): string {
  const name = STANDARD_NAME[type] ?? type;
  return mode === 'REPEATED' ? `ARRAY<${name}>` : name;
}

export function rowFrom(fields: readonly ApiField[], cells: readonly { readonly v: ApiCell }[]): SqlRow {
  return Object.fromEntries(fields.map((field, i) => [field.name, valueFrom(field, cells[i]?.v ?? null)]));
}

function valueFrom(field: ApiField, cell: ApiCell): SqlValue {
  if (field.mode === 'REPEATED') {
    const items = (cell ?? []) as readonly { readonly v: ApiCell }[];
    return items.map(({ v }) => valueFrom({ ...field, mode: 'NULLABLE' }, v));
  }
  if (cell === null) return null;
  if (typeof cell === 'string') return scalarFrom(field, cell);
  return 'f' in cell ? rowFrom(field.fields ?? [], cell.f) : null;
}

function scalarFrom({ name, type }: ApiField, text: string): SqlValue {
  switch (STANDARD_NAME[type] ?? type) {
    case 'INT64':
      return wholeFrom(text, name.endsWith('_ns'));
    case 'FLOAT64':
      return Number.isFinite(Number(text)) ? Number(text) : text;
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return /^-?\d+$/.test(text) ? wholeFrom(text, name.endsWith('_ns')) : text;
    case 'BOOL':
      return text === 'true';
    case 'TIMESTAMP':
      return timestampFrom(BigInt(text));
    default:
      return text;
  }
}

function wholeFrom(text: string, asText: boolean): SqlValue {
  const value = Number(text);
  return asText || !Number.isSafeInteger(value) ? text : value;
}

/** Times before 1970 too; BigQuery's own end with the year 9999. */
function timestampFrom(micros: bigint): string {
  if (micros >= 0n) return textFromTimeNs(micros * 1000n);
  const wholeMs = micros / 1000n - (micros % 1000n === 0n ? 0n : 1n);
  const text = new Date(Number(wholeMs)).toISOString().slice(0, 19);
  const fraction = (((micros % 1_000_000n) + 1_000_000n) % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '');
  return fraction === '' ? `${text}Z` : `${text}.${fraction}Z`;
}

/** Positional parameters. A NULL travels as text: compare it with text columns only. */
export function parametersFrom(parameters: readonly SqlParameter[]): object[] {
  return parameters.map((value) => ({
    parameterType: { type: parameterTypeOf(value) },
    parameterValue: value === null ? {} : { value: String(value) },
  }));
}

function parameterTypeOf(value: SqlParameter): string {
  if (typeof value === 'bigint') return 'INT64';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'INT64' : 'FLOAT64';
  return typeof value === 'boolean' ? 'BOOL' : 'STRING';
}
