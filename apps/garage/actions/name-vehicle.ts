/** Naming a vehicle: of what is docked and of which nothing else says whose it is, or of a drive that has the wrong one. */
import { PitlaneError } from '@pitlane/base/errors';
import { parseVehicleId } from '@pitlane/contracts/identity';
import type { ActionEntry, UntoldNote } from '@pitlane/ports/journal';
import { UNKNOWN_VEHICLE } from '../drive-identity.ts';
import type { ActionTools, Kind } from './action-kinds.ts';
import { type ActionTarget, drivesOf, type NamedDrive } from './action-target.ts';
import { correctionOf } from './action-notes.ts';
import { namesOf, onlyOne } from './drive-words.ts';

export const nameVehicle: Kind = {
  say({ vehicleId: asked }, target, tools) {
    if (asked === undefined) throw new PitlaneError('bad-usage', 'say which vehicle it is');
    const vehicleId = parseVehicleId(asked);
    const drives = meant(target, tools);
    const corrected = drives.map((drive) => `${namesOf([drive])} is shown as of ${vehicleId}`);
    const isOpen = isYetToCome(target, tools);
    const toCome = isOpen ? [`what has no drive yet, and says nothing else, is named ${vehicleId}`] : [];
    return `${[...corrected, ...toCome].join('; ')}; no byte is sent again`;
  },
  carryOut(action, tools) {
    const vehicleId = String(action.args['vehicleId']);
    if (action.driveId === null && action.dockId !== null) tools.nameVehicle(action.dockId, vehicleId);
    return { untold: meant(action, tools).map((drive) => untoldOf(drive, vehicleId, action, tools)) };
  },
};

function untoldOf(drive: NamedDrive, vehicleId: string, action: ActionEntry, { settings }: ActionTools): UntoldNote {
  const { note } = action.args;
  const author = action.author ?? `garage ${settings.garage}`;
  const reason = typeof note === 'string' ? note : 'named in the garage';
  return correctionOf(drive, { vehicleId, reason, author, correctedAtMs: action.askedAtMs });
}

/** Of a dock those that have no vehicle; the only one whatever it has. */
function meant(target: ActionTarget, tools: ActionTools): NamedDrive[] {
  const drives = drivesOf(target, tools);
  const unknown = drives.filter(({ vehicleId }) => vehicleId === UNKNOWN_VEHICLE);
  if (unknown.length > 0 || (drives.length === 0 && isYetToCome(target, tools))) return unknown;
  return [onlyOne(drives)];
}

function isYetToCome({ dockId, driveId }: ActionTarget, { journal }: ActionTools): boolean {
  return driveId === null && journal.docks().some((dock) => dock.dockId === dockId && dock.state === 'open');
}
