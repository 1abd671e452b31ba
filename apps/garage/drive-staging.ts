/**
 * The files of a drive, inspected and staged. Copies are made ahead of those who cut, as fast as the disk gives the bytes,
 * so that the disk may leave; what is read in place is hashed one file ahead, so that the cut finds it in the page cache.
 */
import { mapOrdered, pulledAhead } from '@pitlane/base/flow';
import type { DriveDocking } from './docking.ts';
import { earliestOf, type InspectedFile } from './drive-identity.ts';
import { inspectDrive } from './inspect-drive.ts';
import { foreseenUrgencies } from './orders/foresee.ts';
import { type StagedFile, stageFile } from './stage-file.ts';
import { inOrder } from './urgent-first.ts';

export interface DriveStaging {
  readonly files: Promise<readonly InspectedFile[]>;
  /** The file that names the drive, then the others. */
  readonly staged: AsyncGenerator<StagedFile>;
}

const AHEAD_IN_PLACE = 2;

/**
 * @param after staging of an earlier drive of the same disk, which reads one file at a time
 * @param onEnd all files are staged, or one could not be
 */
export function stageDrive(docking: DriveDocking, after: Promise<unknown>, onEnd: () => void): DriveStaging {
  const files = after.then(() => inspectDrive(docking));
  files.catch(() => {}); // whoever pulls hears of it
  const isAhead = docking.intake.how !== 'in-place';
  const staging = stagedInOrder(files, isAhead ? 1 : AHEAD_IN_PLACE, docking, onEnd);
  return { files, staged: isAhead ? pulledAhead(staging) : staging };
}

async function* stagedInOrder(
  inspected: Promise<readonly InspectedFile[]>,
  limit: number,
  docking: DriveDocking,
  onEnd: () => void,
): AsyncGenerator<StagedFile> {
  try {
    const files = await inspected;
    const earliest = earliestOf(files);
    const rest = files.filter((file) => file !== earliest);
    // Nobody knows the drive's name before its first file is staged: what goes first is as the sidecar says whose it is.
    const ordered = [earliest, ...inOrder(rest, foreseenUrgencies(docking))];
    yield* mapOrdered(ordered, limit, (file) => stageFile(docking, file));
  } finally {
    onEnd();
  }
}
