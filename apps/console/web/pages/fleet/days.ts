/** What landed by day, as bars: every day of the stretch has one, days without anything too. */

export interface FleetDay {
  readonly day: string;
  /** Null for drives that were docked in several. */
  readonly garage: string | null;
  readonly drives: number;
  readonly chunks: number;
  readonly bytesStored: number;
}

export const MEASURES = ['bytesStored', 'drives', 'chunks'] as const;
export type Measure = (typeof MEASURES)[number];

export interface DayBar {
  readonly day: string;
  readonly drives: number;
  readonly chunks: number;
  readonly bytesStored: number;
}

const DAY_MS = 86_400_000;

/** `2026-03-12` */
const dayFrom = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** @param days how many, the last of them the day of `nowMs` */
export function stretchOf(nowMs: number, days: number): { readonly first: string; readonly last: string } {
  return { first: dayFrom(nowMs - (days - 1) * DAY_MS), last: dayFrom(nowMs) };
}

export function barsFrom(
  rows: readonly FleetDay[],
  { first, last }: { readonly first: string; readonly last: string },
  garage?: string,
): DayBar[] {
  const byDay = new Map<string, DayBar>();
  for (let ms = Date.parse(first); ms <= Date.parse(last); ms += DAY_MS) {
    const day = dayFrom(ms);
    byDay.set(day, { day, drives: 0, chunks: 0, bytesStored: 0 });
  }
  for (const row of rows) {
    const bar = byDay.get(row.day);
    if (!bar || (garage !== undefined && (row.garage ?? '') !== garage)) continue;
    byDay.set(row.day, {
      day: row.day,
      drives: bar.drives + row.drives,
      chunks: bar.chunks + row.chunks,
      bytesStored: bar.bytesStored + row.bytesStored,
    });
  }
  return [...byDay.values()];
}

/** The top of the scale: the next of 1, 2 or 5 times a power of ten that no bar reaches over. */
export function scaleTop(values: readonly number[]): number {
  const most = Math.max(0, ...values);
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 5, 10].find((step) => step * power >= most) ?? 10) * power;
}
