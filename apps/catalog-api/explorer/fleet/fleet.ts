/** Answers about a fleet from the rows of its questions. */
import { timeNsFromText } from '@pitlane/base/time';
import type { SqlRow } from '@pitlane/ports/catalog';
import { countOf, numberOf, textOf } from '../of-drive.ts';

export interface FleetDay {
  readonly day: string;
  /** Null for drives that were docked in several. */
  readonly garage: string | null;
  readonly drives: number;
  readonly chunks: number;
  readonly bytesStored: number;
}

/** Oldest first; drives of several garages are one row a day. */
export function daysFrom(rows: readonly SqlRow[]): FleetDay[] {
  const days = new Map<string, FleetDay>();
  for (const row of rows) {
    const garages = textOf(row['garages']) ?? '';
    const garage = garages === '' || garages.includes(', ') ? null : garages;
    const day = textOf(row['day']) ?? '';
    const key = JSON.stringify([day, garage]);
    const before = days.get(key);
    days.set(key, {
      day,
      garage,
      drives: (before?.drives ?? 0) + countOf(row['drives']),
      chunks: (before?.chunks ?? 0) + countOf(row['chunks']),
      bytesStored: (before?.bytesStored ?? 0) + countOf(row['bytes_stored']),
    });
  }
  return [...days.values()].sort(
    (a, b) => compare(a.day, b.day) || compare(a.garage ?? '\uffff', b.garage ?? '\uffff'),
  );
}

export interface GarageBacklog {
  readonly garage: string;
  readonly waitingRecordings: number;
  readonly waitingBytes: number;
  readonly oldestS: number | null;
  readonly lagP50S: number | null;
  readonly lagP95S: number | null;
  /** The day that the lag is of. */
  readonly lagDay: string | null;
}

export function garagesFrom(waiting: readonly SqlRow[], lags: readonly SqlRow[], nowMs: number): GarageBacklog[] {
  const byGarage = (rows: readonly SqlRow[]) => new Map(rows.map((row) => [textOf(row['garage']) ?? '', row]));
  const [waits, lag] = [byGarage(waiting), byGarage(lags)];
  return [...new Set([...waits.keys(), ...lag.keys()])].sort(compare).map((garage) => {
    const [wait, told] = [waits.get(garage), lag.get(garage)];
    return {
      garage,
      waitingRecordings: countOf(wait?.['recordings']),
      waitingBytes: countOf(wait?.['bytes']),
      oldestS: ageS(wait?.['oldest'], nowMs),
      lagP50S: numberOf(told?.['p50_seconds']),
      lagP95S: numberOf(told?.['p95_seconds']),
      lagDay: textOf(told?.['day']),
    };
  });
}

/** A garage's clock may be ahead of ours. */
function ageS(oldest: SqlRow[string] | undefined, nowMs: number): number | null {
  if (typeof oldest !== 'string') return null;
  return Math.max(0, Math.round(nowMs / 1000 - Number(timeNsFromText(oldest) / 1_000_000n) / 1000));
}

/** Days with anything on them, each with the seconds of each state. */
export function calendarFrom(rows: readonly SqlRow[]): { day: string; seconds: Record<string, number> }[] {
  const days = new Map<string, Record<string, number>>();
  for (const row of rows) {
    const day = textOf(row['day']) ?? '';
    const seconds = days.get(day) ?? {};
    seconds[textOf(row['state']) ?? ''] = countOf(row['seconds']);
    days.set(day, seconds);
  }
  return [...days].map(([day, seconds]) => ({ day, seconds }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
