/** All of the work is durable, or none of it is there. */
import type { DuckDBConnection } from '@duckdb/node-api';

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
