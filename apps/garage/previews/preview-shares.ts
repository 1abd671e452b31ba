/**
 * Of which recordings of a drive there are previews, and how much of each may be read and kept: a drive of a thousand files
 * costs no more than one of three. All of it follows from the files, so that a dock that goes on makes the same.
 */
import { MIB } from '@pitlane/base/bytes';
import type { InspectedFile } from '../drive-identity.ts';

/** Less than a few chunks of it says little of a recording: where the share is smaller, not every one has a preview. */
const SHARE_BYTES_MIN = 4 * MIB;
/** Of a drive that is read in seconds anyway. */
const DRIVE_BYTES_MIN = 8 * MIB;
/** What is read for previews is read twice: no more of a drive than a small part. */
const DRIVE_PART = 8;

export interface PreviewBounds {
  readonly previewMaxBytes: number;
  readonly previewReadMaxBytes: number;
}

export interface PreviewPlan {
  /** Logs that have one, in order of time, spread over the drive. */
  readonly files: readonly InspectedFile[];
  /** The other logs. */
  readonly passedOver: readonly InspectedFile[];
  /** For all of them. */
  readonly readBytesMax: number;
  /** For each. */
  readonly bytesMax: number;
}

export function previewPlan(files: readonly InspectedFile[], bounds: PreviewBounds): PreviewPlan {
  const logs = files.filter(({ format, inspection }) => format && inspection).sort(byStart);
  const driveBytes = logs.reduce((sum, { file }) => sum + file.bytes, 0);
  const part = Math.max(DRIVE_BYTES_MIN, Math.floor(driveBytes / DRIVE_PART));
  const readBytesMax = Math.min(bounds.previewReadMaxBytes, part);
  // Of small logs a share is all.
  const meanBytes = Math.min(SHARE_BYTES_MIN, driveBytes / Math.max(1, logs.length));
  const count = Math.max(1, Math.min(logs.length, Math.floor(readBytesMax / Math.max(1, meanBytes))));
  const chosen = new Set(Array.from({ length: count }, (_, i) => logs[Math.floor((i * logs.length) / count)]));
  return {
    files: logs.filter((log) => chosen.has(log)),
    passedOver: logs.filter((log) => !chosen.has(log)),
    readBytesMax,
    bytesMax: Math.floor(bounds.previewMaxBytes / count),
  };
}

function byStart(a: InspectedFile, b: InspectedFile): number {
  const [startA, startB] = [a.inspection?.startTimeNs ?? LAST, b.inspection?.startTimeNs ?? LAST];
  if (startA !== startB) return startA < startB ? -1 : 1;
  return a.file.path < b.file.path ? -1 : 1;
}

const LAST = 1n << 64n;
