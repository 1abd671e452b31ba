/**
 * How a column of an answer stands in Parquet: by the type that the engine names, DuckDB's words and BigQuery's, as long as
 * every value fits it. Otherwise it is text, as it is in JSON: nothing is rounded, cut or left out.
 */
import type { SqlResult, SqlRow, SqlValue } from '@pitlane/ports/catalog';
import type { SchemaElement } from 'hyparquet-writer';

export interface ParquetColumn {
  readonly name: string;
  readonly schema: readonly SchemaElement[];
  of(value: SqlValue): unknown;
}

interface Kind {
  readonly types: RegExp;
  readonly schemaOf: (name: string) => readonly SchemaElement[];
  /** Undefined for what does not fit. */
  readonly of: (value: Exclude<SqlValue, null>) => unknown;
}

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;

const optional =
  (element: Omit<SchemaElement, 'name' | 'repetition_type'>) =>
  (name: string): readonly SchemaElement[] => [{ name, repetition_type: 'OPTIONAL', ...element }];

const KINDS: readonly Kind[] = [
  {
    types: /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|INT64)$/,
    schemaOf: optional({ type: 'INT64' }),
    of: wholeFrom,
  },
  { types: /^(?:DOUBLE|FLOAT|FLOAT64)$/, schemaOf: optional({ type: 'DOUBLE' }), of: realFrom },
  {
    types: /^BOOL(?:EAN)?$/,
    schemaOf: optional({ type: 'BOOLEAN' }),
    of: (value) => (typeof value === 'boolean' ? value : undefined),
  },
  {
    types: /^TIMESTAMP(?:_S|_MS|_NS| WITH TIME ZONE)?$/,
    schemaOf: optional({ type: 'INT64', converted_type: 'TIMESTAMP_MICROS' }),
    of: microsFrom,
  },
  { types: /^DATE$/, schemaOf: optional({ type: 'INT32', converted_type: 'DATE' }), of: dayFrom },
  {
    types: /^(?:VARCHAR\[\]|ARRAY<STRING>)$/,
    schemaOf: (name) => [
      { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type: 'OPTIONAL', ...TEXT },
    ],
    of: (value) => (Array.isArray(value) && value.every(isTextOrNull) ? value : undefined),
  },
];

export function parquetColumns({ columns, rows }: Pick<SqlResult, 'columns' | 'rows'>): ParquetColumn[] {
  return columns.map(({ name, type }) => {
    const kind = KINDS.find(({ types }) => types.test(type));
    if (!kind || !rows.every((row) => fits(row, name, kind))) {
      return { name, schema: optional(TEXT)(name), of: textFrom };
    }
    return { name, schema: kind.schemaOf(name), of: (value) => (value === null ? null : kind.of(value)) };
  });
}

function fits(row: SqlRow, name: string, { of }: Kind): boolean {
  const value = row[name] ?? null;
  return value === null || of(value) !== undefined;
}

const isTextOrNull = (value: SqlValue): boolean => value === null || typeof value === 'string';

function textFrom(value: SqlValue): string | null {
  if (value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function wholeFrom(value: SqlValue): bigint | undefined {
  const isWhole = Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d{1,20}$/.test(value));
  if (!isWhole) return undefined;
  const whole = BigInt(value as string | number);
  return BigInt.asIntN(64, whole) === whole ? whole : undefined;
}

const UNREAL: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity, '-Infinity': -Infinity };

function realFrom(value: SqlValue): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? UNREAL[value] : undefined;
}

/** RFC 3339 in UTC, of whole microseconds. */
function microsFrom(value: SqlValue): bigint | undefined {
  if (typeof value !== 'string') return undefined;
  const [, seconds, fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})0*)?Z$/.exec(value) ?? [];
  const ms = seconds === undefined ? Number.NaN : Date.parse(`${seconds}Z`);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1000n + BigInt(fraction.padEnd(6, '0'));
}

const DAY_MS = 86_400_000;

function dayFrom(value: SqlValue): number | undefined {
  const isDay = typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
  const ms = isDay ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms / DAY_MS;
}
