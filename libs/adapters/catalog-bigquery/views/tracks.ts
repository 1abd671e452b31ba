/** Tracks of chunks that count: the same as in the embedded twin. */
export const TRACK_STEPS: readonly (readonly [name: string, sql: string])[] = [
  [
    'tracks',
    `
  SELECT n.tenant, n.drive_id, n.chunk_id, n.seq FROM (
    SELECT tenant, drive_id, chunk_id, MAX(seq) AS seq FROM live_track_events GROUP BY tenant, drive_id, chunk_id
  ) AS n
  JOIN step_chunk_once AS o ON o.tenant = n.tenant AND o.drive_id = n.drive_id AND o.chunk_id = n.chunk_id`,
  ],
];

const body = (table: string): string => `
  SELECT e.* FROM ${table} AS e
  JOIN step_tracks AS s
    ON s.tenant = e.tenant AND s.drive_id = e.drive_id AND s.chunk_id = e.chunk_id AND s.seq = e.seq
  WHERE e.topic IS NOT NULL`;

const frames = `
  SELECT DISTINCT e.tenant, e.drive_id, e.vehicle_id, e.topic, e.frame_id, e.parent_frame_id, e.x_m, e.y_m, e.z_m, e.qx, e.qy, e.qz, e.qw
  FROM live_frame_events AS e
  JOIN step_tracks AS s
    ON s.tenant = e.tenant AND s.drive_id = e.drive_id AND s.chunk_id = e.chunk_id AND s.seq = e.seq`;

export const TRACK_BODIES: Readonly<Record<string, string>> = {
  trajectories: body('live_track_events'),
  trajectory_cells: body('live_track_cell_events'),
  frames,
};
