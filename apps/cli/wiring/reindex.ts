/** Rebuilds the catalog, and then has the garage say what no object in the bucket tells: what is retired. */
import { setTimeout } from 'node:timers/promises';
import { parseDriveId } from '@pitlane/contracts/identity';
import { LogTopic } from '@pitlane/contracts/records';
import type { Garage } from '@pitlane/garage';
import type { Stores } from './open-parts.ts';

const LOOK_EVERY_MS = 50;
const TAKEN_WITHIN_MS = 10_000;

/** Told of each manifest that is read, of how many. */
export type Rebuild = (onManifest: (done: number, total: number) => void) => Promise<object>;

export async function reindexWith(
  rebuild: () => Promise<object>,
  garage: Garage,
  { catalog, log }: Stores,
): Promise<object> {
  const rebuilt = await rebuild();
  for (const drive of await catalog.query('SELECT tenant, drive_id FROM drives')) {
    await garage.tellRetired(drive['tenant'] as string, parseDriveId(drive['drive_id'] as string));
  }
  // So that who asks next is shown it.
  for (let waitedMs = 0; waitedMs < TAKEN_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    if ((await log.lag(LogTopic.docks, 'indexer')) === 0) break;
    await setTimeout(LOOK_EVERY_MS);
  }
  return rebuilt;
}
