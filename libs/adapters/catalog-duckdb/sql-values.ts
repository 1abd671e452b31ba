/**
 * DuckDB's values as the port's: times of the columns `*_ns` always as decimal text, other whole numbers as numbers where
 * they are safe and as text where not, timestamps as RFC 3339, dates as yyyy-mm-dd, lists as arrays, structs as objects.
 */
import type { DuckDBValue } from '@duckdb/node-api';
import {
  DuckDBDateValue,
  DuckDBListValue,
  DuckDBArrayValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
} from '@duckdb/node-api';
import { textFromTimeNs } from '@pitlane/base/time';
import type { SqlValue } from '@pitlane/ports/catalog';

export const isTimeColumn = (name: string): boolean => name.endsWith('_ns');

export function sqlValueFrom(value: DuckDBValue, wholeAsText: boolean): SqlValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return wholeAsText ? String(value) : fromWhole(value);
  if (typeof value === 'number') return wholeAsText || !Number.isFinite(value) ? String(value) : value;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return fromTime(value) ?? fromNested(value, wholeAsText) ?? String(value);
}

const fromWhole = (value: bigint): SqlValue =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);

function fromTime(value: object): SqlValue | undefined {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return textFromTicks(value.micros, 1000n);
  }
  if (value instanceof DuckDBTimestampNanosecondsValue) return textFromTicks(value.nanos, 1n);
  if (value instanceof DuckDBTimestampMillisecondsValue) return textFromTicks(value.millis, 1_000_000n);
  if (value instanceof DuckDBTimestampSecondsValue) return textFromTicks(value.seconds, 1_000_000_000n);
  if (value instanceof DuckDBDateValue) return value.toString();
  return undefined;
}

/** Times before 1970 and the two infinities have no RFC 3339 of ours: DuckDB's own text serves. */
function textFromTicks(ticks: bigint, nsPerTick: bigint): string {
  if (ticks >= 0n) return textFromTimeNs(ticks * nsPerTick);
  const text = new DuckDBTimestampValue((ticks * nsPerTick) / 1000n).toString();
  return /^\d{4}-/.test(text) ? `${text.replace(' ', 'T')}Z` : text;
}

function fromNested(value: object, wholeAsText: boolean): SqlValue | undefined {
  const inner = (item: DuckDBValue): SqlValue => sqlValueFrom(item, wholeAsText);
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(inner);
  if (value instanceof DuckDBUnionValue) return inner(value.value);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, item]) => [name, inner(item)]));
  }
  if (value instanceof DuckDBMapValue) {
    return value.entries.map((entry) => ({ key: inner(entry.key), value: inner(entry.value) }));
  }
  return undefined;
}
