/** The topics of a vehicle's last drives, as the catalog has them. */
import { PitlaneError } from '@pitlane/base/errors';
import type { PastDrive, PastTopic } from '@pitlane/stages/50-judge';
import type { NodeClient } from '../node/node-client.ts';
import { hintsOnNames } from '../node/unknown-names.ts';

const PAGE_ROWS = 2000;
/** Topics of one drive from which something is learned; a car has a few hundred. */
const TOPICS_MAX = 10_000;

interface Page<Row> {
  readonly next: string | null;
  readonly [list: string]: readonly Row[] | string | null;
}

interface DriveRow {
  readonly driveId: string;
  readonly startTime: string | null;
}

/** The newest first. Throws `not-found` where the vehicle has none. */
export async function pastDrives(
  node: NodeClient,
  {
    vehicleId,
    drivesMax,
    tenant,
  }: { readonly vehicleId: string; readonly drivesMax: number; readonly tenant: string | undefined },
): Promise<PastDrive[]> {
  const rows = await all<DriveRow>(node, 'drives', { vehicle: vehicleId, tenant }, Number.POSITIVE_INFINITY);
  if (rows.length === 0) {
    const [hint = `there is no drive of a vehicle ${vehicleId}`] = await hintsOnNames(node, {
      vehicle: vehicleId,
      tenant,
    });
    throw new PitlaneError('not-found', `${hint}; "pitlane drives" lists what there is`);
  }
  const startOf = ({ startTime }: DriveRow): bigint => BigInt(startTime ?? 0);
  const newest = rows.sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1)).slice(0, drivesMax);
  const drives: PastDrive[] = [];
  for (const { driveId } of newest)
    drives.push({ driveId, topics: await all<PastTopic>(node, 'topics', { drive: driveId, tenant }, TOPICS_MAX) });
  return drives;
}

async function all<Row>(
  node: NodeClient,
  list: string,
  query: Readonly<Record<string, string | undefined>>,
  rowsMax: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Row> = await node.get<Page<Row>>(`/v1/${list}`, { ...query, limit: PAGE_ROWS, cursor });
    rows.push(...(page[list] as readonly Row[]));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && rows.length < rowsMax);
  return rows;
}
