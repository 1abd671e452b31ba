/** Where the disks of a bay are now: the bay's own folder, each folder in it, or each drive that was uploaded. */
import type { DriveSource } from '@pitlane/ports/drive-source';
import type { Bay } from './bay.ts';

export interface FoundDisk {
  readonly path: string;
  /** With the vehicle of this disk. */
  readonly bay: Bay;
}

export async function disksOf(bay: Bay, source: Pick<DriveSource, 'folders'>): Promise<readonly FoundDisk[]> {
  const parent = parentOf(bay.path);
  if (bay.isUploads) return uploadedDrives(bay, parent, source);
  if (parent === bay.path) return [{ path: bay.path, bay }];
  return (await source.folders(parent)).map((name) => ({ path: `${parent}/${name}`, bay }));
}

/** `…/VEHICLE/DRIVE`: the folder says whose it is. */
async function uploadedDrives(bay: Bay, root: string, source: Pick<DriveSource, 'folders'>): Promise<FoundDisk[]> {
  const found: FoundDisk[] = [];
  for (const vehicleId of await source.folders(root)) {
    const drives = await source.folders(`${root}/${vehicleId}`);
    found.push(...drives.map((name) => ({ path: `${root}/${vehicleId}/${name}`, bay: { ...bay, vehicleId } })));
  }
  return found;
}

/** The folder in which disks come and go. */
export const parentOf = (path: string): string => (path.endsWith('/*') ? path.slice(0, -2) : path);
