/** Drives in a sentence. */
import { PitlaneError } from '@pitlane/base/errors';
import type { NamedDrive } from './action-target.ts';

/** `drive D of vehicle V`, or `drives D and E of vehicle V` */
export function namesOf(drives: readonly NamedDrive[]): string {
  const vehicles = [...new Set(drives.map(({ vehicleId }) => vehicleId))];
  const ids = drives.map(({ driveId }) => driveId);
  const names = ids.length === 1 ? `drive ${ids[0]}` : `drives ${ids.slice(0, -1).join(', ')} and ${ids.at(-1)}`;
  return `${names} of vehicle ${vehicles.join(', ')}`;
}

/** A drive has its name when its first file is read. */
export function refuseUnnamed(drives: readonly NamedDrive[]): readonly NamedDrive[] {
  if (drives.length > 0) return drives;
  throw new PitlaneError('refused', 'what is docked there has no drive yet: ask again when its first file is read');
}

/** The only one of them. */
export function onlyOne(drives: readonly NamedDrive[]): NamedDrive {
  const [drive, ...others] = refuseUnnamed(drives);
  if (drive && others.length === 0) return drive;
  throw new PitlaneError('bad-usage', `several are meant: ${namesOf(drives)}; name the drive`);
}
