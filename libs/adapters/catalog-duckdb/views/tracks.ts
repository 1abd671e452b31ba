/**
 * Tracks of chunks that count. Those of settled drives lie settled too, with what counts said beside them and their cells in
 * order: a question about a place then passes over nearly all of them.
 */

/** Of each chunk the newest derivation. */
const OPEN_TRACKS = `
  SELECT n.tenant, n.drive_id, n.seq FROM (
    SELECT tenant, drive_id, chunk_u, max(seq) AS seq FROM event.track_events GROUP BY tenant, drive_id, chunk_u
  ) n SEMI JOIN event.counted_chunks c USING (tenant, drive_id, chunk_u)`;

export const TRACK_STEPS: readonly (readonly [name: string, sql: string])[] = [['open_tracks', OPEN_TRACKS]];

/** What a thin topic says in every chunk is one row. */
const FRAMES = `
  SELECT DISTINCT tenant, drive_id, vehicle_id, topic, frame_id, parent_frame_id, x_m, y_m, z_m, qx, qy, qz, qw FROM (
    SELECT e.* FROM event.frame_events e JOIN event.open_tracks o ON o.seq = e.seq
    UNION ALL BY NAME
    SELECT g.tenant, g.drive_id, g.vehicle_id, e.* EXCLUDE (origin, shown) FROM settled.frame_events e
    JOIN settled.origins g USING (origin) WHERE e.shown
  )`;

const body = (table: string): string => `
  SELECT * FROM (
    SELECT o.tenant, o.drive_id, e.* EXCLUDE (tenant, drive_id), TRY_CAST(e.start_u AS BIGINT) AS start_ns,
      TRY_CAST(e.end_u AS BIGINT) AS end_ns
    FROM event.${table} e JOIN event.open_tracks o ON o.seq = e.seq
    UNION ALL BY NAME
    SELECT g.tenant, g.drive_id, g.vehicle_id, e.* EXCLUDE (origin, shown) FROM settled.${table} e
    JOIN settled.origins g USING (origin) WHERE e.shown
  ) WHERE topic IS NOT NULL`;

export const TRACK_BODIES: Readonly<Record<string, string>> = {
  trajectories: body('track_events'),
  trajectory_cells: body('track_cell_events'),
  frames: FRAMES,
};
