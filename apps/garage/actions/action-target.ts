/** What an action is about: resolved when it is asked for, so that another disk in the bay is not meant ten seconds later. */
import { PitlaneError } from '@pitlane/base/errors';
import { nearestText } from '@pitlane/base/nearest';
import { type DriveId, parseDriveId } from '@pitlane/contracts/identity';
import type { DockEntry, Journal } from '@pitlane/ports/journal';
import type { BayStatus } from '../bays/bay.ts';
import type { DriveName } from '../handlings.ts';
import type { DriveOrders } from '../orders/drive-orders.ts';
import type { ActionRequest } from './action-status.ts';

export interface ActionTarget {
  readonly bay: string | null;
  readonly dockId: string | null;
  readonly tenant: string;
  readonly driveId: DriveId | null;
}

/** A drive as people are told of it. */
export interface NamedDrive extends DriveName {
  /** As it was recorded. */
  readonly vehicleId: string;
  /** Everything that the garage has of it is signed for. */
  readonly isLanded: boolean;
}

export interface TargetTools {
  readonly journal: Pick<Journal, 'docks' | 'recordingsOfDrive'>;
  readonly settings: { readonly tenant: string };
  readonly running: ReadonlySet<Pick<DriveOrders, 'drive'>>;
  readonly bays: () => readonly BayStatus[];
}

/** Errors: `bad-usage` where it is not clear what is meant, `not-found`. */
export function targetOf(request: ActionRequest, tools: TargetTools): ActionTarget {
  const { bay, driveId } = request;
  const dockId = request.dockId ?? (bay === undefined ? undefined : dockInBay(bay, tools.bays()));
  const dock = dockId === undefined ? undefined : dockOf(dockId, tools);
  const where = { bay: bay ?? bayOf(dockId, tools.bays()), dockId: dockId ?? null };
  if (driveId === undefined) {
    if (!dock) throw new PitlaneError('bad-usage', 'say what is meant: a bay, a dock, or a drive');
    return { ...where, tenant: dock.tenant, driveId: null };
  }
  if (dock && !dock.driveIds.includes(parseDriveId(driveId))) {
    throw new PitlaneError('not-found', `drive ${driveId} is not among what was docked there`);
  }
  const drive = knownDrive(driveId, request.tenant, tools);
  return { ...where, tenant: drive.tenant, driveId: drive.driveId };
}

/** The drives that are meant; none where those of a dock have no names yet. */
export function drivesOf({ dockId, tenant, driveId }: ActionTarget, tools: TargetTools): NamedDrive[] {
  if (driveId !== null) return [knownDrive(driveId, tenant, tools)];
  const dock = dockId === null ? undefined : dockOf(dockId, tools);
  // One whose first recording failed before it was known is none.
  return (dock?.driveIds ?? []).flatMap((one) => {
    const tenants = [tenant, ...tenantsOf(one, undefined, tools)];
    return tenants.flatMap((its) => namedDrive({ tenant: its, driveId: one }, tools) ?? []).slice(0, 1);
  });
}

function dockInBay(bay: string, bays: readonly BayStatus[]): string {
  const found = bays.find((one) => one.bay === bay);
  const names = bays.map((one) => one.bay);
  if (!found) throw new PitlaneError('not-found', `there is no bay ${JSON.stringify(bay)}${nearestText(bay, names)}`);
  const docks = found.disks.flatMap(({ dockId }) => dockId ?? []);
  const [dockId, ...others] = docks;
  if (dockId === undefined)
    throw new PitlaneError('not-found', `nothing in bay ${bay} was docked: there is nothing to act on`);
  if (others.length > 0)
    throw new PitlaneError('bad-usage', `there are ${docks.length} disks in bay ${bay}: name the dock`);
  return dockId;
}

const bayOf = (dockId: string | undefined, bays: readonly BayStatus[]): string | null =>
  bays.find(({ disks }) => disks.some((disk) => disk.dockId === dockId))?.bay ?? null;

function dockOf(dockId: string, { journal }: TargetTools): DockEntry {
  const dock = journal.docks().find((one) => one.dockId === dockId);
  if (!dock)
    throw new PitlaneError('not-found', `there is no dock ${JSON.stringify(dockId)}: /v1/garage/docks lists them`);
  return dock;
}

function knownDrive(id: string, tenant: string | undefined, tools: TargetTools): NamedDrive {
  const driveId = parseDriveId(id);
  const found = tenantsOf(driveId, tenant, tools).flatMap((one) => namedDrive({ tenant: one, driveId }, tools) ?? []);
  const [drive, ...others] = found;
  if (!drive) throw new PitlaneError('not-found', `this garage has no drive ${id}: \`pitlane drives\` lists them`);
  if (others.length > 0) {
    const tenants = found.map((one) => one.tenant).join(', ');
    throw new PitlaneError('bad-usage', `several tenants have a drive ${id} (${tenants}): name one`);
  }
  return drive;
}

/** A sidecar may have named another tenant than its dock. */
function tenantsOf(
  driveId: DriveId,
  tenant: string | undefined,
  { journal, running, settings }: TargetTools,
): string[] {
  if (tenant !== undefined) return [tenant];
  const docks = journal.docks().filter(({ driveIds }) => driveIds.includes(driveId));
  const drives = [...running].map(({ drive }) => drive).filter((drive) => drive.driveId === driveId);
  return [...new Set([settings.tenant, ...docks.map((dock) => dock.tenant), ...drives.map((drive) => drive.tenant)])];
}

function namedDrive(name: DriveName, { journal, running }: TargetTools): NamedDrive | undefined {
  const { tenant, driveId } = name;
  const entries = journal.recordingsOfDrive(tenant, driveId);
  const underWay = [...running].find(({ drive }) => drive.tenant === tenant && drive.driveId === driveId)?.drive;
  const vehicleId = underWay?.vehicleId ?? entries[0]?.vehicleId;
  if (vehicleId === undefined) return undefined;
  const isSigned = entries.every(({ state }) => state === 'receipted' || state === 'retired');
  return { tenant, driveId, vehicleId, isLanded: isSigned && !underWay };
}
