/** Where the spool keeps a recording's chunks: a folder for each drive that it is docked into, so that none frees another's. */
import { type DriveId, type RecordingId, sha256Of } from '@pitlane/contracts/identity';

export interface SpooledRecording {
  readonly tenant: string;
  readonly driveId: DriveId;
  readonly recordingId: RecordingId;
}

const DRIVE_DIGITS = 16;

/** Short and legal whatever the names: a hash stands for tenant and drive. */
export function recordingFolder({ tenant, driveId, recordingId }: SpooledRecording): string {
  return `${sha256Of(`${tenant}\n${driveId}`).slice(0, DRIVE_DIGITS)}-${recordingId}`;
}
