/** What lies on a disk at one moment, so small that two moments can be compared. It opens no file. */
import { isPitlaneError } from '@pitlane/base/errors';
import { sha256Of } from '@pitlane/contracts/identity';
import type { DriveSource } from '@pitlane/ports/drive-source';

export interface Listing {
  /** Of paths, sizes and modification times. */
  readonly sha256: string;
  readonly files: number;
  readonly bytes: number;
  /** Links, devices, what cannot be read: they are not taken. */
  readonly skipped: number;
}

/** Undefined where there is no disk, or nothing on it. */
export async function listingOf(source: DriveSource, path: string): Promise<Listing | undefined> {
  try {
    const all = await source.list(path);
    const taken = all.filter(({ skipped }) => skipped === undefined);
    if (taken.length === 0) return undefined;
    const lines = taken.map((file) => JSON.stringify([file.path, file.bytes, file.mtimeMs]));
    const bytes = taken.reduce((sum, file) => sum + file.bytes, 0);
    return { sha256: sha256Of(lines.join('\n')), files: taken.length, bytes, skipped: all.length - taken.length };
  } catch (error) {
    if (isPitlaneError(error, 'not-found')) return undefined;
    throw error;
  }
}
