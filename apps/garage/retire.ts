/**
 * Frees what Pitlane wrote for a drive under its home: spool leftovers and staged copies, and only with a receipt. The
 * store is looked at once more before anything goes, because a receipt says what was there when it was signed.
 */
import { stat } from 'node:fs/promises';
import { PitlaneError } from '@pitlane/base/errors';
import { counted, textFromBytes } from '@pitlane/base/units';
import type { DriveId } from '@pitlane/contracts/identity';
import { checkReceipt, type Receipt } from '@pitlane/contracts/receipt';
import { removeStaged, stagedBytes, stagedName } from './staged-copies.ts';
import { type DockRecord, LogTopic } from '@pitlane/contracts/records';
import type { RecordingEntry } from '@pitlane/ports/journal';
import { recordingFolder } from '@pitlane/ports/spool';
import { missingObjects } from './still-stored.ts';
import type { GarageTools } from './tools.ts';

export interface Retired {
  readonly freedBytes: number;
  readonly recordings: number;
  readonly receipts: readonly string[];
  /** Store and spool are one device: what is in the store is no second copy in case that this disk fails. */
  readonly sameDevice: boolean;
  readonly text: string;
}

export async function retireDrive(
  tenant: string,
  driveId: DriveId,
  { dryRun }: { dryRun: boolean },
  tools: GarageTools,
): Promise<Retired> {
  const { journal, store, receiptKey, settings } = tools;
  const entries = journal.recordingsOfDrive(tenant, driveId);
  if (entries.length === 0)
    throw new PitlaneError('not-found', `this garage never docked a drive ${driveId}: see pitlane drives`);
  const receipts = journal.receipts(tenant, driveId);
  for (const receipt of receipts) checkReceipt(receipt, receiptKey);
  refuseUnsigned(driveId, entries, receipts);
  await refuseMissing(driveId, entries, tools);
  let freedBytes = 0;
  for (const entry of entries) {
    freedBytes += await freeSpool(entry, tools, dryRun);
    const folder = `${settings.stagedRoot}/${entry.dockId}`;
    const name = stagedName(entry.headSha256, entry.path);
    freedBytes += await stagedBytes(folder, name);
    if (!dryRun) await removeStaged(folder, name);
    if (!dryRun) await setRetired(entry, tools);
  }
  const sameDevice =
    store.traits.localDevice !== undefined && store.traits.localDevice === (await stat(settings.spoolRoot)).dev;
  const did = dryRun ? 'would free' : 'freed';
  const device = sameDevice
    ? ' Store and spool are one device: if that disk fails, both are gone; keep the source until a copy lies elsewhere.'
    : '';
  return {
    freedBytes,
    recordings: entries.length,
    receipts: receipts.map(({ receiptId }) => receiptId),
    sameDevice,
    text: `${did} ${textFromBytes(freedBytes)} of ${driveId} under ${settings.spoolRoot}; the docked files are untouched.${device}`,
  };
}

function refuseUnsigned(driveId: DriveId, entries: readonly RecordingEntry[], receipts: readonly Receipt[]): void {
  const signed = new Map(
    receipts.flatMap(({ body }) => body.recordings.map(({ recordingId, bytes }) => [recordingId, bytes])),
  );
  const open = entries.filter(
    ({ recordingId, bytes, state }) =>
      signed.get(recordingId) !== bytes || (state !== 'receipted' && state !== 'retired'),
  );
  if (open.length === 0) return;
  const names = open
    .map(({ path }) => path)
    .slice(0, 5)
    .join(', ');
  throw new PitlaneError(
    'refused',
    `${driveId} is not retired: ${open.length} of ${counted(entries.length, 'recording')} stand in no receipt (${names}). Dock it again and wait for the receipt.`,
  );
}

async function refuseMissing(driveId: DriveId, entries: readonly RecordingEntry[], tools: GarageTools): Promise<void> {
  // A half copy and the whole share objects.
  const missing = new Set<string>();
  const paths = new Set<string>();
  for (const entry of entries) {
    for await (const object of missingObjects(entry, tools)) {
      missing.add(object);
      paths.add(entry.path);
    }
  }
  if (missing.size === 0) return;
  const [first] = missing;
  const names = [...paths].slice(0, 5).join(', ');
  throw new PitlaneError(
    'refused',
    `${driveId} is not retired: objects missing from the store, or replaced there: ${missing.size} (as ${first}, of ${names}). Dock it again to send them anew, then retire.`,
  );
}

async function setRetired(entry: RecordingEntry, { journal, log }: GarageTools): Promise<void> {
  const { tenant, driveId, vehicleId, recordingId } = entry;
  journal.setState(entry, 'retired');
  const record: DockRecord = { type: 'moved', drive: { tenant, driveId, vehicleId }, recordingId, state: 'retired' };
  await log.publish(LogTopic.docks, [{ key: driveId, value: JSON.stringify(record) }]);
}

/** Also a folder by the recording alone, as an earlier version named it: nothing is read from there any more. */
async function freeSpool(entry: RecordingEntry, { spool }: GarageTools, dryRun: boolean): Promise<number> {
  let bytes = 0;
  for (const folder of [recordingFolder(entry), entry.recordingId]) {
    bytes += dryRun ? await spool.folderBytes(folder) : await spool.free(folder);
  }
  return bytes;
}
