/** Says again which recordings of a drive are retired: the bucket, from which a catalog is rebuilt, does not know. */
import type { DriveId } from '@pitlane/contracts/identity';
import { type DockRecord, LogTopic } from '@pitlane/contracts/records';
import type { GarageTools } from './tools.ts';

type Tools = Pick<GarageTools, 'journal' | 'log'>;

export async function tellRetired(tenant: string, driveId: DriveId, { journal, log }: Tools): Promise<void> {
  const retired = journal.recordingsOfDrive(tenant, driveId).filter(({ state }) => state === 'retired');
  const records = retired.map(({ vehicleId, recordingId }) => {
    const record: DockRecord = { type: 'moved', drive: { tenant, driveId, vehicleId }, recordingId, state: 'retired' };
    return { key: driveId, value: JSON.stringify(record) };
  });
  if (records.length > 0) await log.publish(LogTopic.docks, records);
}
