/** The kinds of action: what each says that it will do, or why it cannot, and how it is carried out. */
import type { ActionEntry, ActionKind, UntoldNote } from '@pitlane/ports/journal';
import type { Handlings } from '../handlings.ts';
import type { DriveOrders } from '../orders/drive-orders.ts';
import type { Retired } from '../retire.ts';
import type { ShipQueue } from '../ship-queue.ts';
import type { DriveId } from '@pitlane/contracts/identity';
import type { ActionRequest } from './action-status.ts';
import type { ActionTarget, TargetTools } from './action-target.ts';
import { hold, release } from './hold.ts';
import { markIncident } from './mark-incident.ts';
import { nameVehicle } from './name-vehicle.ts';
import { prioritise } from './prioritise.ts';
import { retire } from './retire-drives.ts';

export interface ActionTools extends Omit<TargetTools, 'settings'> {
  readonly settings: {
    readonly tenant: string;
    readonly garage: string;
  };
  readonly handlings: Handlings;
  readonly queue: Pick<ShipQueue, 'status' | 'moved'>;
  readonly running: ReadonlySet<DriveOrders>;
  /** Of a dock's drives of which nothing else says whose they are. */
  readonly nameVehicle: (dockId: string, vehicleId: string) => void;
  readonly retire: (tenant: string, driveId: DriveId, options: { readonly dryRun: boolean }) => Promise<Retired>;
}

export interface CarriedOut {
  /** What it did, where that says more than what it was to do. */
  readonly text?: string;
  /** What the cloud is to be told. */
  readonly untold?: readonly UntoldNote[];
}

export interface Kind {
  /** Throws what keeps it from being done. */
  say(request: ActionRequest, target: ActionTarget, tools: ActionTools): string | Promise<string>;
  /** Twice does what once does: a node may stop in the middle. */
  carryOut(action: ActionEntry & ActionTarget, tools: ActionTools): CarriedOut | Promise<CarriedOut>;
}

export const KINDS: Readonly<Record<ActionKind, Kind>> = {
  hold,
  release,
  prioritise,
  'name-vehicle': nameVehicle,
  'mark-incident': markIncident,
  retire,
};
