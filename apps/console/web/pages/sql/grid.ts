/** What a grid of results shows: which rows are in sight, how wide a column is, and a value as text. */
import { nsFrom, textFromTime } from '../../kit/figures.ts';
import type { SqlColumn } from './ask-sql.ts';

export const ROW_PX = 30;
/** Drawn above and below what is in sight, so that scrolling shows no blank. */
const MARGIN_ROWS = 20;
/** Widths are judged by these. */
const SAMPLED_ROWS = 200;
const WIDTH_LETTERS_MAX = 44;
const WIDTH_LETTERS_MIN = 5;
/** Of a text that is longer, the rest is in the cell's own view. */
const TEXT_LETTERS_MAX = 300;

export type Row = Readonly<Record<string, unknown>>;

/** Rows [from, to) to draw. */
export function rowsInSight(scrollTopPx: number, heightPx: number, rows: number): { from: number; to: number } {
  const first = Math.floor(scrollTopPx / ROW_PX);
  const from = Math.max(0, Math.min(first, rows) - MARGIN_ROWS);
  return { from, to: Math.min(rows, Math.max(0, first) + Math.ceil(heightPx / ROW_PX) + MARGIN_ROWS) };
}

export const isNumeric = ({ type }: SqlColumn): boolean =>
  /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|INT64|FLOAT(64)?|DOUBLE|DECIMAL|NUMERIC|BIGNUMERIC|REAL)(\(.*\))?$/i.test(type);

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Text in one line and of bounded length, as a cell shows it. */
export function cellText(value: unknown): string {
  const text = textOf(value);
  return (text.length > TEXT_LETTERS_MAX ? `${text.slice(0, TEXT_LETTERS_MAX)}…` : text).replaceAll(
    /[\r\n\t]+/g,
    ' ⏎ ',
  );
}

/** Nanoseconds that are no time since 1970. */
const LENGTH_COLUMN = /(offset|step|residual|length|duration|period|bucket)_ns$/;
const YEAR_1990_NS = 631_152_000_000_000_000n;

/** `2026-03-12 08:15:02` beside a time in nanoseconds; undefined for what is none. */
export function readableTime({ name }: SqlColumn, value: unknown): string | undefined {
  if (!/(^|_)ns$/.test(name) || LENGTH_COLUMN.test(name)) return undefined;
  const ns = nsFrom(typeof value === 'number' ? String(value) : value);
  return ns === undefined || ns < YEAR_1990_NS || ns >= 1n << 63n ? undefined : textFromTime(String(ns));
}

/** In letters, by the head and by what its first rows have. */
export function widthsOf(columns: readonly SqlColumn[], rows: readonly Row[]): number[] {
  const sample = rows.slice(0, SAMPLED_ROWS);
  return columns.map((column) => {
    let letters = Math.max(WIDTH_LETTERS_MIN, column.name.length, column.type.length - 2);
    for (const row of sample) {
      const value = row[column.name];
      const time = readableTime(column, value);
      letters = Math.max(letters, cellText(value).length + (time === undefined ? 0 : time.length + 2));
      if (letters >= WIDTH_LETTERS_MAX) return WIDTH_LETTERS_MAX;
    }
    return letters;
  });
}
