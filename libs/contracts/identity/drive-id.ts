/** The drive id that is made where no sidecar gives one. */
import { textFromTimeNs } from '@pitlane/base/time';
import { type DriveId, parseDriveId, type RecordingId } from './ids.ts';

/**
 * `<vehicle>-<start as yyyymmddThhmmssZ>-<first 8 hex of the earliest recording's id>`; a drive without any log time
 * starts at 1970.
 */
export function driveIdFrom(vehicleId: string, startTimeNs: bigint, earliest: RecordingId): DriveId {
  const start = textFromTimeNs(startTimeNs > MAX_DATED_NS ? 0n : startTimeNs).slice(0, 19);
  return parseDriveId(`${vehicleId.slice(0, 96)}-${start.replace(/[-:]/g, '')}Z-${earliest.slice(0, 8)}`);
}

/** The last second of the year 9999. */
const MAX_DATED_NS = 253_402_300_799_000_000_000n;
