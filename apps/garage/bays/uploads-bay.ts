/** The bay of what was uploaded, and how its drives are spoken of: nobody pulls them, and `retire` alone frees them. */
import type { Bay, DiskStatus } from './bay.ts';

export const uploadsBay = (drivesRoot: string): Bay => ({ id: 'uploads', path: drivesRoot, isUploads: true });

/** @param isUnderWay more of it is on its way */
export function asUpload(disk: DiskStatus, isUnderWay: boolean): DiskStatus {
  return { ...disk, safeToPull: false, safeToWipe: false, safeToPullAtMs: null, text: textOf(disk, isUnderWay) };
}

function textOf({ state, text, driveIds }: DiskStatus, isUnderWay: boolean): string {
  switch (state) {
    case 'settling':
      return isUnderWay ? 'more of it is being uploaded: docked when all is there' : text;
    case 'docking':
      return 'all there and being taken in: the car and the laptop may go';
    case 'done':
      return `in the store and signed for: \`pitlane retire ${driveIds[0] ?? 'DRIVE'}\` frees what was uploaded`;
    case 'pulled':
      return 'its folder was taken away before it was done: upload it again';
    default:
      return text;
  }
}
