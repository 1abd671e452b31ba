/**
 * Room in the spool for the next disk: staged copies and uploads stay after their receipt, a second copy for as long as nobody needs
 * the space, and then go oldest first, each drive by the rules of `retire`.
 */
import { messageOf } from '@pitlane/base/errors';
import type { DriveId } from '@pitlane/contracts/identity';
import { retireDrive } from './retire.ts';
import { copiesOf, stagedBytes } from './staged-copies.ts';
import type { GarageTools } from './tools.ts';
import { freeUploaded } from './uploaded-files.ts';

/** Frees drive by drive until there is enough, or nothing more that may go. Never rejects for a drive that must stay. */
export async function makeRoom(tools: GarageTools, isEnough: () => Promise<boolean>): Promise<boolean> {
  for (const { tenant, driveIds } of tools.journal.docks().filter(({ state }) => state === 'done')) {
    for (const driveId of driveIds) {
      if (!(await hasCopies(tools, tenant, driveId))) continue;
      try {
        const { freedBytes } = await retireDrive(tenant, driveId, { dryRun: false }, tools);
        tools.telemetry.info('spool.freed', { driveId, freedBytes });
      } catch (error) {
        tools.telemetry.warn('spool.kept', { driveId, reason: messageOf(error) });
        continue;
      }
      if (await isEnough()) return true;
    }
  }
  return false;
}

/** Only drives that are signed for whole: the others are on their way. */
async function hasCopies(tools: GarageTools, tenant: string, driveId: DriveId): Promise<boolean> {
  const { journal, settings } = tools;
  const entries = journal.recordingsOfDrive(tenant, driveId);
  if (!entries.every(({ state }) => state === 'receipted' || state === 'retired')) return false;
  for (const { dockId, name } of entries.flatMap(copiesOf))
    if ((await stagedBytes(`${settings.stagedRoot}/${dockId}`, name)) > 0) return true;
  for (const entry of entries) if ((await freeUploaded(entry, tools, true)) > 0) return true;
  return false;
}
