/** What the journal knows of the drives of a dock that was done before a restart. */
import type { DriveId } from '@pitlane/contracts/identity';
import type { DockEntry, Journal } from '@pitlane/ports/journal';

export interface KnownDrives {
  readonly receiptIds: readonly string[];
  /** By drive. */
  readonly vehicles: ReadonlyMap<string, string>;
}

/** Of a drive that is of another tenant than its dock it knows nothing. */
export function knownDrivesOf(
  { tenant, driveIds }: DockEntry,
  journal: Pick<Journal, 'receipts' | 'recordingsOfDrive'>,
): KnownDrives {
  const newest = driveIds.flatMap((driveId) => journal.receipts(tenant, driveId).at(-1)?.receiptId ?? []);
  const vehicleOf = (driveId: DriveId): string | undefined => journal.recordingsOfDrive(tenant, driveId)[0]?.vehicleId;
  const vehicles = driveIds.flatMap((driveId): [string, string][] => {
    const vehicleId = vehicleOf(driveId);
    return vehicleId === undefined ? [] : [[driveId, vehicleId]];
  });
  return { receiptIds: newest, vehicles: new Map(vehicles) };
}
