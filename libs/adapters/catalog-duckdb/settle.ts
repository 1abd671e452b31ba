/**
 * Moves the rows of drives that are indexed whole out of the event tables, and back when something comes that may change
 * which of their chunks count. No view shows a difference; `settled-tables.ts` says why it is done.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { STATES } from '@pitlane/contracts/records';
import { inTransaction } from './transaction.ts';
import { moveBack } from './move-back.ts';
import { reopenTracks } from './settle-tracks.ts';
import { CHUNK_TABLES, MOVED_TABLES, movedColumns, SUM_TABLES } from './settled-tables.ts';

/** Of which a settling is made, so that it fits the memory; a drive that has more is settled by itself. */
const CHUNKS_AT_ONCE = 50_000;

/** All others leave alone which chunks of a drive count, and in which order the rest of it came. */
const REOPENING: ReadonlySet<CatalogEvent['type']> = new Set(['preview', 'recording', 'chunk-set', 'channel', 'chunk']);

/** Drives without a recording that is still on its way, oldest first, as many as make a settling. */
const READY = `
  SELECT tenant, drive_id FROM (
    SELECT tenant, drive_id, sum(chunks) OVER (ORDER BY first_seq) - chunks AS before
    FROM (SELECT tenant, drive_id, count(*) AS chunks, min(seq) AS first_seq FROM event.chunk_events GROUP BY tenant, drive_id) c
    JOIN (
      SELECT tenant, drive_id FROM event.recordings GROUP BY tenant, drive_id
      HAVING count(*) FILTER (rank < ${STATES.indexOf('indexed')} AND set_state <> 'superseded') = 0
    ) r USING (tenant, drive_id)
  ) WHERE before < ${CHUNKS_AT_ONCE}`;

type ChunkTable = (typeof CHUNK_TABLES)[number];
const SETTLING = 'SEMI JOIN settling USING (tenant, drive_id)';

const ORIGINS = `
  SELECT coalesce((SELECT max(origin) FROM settled.origins), 0) + row_number() OVER (ORDER BY first_seq), tenant, drive_id, vehicle_id
  FROM (
    SELECT tenant, drive_id, vehicle_id, min(seq) AS first_seq
    FROM (${CHUNK_TABLES.map((table) => `SELECT tenant, drive_id, vehicle_id, seq FROM event.${table}`).join(' UNION ALL ')})
    ${SETTLING} GROUP BY tenant, drive_id, vehicle_id
  )`;

/** What is found for each table beside its own columns, in the order in which `MOVED` names it. */
const FOUND: Readonly<Record<ChunkTable, { readonly columns: string; readonly joins: string }>> = {
  chunk_events: {
    columns: `n.seq IS NOT NULL, s.seq IS NOT NULL, o.seq IS NOT NULL, m.recording_ids,
      TRY_CAST(e.start_u AS BIGINT), TRY_CAST(e.end_u AS BIGINT)`,
    joins: `LEFT JOIN event.open_newest_chunks n ON n.seq = e.seq LEFT JOIN event.open_shown_chunks s ON s.seq = e.seq
      LEFT JOIN event.open_chunks_once o ON o.seq = e.seq
      LEFT JOIN event.open_shared_chunks m ON m.tenant = e.tenant AND m.drive_id = e.drive_id AND m.seq = e.seq`,
  },
  chunk_channel_events: {
    columns: 's.seq IS NOT NULL, TRY_CAST(e.start_u AS BIGINT), TRY_CAST(e.end_u AS BIGINT)',
    joins: 'LEFT JOIN event.open_shown_chunks s ON s.seq = e.seq',
  },
  channel_events: { columns: 'c.seq IS NOT NULL', joins: 'LEFT JOIN event.open_channels c ON c.seq = e.seq' },
};

function moveStatement(table: ChunkTable): string {
  const { columns, joins } = FOUND[table];
  const own = movedColumns(table).map((name) => `e.${name}`);
  return `INSERT INTO settled.${table} SELECT g.origin, ${own.join(', ')}, ${columns}
    FROM event.${table} e ${SETTLING} JOIN settled.origins g USING (tenant, drive_id, vehicle_id) ${joins}
    ORDER BY g.origin, e.seq`;
}

/** @returns whether any drive was settled; there may be more. */
export async function settle(connection: DuckDBConnection): Promise<boolean> {
  let drives = 0;
  await inTransaction(connection, async () => {
    await connection.run(`CREATE OR REPLACE TEMP TABLE settling AS ${READY}`);
    drives = Number((await connection.runAndReadAll('SELECT count(*) FROM settling')).getRows()[0]?.[0]);
    if (drives === 0) return;
    await connection.run(`INSERT INTO settled.origins ${ORIGINS}`);
    for (const name of SUM_TABLES.filter((table) => table !== 'origins')) {
      await connection.run(`INSERT INTO settled.${name} SELECT * FROM event.open_${name} ${SETTLING}`);
    }
    for (const table of CHUNK_TABLES) await connection.run(moveStatement(table));
    for (const table of CHUNK_TABLES) {
      await connection.run(`DELETE FROM event.${table} WHERE (tenant, drive_id) IN (FROM settling)`);
    }
  });
  return drives > 0;
}

/** Moves back the drives that these events may change, as part of the transaction that appends them. */
export async function reopen(connection: DuckDBConnection, events: readonly CatalogEvent[]): Promise<void> {
  await reopenTracks(connection, events);
  const touched = events.filter(({ type }) => REOPENING.has(type)).map(({ drive }) => [drive.tenant, drive.driveId]);
  const drives = [...new Map(touched.map((drive) => [JSON.stringify(drive), drive])).values()];
  for (const drive of drives) {
    const rows = await connection.runAndReadAll(
      'SELECT origin FROM settled.origins WHERE tenant = ? AND drive_id = ?',
      drive,
    );
    const origins = rows.getRows().map(([origin]) => Number(origin));
    if (origins.length === 0) continue;
    for (const table of MOVED_TABLES) await moveBack(connection, table, `origin IN (${origins.join(', ')})`);
    for (const name of SUM_TABLES) {
      await connection.run(`DELETE FROM settled.${name} WHERE tenant = ? AND drive_id = ?`, drive);
    }
  }
}
