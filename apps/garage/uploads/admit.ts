/** Whether an upload is taken in: its size is a claim, and room for it is promised before its first byte. */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { textFromBytes } from '@pitlane/base/units';
import type { UploadAsked } from './upload-asked.ts';
import type { UploadRecord, UploadRecords } from './upload-records.ts';
import type { Uploads } from './uploads.ts';

/** Each holds a promise of room. */
export const UNFINISHED_MAX = 1000;
/** Each is held in memory; `retire` makes room. */
export const RECORDS_MAX = 50_000;

interface Admission {
  readonly asked: UploadAsked;
  readonly bytes: number;
  readonly records: UploadRecords;
  readonly received: (record: UploadRecord) => Promise<number>;
}

export async function admit(admission: Admission, uploads: Uploads): Promise<void> {
  const { asked, bytes, records } = admission;
  const { maxBytes } = uploads.tools;
  if (bytes > maxBytes) {
    const most = `an upload may have ${textFromBytes(maxBytes)} at most (PITLANE_UPLOAD_MAX_BYTES)`;
    throw new PitlaneError('limit-exceeded', `${asked.filename} is said to have ${textFromBytes(bytes)}, and ${most}`);
  }
  const unfinished = records.all().filter(({ state }) => state === 'receiving' || state === 'checking');
  if (unfinished.length >= UNFINISHED_MAX) {
    const text = `${unfinished.length} uploads are unfinished: finish or delete some, or wait until they expire`;
    throw new PitlaneError('unavailable', text, { retryable: true });
  }
  if (records.count >= RECORDS_MAX) {
    throw new PitlaneError('unavailable', `${records.count} uploads lie here: retire drives that have their receipt`);
  }
  await refuseTaken(asked, uploads);
  await refuseWithoutRoom(admission, unfinished, uploads);
}

/** Said before gigabytes are sent for nothing; looked at again when they have come. */
async function refuseTaken({ vehicleId, drive, filename }: UploadAsked, uploads: Uploads): Promise<void> {
  if (drive === undefined) return;
  const place = join(uploads.folderOf({ vehicleId, drive }), filename);
  if (!(await stat(place).catch(() => undefined))) return;
  const text = `the drive ${drive} of ${vehicleId} has a ${filename} already: upload it under another name or drive`;
  throw new PitlaneError('already-exists', text);
}

async function refuseWithoutRoom(
  { asked, bytes, received }: Admission,
  unfinished: readonly UploadRecord[],
  uploads: Uploads,
): Promise<void> {
  const { tools, partsRoot } = uploads;
  await mkdir(partsRoot, { recursive: true });
  let promised = 0;
  for (const record of unfinished) promised += record.bytes - (await received(record));
  const roomBytes = async (): Promise<number> => {
    const { freeBytes, totalBytes } = await tools.disk(partsRoot);
    const keptFree = totalBytes * (1 - tools.pausePercent / 100);
    return Math.max(0, Math.floor(freeBytes - keptFree - promised));
  };
  const isEnough = async (): Promise<boolean> => bytes <= (await roomBytes());
  if ((await isEnough()) || (await uploads.makeRoom(isEnough))) return;
  const why = `there is room for ${textFromBytes(await roomBytes())} (the disk is filled to ${tools.pausePercent} % at most`;
  const others = promised > 0 ? `, ${textFromBytes(promised)} are promised to other uploads)` : ')';
  const text = `${asked.filename} has ${textFromBytes(bytes)}, and ${why}${others}: free some, then try again`;
  throw new PitlaneError('disk-full', text, { retryable: true });
}
