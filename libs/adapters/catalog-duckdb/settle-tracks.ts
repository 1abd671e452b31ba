/**
 * Moves tracks of settled drives out of the event tables. They are derived behind the landing, so they come before and after
 * their drive is settled, and follow it whenever it is settled. The cells of one move lie in the order of cells: those of a
 * place stand together, and whoever asks for it reads little else.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { idFromHex } from '@pitlane/contracts/catalog';
import { TRAJECTORIES } from '@pitlane/contracts/trajectory';
import { moveBack } from './move-back.ts';
import { movedColumns, TRACK_TABLES } from './settled-tables.ts';
import { inTransaction } from './transaction.ts';

/** Of which a move is made, so that it fits the memory. */
const TRACKS_AT_ONCE = 50_000;
const ORDER = {
  track_events: 'g.origin, e.seq',
  track_cell_events: 'e.cell, e.seq',
  frame_events: 'g.origin, e.seq',
} as const;
const SPAN_NS = ', TRY_CAST(e.start_u AS BIGINT), TRY_CAST(e.end_u AS BIGINT)';

/** The derivations of settled drives, oldest first, and whether each counts: it is the newest of its chunk, and the chunk counts. */
const MOVING = `
  SELECT t.origin, t.seq, t.seq = t.newest AND c.chunk_u IS NOT NULL AS shown FROM (
    SELECT DISTINCT g.origin, e.chunk_u, e.seq, max(e.seq) OVER (PARTITION BY g.origin, e.chunk_u) AS newest
    FROM event.track_events e JOIN settled.origins g USING (tenant, drive_id, vehicle_id)
  ) t
  LEFT JOIN (
    SELECT DISTINCT origin, chunk_u FROM settled.chunk_events WHERE once
      AND origin IN (SELECT origin FROM event.track_events JOIN settled.origins USING (tenant, drive_id, vehicle_id))
  ) c ON c.origin = t.origin AND c.chunk_u = t.chunk_u
  ORDER BY t.seq LIMIT ${TRACKS_AT_ONCE}`;

/** @returns whether any was moved; there may be more. */
export async function settleTracks(connection: DuckDBConnection): Promise<boolean> {
  let derivations = 0;
  await inTransaction(connection, async () => {
    await connection.run(`CREATE OR REPLACE TEMP TABLE settling_tracks AS ${MOVING}`);
    const counted = await connection.runAndReadAll('SELECT count(*) FROM settling_tracks');
    derivations = Number(counted.getRows()[0]?.[0]);
    if (derivations === 0) return;
    for (const table of TRACK_TABLES) {
      const own = movedColumns(table).map((name) => `e.${name}`);
      await connection.run(`INSERT INTO settled.${table}
        SELECT g.origin, ${own.join(', ')}, g.shown${table === 'frame_events' ? '' : SPAN_NS}
        FROM event.${table} e JOIN settling_tracks g USING (seq) ORDER BY ${ORDER[table]}`);
      await connection.run(`DELETE FROM event.${table} WHERE seq IN (SELECT seq FROM settling_tracks)`);
    }
  });
  return derivations > 0;
}

/** Tracks that these events replace come back, so that the newest is chosen among all of a chunk. */
export async function reopenTracks(connection: DuckDBConnection, events: readonly CatalogEvent[]): Promise<void> {
  for (const event of events) {
    if (event.type !== 'derivation' || event.derivation.deriver !== TRAJECTORIES) continue;
    const { tenant, driveId } = event.drive;
    const found = await connection.runAndReadAll(
      `SELECT DISTINCT e.origin FROM settled.track_events e JOIN settled.origins g USING (origin)
       WHERE g.tenant = ? AND g.drive_id = ? AND e.chunk_u = ${idFromHex(event.chunkId)}::UHUGEINT`,
      [tenant, driveId],
    );
    for (const [origin] of found.getRows()) {
      const moved = `origin = ${Number(origin)} AND e.chunk_u = ${idFromHex(event.chunkId)}::UHUGEINT`;
      for (const table of TRACK_TABLES) await moveBack(connection, table, moved);
    }
  }
}
