/** Rows of settled drives back into the event table from which they came. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { type MovedTable, movedColumns } from './settled-tables.ts';

/** @param moved a condition on columns of the settled table. */
export async function moveBack(connection: DuckDBConnection, table: MovedTable, moved: string): Promise<void> {
  const own = movedColumns(table).map((name) => `e.${name}`);
  await connection.run(`INSERT INTO event.${table} BY NAME
    SELECT g.tenant, g.drive_id, g.vehicle_id, ${own.join(', ')}
    FROM settled.${table} e JOIN settled.origins g USING (origin) WHERE ${moved}`);
  await connection.run(`DELETE FROM settled.${table} AS e WHERE ${moved}`);
}
