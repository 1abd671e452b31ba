/** What the fleet page asks of losses. */

export const LOSSES_BY_REASON =
  'SELECT reason, count(*) AS ranges, count(DISTINCT drive_id) AS drives, sum(bytes) AS bytes FROM losses GROUP BY reason ORDER BY bytes DESC';
export const WORST_DRIVES =
  'SELECT tenant, vehicle_id, drive_id, bytes_lost, bytes_in FROM drives WHERE bytes_lost > 0 ORDER BY bytes_lost DESC, drive_id LIMIT 20';
