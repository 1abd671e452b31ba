/** What is asked of a whole fleet: sums of drives, recordings and days, which the catalog keeps; no chunk is looked at. */
import type { SqlParameter } from '@pitlane/ports/catalog';

export interface Sql {
  readonly sql: string;
  readonly parameters: readonly SqlParameter[];
}

/** Newer ones go first where there are more. */
export const DAYS_MAX = 4000;
export const GARAGES_MAX = 1000;

type Asked = readonly (readonly [sql: string, value: SqlParameter | undefined])[];

function whereSql(asked: Asked, always: readonly string[] = []): { where: string; parameters: SqlParameter[] } {
  const given = asked.filter((each): each is [string, SqlParameter] => each[1] !== undefined);
  const conditions = [...always, ...given.map(([sql]) => sql)];
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  return { where, parameters: given.map(([, value]) => value) };
}

const DOCKED_DAY = 'CAST(CAST(docked_at AS DATE) AS STRING)';

/** Days are UTC days of docking, `2026-03-18`, first and last inside. */
export function daysSql(asked: {
  tenant?: string | undefined;
  first?: string | undefined;
  last?: string | undefined;
}): Sql {
  const { where, parameters } = whereSql(
    [
      ['tenant = ?', asked.tenant],
      [`${DOCKED_DAY} >= ?`, asked.first],
      [`${DOCKED_DAY} <= ?`, asked.last],
    ],
    ['docked_at IS NOT NULL'],
  );
  const sql = `
    SELECT day, garages, COUNT(*) AS drives, SUM(chunks) AS chunks, SUM(bytes_landed) AS bytes_stored FROM (
      SELECT ${DOCKED_DAY} AS day, ARRAY_TO_STRING(garages, ', ') AS garages, chunks, bytes_landed FROM drives ${where}
    ) AS docked GROUP BY day, garages ORDER BY day DESC, garages LIMIT ${DAYS_MAX}`;
  return { sql, parameters };
}

/** What is docked and not in the catalog yet. */
export function waitingSql(tenant: string | undefined): Sql {
  const { where, parameters } = whereSql(
    [['r.tenant = ?', tenant]],
    [
      "r.state IN ('docked', 'staged', 'chunked', 'shipped', 'landed')",
      "r.set_state <> 'superseded'",
      'r.garage IS NOT NULL',
    ],
  );
  const sql = `
    SELECT r.garage, COUNT(*) AS recordings, SUM(r.bytes) AS bytes, MIN(d.docked_at) AS oldest
    FROM recordings AS r JOIN drives AS d ON d.tenant = r.tenant AND d.drive_id = r.drive_id ${where}
    GROUP BY r.garage ORDER BY r.garage LIMIT ${GARAGES_MAX}`;
  return { sql, parameters };
}

/** Of each garage the newest day on which anything was indexed, and how long that took. */
export function lagSql(tenant: string | undefined): Sql {
  const { where, parameters } = whereSql([['tenant = ?', tenant]], ['dockings_indexed > 0']);
  const sql = `
    SELECT garage, day, p50_seconds, p95_seconds, dockings_indexed FROM (
      SELECT garage, CAST(day AS STRING) AS day, p50_seconds, p95_seconds, dockings_indexed,
        ROW_NUMBER() OVER (PARTITION BY garage ORDER BY day DESC, p95_seconds DESC) AS place
      FROM freshness ${where}
    ) AS told WHERE place = 1 ORDER BY garage LIMIT ${GARAGES_MAX}`;
  return { sql, parameters };
}

export interface CalendarAsked {
  readonly tenant?: string | undefined;
  readonly year: number;
  readonly vehicleId?: string | undefined;
  readonly topic?: string | undefined;
}

/** Seconds of all topics that are asked for, added up. */
export function calendarSql({ tenant, year, vehicleId, topic }: CalendarAsked): Sql {
  const { where, parameters } = whereSql([
    ['CAST(day AS STRING) >= ?', `${year}-01-01`],
    ['CAST(day AS STRING) <= ?', `${year}-12-31`],
    ['tenant = ?', tenant],
    ['vehicle_id = ?', vehicleId],
    ['topic = ?', topic],
  ]);
  const sql = `
    SELECT day, state, SUM(seconds) AS seconds FROM (
      SELECT CAST(day AS STRING) AS day, state, seconds FROM coverage_days ${where}
    ) AS days GROUP BY day, state ORDER BY day, state`;
  return { sql, parameters };
}
