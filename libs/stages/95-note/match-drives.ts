/** Which drive something belongs to: by its id, or by the vehicle and the time at which it happened. */
import type { Catalog } from '@pitlane/ports/catalog';
import type { NotedDrive } from './index.ts';

export interface Placed {
  readonly tenant?: string | undefined;
  readonly driveId?: string | undefined;
  readonly vehicleId?: string | undefined;
  /** Log time, decimal nanoseconds. */
  readonly startTime: string;
}

/** The drive, or why there is none. */
export type Matched = NotedDrive | { readonly reason: string };

/** Drives that are asked for one after another; a fleet's import names the same few again and again. */
export async function matchDrives(placed: readonly Placed[], catalog: Pick<Catalog, 'query'>): Promise<Matched[]> {
  const known = new Map<string, Matched>();
  const matched: Matched[] = [];
  for (const place of placed) {
    const key = place.driveId === undefined ? JSON.stringify(place) : JSON.stringify([place.tenant, place.driveId]);
    let found = known.get(key);
    if (!found) known.set(key, (found = await match(place, catalog)));
    matched.push(found);
  }
  return matched;
}

async function match(
  { tenant, driveId, vehicleId, startTime }: Placed,
  catalog: Pick<Catalog, 'query'>,
): Promise<Matched> {
  const conditions: string[] = [];
  const parameters: string[] = [];
  const where = (sql: string, ...values: readonly string[]): void => {
    conditions.push(sql);
    parameters.push(...values);
  };
  if (tenant !== undefined) where('tenant = ?', tenant);
  if (driveId !== undefined) where('drive_id = ?', driveId);
  if (vehicleId !== undefined) where('vehicle_id = ?', vehicleId);
  if (driveId === undefined) {
    if (vehicleId === undefined) return { reason: 'it names neither a drive nor a vehicle' };
    where('start_ns <= CAST(? AS INT64) AND end_ns >= CAST(? AS INT64)', startTime, startTime);
  }
  const rows = await catalog.query(
    `SELECT tenant, drive_id, vehicle_id FROM drives WHERE ${conditions.join(' AND ')} ORDER BY tenant, drive_id LIMIT 2`,
    parameters,
  );
  const [row, second] = rows;
  const what = driveId === undefined ? `drive of ${vehicleId} at that time` : `drive ${driveId}`;
  if (!row) return { reason: `the catalog has no ${what}` };
  if (second)
    return { reason: `there are several: ${what}; name the drive${driveId === undefined ? '' : ' and its tenant'}` };
  return {
    tenant: row['tenant'] as string,
    driveId: row['drive_id'] as string,
    vehicleId: row['vehicle_id'] as string,
  };
}
