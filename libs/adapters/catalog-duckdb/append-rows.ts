/**
 * Appends a batch of events in one transaction: all of it is durable when the promise resolves, or none of it is there.
 * Nothing here looks at what the tables already hold, so the cost of a chunk does not grow with the catalog.
 */
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { LIST, VARCHAR } from '@duckdb/node-api';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { writeEvent } from './event-rows.ts';
import type { Cell, CellType, EventRow, TableName } from './tables.ts';
import { cellTypesOf } from './tables.ts';

const TEXTS = LIST(VARCHAR);

const APPEND: Readonly<Record<CellType, (appender: DuckDBAppender, cell: NonNullable<Cell>) => void>> = {
  text: (appender, cell) => appender.appendVarchar(cell as string),
  int: (appender, cell) => appender.appendBigInt(BigInt(cell as number)),
  time: (appender, cell) => appender.appendUBigInt(cell as bigint),
  'text[]': (appender, cell) => appender.appendList(cell as readonly string[], TEXTS),
};

/** @returns the seq after the last one given to these events. */
export async function appendEvents(
  connection: DuckDBConnection,
  events: readonly CatalogEvent[],
  firstSeq: number,
): Promise<number> {
  const rowsByTable = new Map<TableName, EventRow[]>();
  let seq = firstSeq;
  for (const event of events) {
    writeEvent(event, seq, (table, row) => {
      const rows = rowsByTable.get(table);
      if (rows === undefined) rowsByTable.set(table, [row]);
      else rows.push(row);
    });
    seq += 1;
  }
  await inTransaction(connection, async () => {
    for (const [table, rows] of rowsByTable) await appendRows(connection, table, rows);
  });
  return seq;
}

export async function inTransaction(connection: DuckDBConnection, work: () => Promise<void>): Promise<void> {
  await connection.run('BEGIN TRANSACTION');
  try {
    await work();
    await connection.run('COMMIT');
  } catch (error) {
    // A commit that failed has already rolled back; the first error is the one to tell.
    await connection.run('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function appendRows(connection: DuckDBConnection, table: TableName, rows: readonly EventRow[]): Promise<void> {
  const types = cellTypesOf(table);
  const appender = await connection.createAppender(table, 'event');
  try {
    for (const row of rows) {
      for (const [index, type] of types.entries()) {
        const cell = row[index] ?? null;
        if (cell === null) appender.appendNull();
        else APPEND[type](appender, cell);
      }
      appender.endRow();
    }
    appender.flushSync();
  } catch (error) {
    appender.clear();
    throw error;
  } finally {
    appender.closeSync();
  }
}
