/** Numbered events as lines of JSON for each table, as a load job reads them. */
import type { CatalogEvent, Cell, CellType, TableName } from '@pitlane/contracts/catalog';
import { writeEvent } from '@pitlane/contracts/catalog';
import { columnsOf } from './tables.ts';

export interface NumberedEvent {
  readonly event: CatalogEvent;
  readonly seq: bigint;
}

/** @param days the partition of each event, in the same order. */
export function linesByTable(
  events: readonly NumberedEvent[],
  days: readonly string[],
  batch: bigint,
): Map<TableName, string[]> {
  const lines = new Map<TableName, string[]>();
  events.forEach(({ event, seq }, i) => {
    writeEvent(event, seq, (table, row) => {
      const cells = columnsOf(table).map(({ name, type, cell }) => [name, jsonFrom(row[cell] ?? null, type)] as const);
      const line = JSON.stringify({ partition_day: days[i], batch: String(batch), ...Object.fromEntries(cells) });
      const known = lines.get(table);
      if (known === undefined) lines.set(table, [line]);
      else known.push(line);
    });
  });
  return lines;
}

/** Whole numbers travel as text, so that none is rounded; an array is never NULL. */
function jsonFrom(cell: Cell, type: CellType): string | number | null | readonly (string | number)[] {
  if (type === 'int[]') return ((cell as readonly number[] | null) ?? []).map(String);
  if (type === 'text[]' || type === 'real[]') return (cell as readonly (string | number)[] | null) ?? [];
  if (typeof cell === 'bigint') return String(cell);
  return cell;
}
