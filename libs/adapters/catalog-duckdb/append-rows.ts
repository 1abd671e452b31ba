/**
 * Appends a batch of events in one transaction: all of it is durable when the promise resolves, or none of it is there.
 * Nothing here looks at what the tables already hold, so the cost of a chunk does not grow with the catalog.
 */
import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { BIGINT, DOUBLE, DuckDBDataChunk, LIST, listValue, UBIGINT, UHUGEINT, VARCHAR } from '@duckdb/node-api';
import type { CatalogEvent, Cell, CellType, EventRow, TableName } from '@pitlane/contracts/catalog';
import { cellTypesOf, writeEvent } from '@pitlane/contracts/catalog';
import { reopen } from './settle.ts';
import { inTransaction } from './transaction.ts';

/** DuckDB takes rows in vectors of at most so many. */
const ROWS_AT_ONCE = 2048;

const VECTOR_TYPE: Readonly<Record<CellType, DuckDBType>> = {
  text: VARCHAR,
  int: BIGINT,
  real: DOUBLE,
  time: UBIGINT,
  id: UHUGEINT,
  'text[]': LIST(VARCHAR),
  'int[]': LIST(BIGINT),
  'real[]': LIST(DOUBLE),
};

function valueFrom(cell: Cell, type: CellType): DuckDBValue {
  if (cell === null) return null;
  if (type === 'int[]') return listValue((cell as readonly number[]).map(BigInt));
  if (type === 'text[]' || type === 'real[]') return listValue(cell as readonly DuckDBValue[]);
  return type === 'int' ? BigInt(cell as number) : (cell as string | number | bigint);
}

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
    await reopen(connection, events);
    for (const [table, rows] of rowsByTable) await appendRows(connection, table, rows);
  });
  return seq;
}

/** Column by column: numbers are then written where they lie in memory, without a call for each. */
async function appendRows(connection: DuckDBConnection, table: TableName, rows: readonly EventRow[]): Promise<void> {
  const cellTypes = cellTypesOf(table);
  const vectorTypes = cellTypes.map((type) => VECTOR_TYPE[type]);
  const appender = await connection.createAppender(table, 'event');
  try {
    for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
      const part = rows.slice(start, start + ROWS_AT_ONCE);
      const chunk = DuckDBDataChunk.create(vectorTypes, part.length);
      chunk.setColumns(cellTypes.map((type, column) => part.map((row) => valueFrom(row[column] ?? null, type))));
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  } catch (error) {
    appender.clear();
    throw error;
  } finally {
    appender.closeSync();
  }
}
