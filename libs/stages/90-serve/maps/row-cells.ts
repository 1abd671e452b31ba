/** Cells of rows of the views as what their columns are. */
import type { SqlRow } from '@pitlane/ports/catalog';

export const textOf = (row: SqlRow, column: string): string => row[column] as string;
export const timeNsOf = (row: SqlRow, column: string): bigint => BigInt(textOf(row, column));
export const numberOf = (row: SqlRow, column: string): number => Number(row[column]);
export const numberOrNull = (row: SqlRow, column: string): number | null =>
  row[column] === null || row[column] === undefined ? null : Number(row[column]);
