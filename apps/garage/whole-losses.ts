/** Losses of a recording that no decoder tells of: all of it stays on its disk, or its disk did not give some of it. */
import type { RecordingId } from '@pitlane/contracts/identity';
import type { LossFacts } from '@pitlane/contracts/manifest';
import { WITHHELD } from '@pitlane/contracts/topic-filter';
import type { RecordingEntry } from '@pitlane/ports/journal';
import type { Hole } from '@pitlane/stages/30-stage';

export function withheldWhole({ recordingId, bytes }: RecordingEntry, reason: string): LossFacts {
  const text = `withheld: the whole file stays where it is, because some topics may not leave the garage: ${reason}`;
  const known = { keptIn: null, topics: [], startTime: null, endTime: null };
  return { recordingId, reason: WITHHELD, text, offset: 0, bytes, ...known };
}

export function holeLoss(recordingId: RecordingId, { offset, bytes }: Hole): LossFacts {
  const text = `the disk did not give bytes ${offset} to ${offset + bytes}: zeros stand in their place`;
  const known = { keptIn: null, topics: [], startTime: null, endTime: null };
  return { recordingId, reason: 'unreadable', text, offset, bytes, ...known };
}
