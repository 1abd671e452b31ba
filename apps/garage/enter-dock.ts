/** A docking becomes an entry of the journal: one that goes on, or a new one. */
import { resolve } from 'node:path';
import { assert, PitlaneError } from '@pitlane/base/errors';
import { parseTenant, parseVehicleId } from '@pitlane/contracts/identity';
import { EVERY_TOPIC, filterText, isOpen, type TopicFilter } from '@pitlane/contracts/topic-filter';
import type { DockEntry } from '@pitlane/ports/journal';
import { listingOf } from './bays/listing.ts';
import type { WaitingDock } from './dock-queue.ts';
import type { DockRequest } from './dock-result.ts';
import { goesOn } from './goes-on.ts';
import type { GarageTools } from './tools.ts';
import { filterAsked } from './what-may-leave.ts';

const DEFAULT_PRIORITY = 99;

type Tools = Pick<GarageTools, 'journal' | 'clock' | 'newDockId' | 'settings' | 'source'>;

/** The same path docked again while it is open is the same dock going on. */
export async function enterDock(request: DockRequest, tools: Tools): Promise<DockEntry> {
  const { journal, clock, newDockId, settings, source } = tools;
  assert(request.path === resolve(request.path), 'a docked path is absolute');
  const tenant = parseTenant(request.tenant ?? settings.tenant);
  const vehicleId = request.vehicleId === undefined ? null : parseVehicleId(request.vehicleId);
  const filter = filterAsked(request, settings.filter);
  const listing = request.listing ?? (await listedNow(request.path, source));
  const now = { listing, nowMs: clock.nowMs() };
  const open = journal
    .docks()
    .find((dock) => dock.path === request.path && dock.tenant === tenant && goesOn(dock, request, now));
  if (open?.state === 'open') refuseOther(open, filter);
  const dock: DockEntry = {
    dockId: open?.dockId ?? newDockId(),
    path: request.path,
    tenant,
    tenantNamed: request.tenant !== undefined,
    vehicleId,
    priority: request.priority ?? DEFAULT_PRIORITY,
    dockedAtMs: open?.dockedAtMs ?? now.nowMs,
    state: 'open',
    driveIds: open?.driveIds ?? [],
    error: null,
    ...(listing !== undefined && { listing }),
    ...(open?.isStaged && { isStaged: true }),
    ...(open?.vehicleIfUnknown !== undefined && { vehicleIfUnknown: open.vehicleIfUnknown }),
    ...(!isOpen(filter) && { filter }),
  };
  journal.putDock(dock);
  return dock;
}

/** One that is under way, or goes on by itself, has one filter: half of it would have left by then. */
function refuseOther({ path, filter = EVERY_TOPIC }: DockEntry, now: TopicFilter): void {
  const [then, wanted] = [filter, now].map((one) => filterText(one) || 'every topic');
  if (then === wanted) return;
  throw new PitlaneError(
    'refused',
    `${path} is being docked as: ${then}; now it was asked for as: ${wanted}. Let that dock end first, with the filter that it has`,
  );
}

/** Undefined where there is nothing: the dock will say so. */
async function listedNow(path: string, source: Tools['source']): Promise<string | undefined> {
  return (await listingOf(source, path).catch(() => undefined))?.sha256;
}

/** A dock of an earlier time, taken up again as it was asked for. */
export function goingOn(dock: DockEntry): WaitingDock {
  const { path, tenant, tenantNamed = true, vehicleId, priority } = dock;
  const named = { ...(tenantNamed && { tenant }), ...(vehicleId !== null && { vehicleId }) };
  return { dock: { ...dock, state: 'open', error: null }, request: { path, priority, ...named } };
}
