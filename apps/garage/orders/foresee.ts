/**
 * How urgent something is that waits for its turn, by its sidecars alone: a car with something urgent in it must not stand
 * behind others that have hours of bulk.
 */
import { discover, type FoundDrive, sidecarPathOf } from '@pitlane/stages/10-discover';
import type { DockRequest } from '../dock-result.ts';
import { ownerOf } from '../drive-identity.ts';
import type { GarageTools } from '../tools.ts';
import { Urgencies } from './urgencies.ts';
import { urgenciesOf } from './urgency-sources.ts';

const LAST = 99;

/** Of all that is in a dock. Never rejects: what cannot be read now is told of when it is docked. */
export async function foreseenPriority(request: DockRequest, tools: GarageTools): Promise<number> {
  try {
    const { drives } = await discover(tools.source, request.path);
    return Math.min(LAST, ...drives.map((found) => drivePriority({ found, request, tools })));
  } catch {
    return LAST;
  }
}

/** Drives of one dock, the most urgent first. */
export const drivesInOrder = (drives: readonly FoundDrive[], request: DockRequest, tools: GarageTools): FoundDrive[] =>
  drives
    .map((found) => ({ found, priority: drivePriority({ found, request, tools }) }))
    .sort((a, b) => a.priority - b.priority)
    .map(({ found }) => found);

interface Foreseen {
  readonly found: FoundDrive;
  readonly request: DockRequest;
  readonly tools: GarageTools;
}

/** Before it is known which drive it is. */
export const foreseenUrgencies = (foreseen: Foreseen): Urgencies => new Urgencies(LAST, allOf(foreseen));

const drivePriority = (foreseen: Foreseen): number =>
  Math.min(LAST, ...allOf(foreseen).map(({ priority }) => priority));

function allOf({ found: { sidecar, folder }, request, tools: { journal, settings } }: Foreseen) {
  const owner = ownerOf(request, sidecar, settings.tenant, sidecarPathOf(folder));
  return urgenciesOf(owner, journal.orders(), sidecar.events ?? [], settings);
}
