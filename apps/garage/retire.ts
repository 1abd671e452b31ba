/**
 * Frees what Pitlane wrote for a drive under its home: spool leftovers, staged copies and uploads, and only with a receipt. The
 * store is looked at once more before anything goes, because a receipt says what was there when it was signed.
 */
import type { KeyObject } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { counted, textFromBytes } from '@pitlane/base/units';
import type { DriveId } from '@pitlane/contracts/identity';
import { checkReceipt, type Receipt } from '@pitlane/contracts/receipt';
import { copiesOf, removeStaged, stagedBytes } from './staged-copies.ts';
import { type DockRecord, LogTopic } from '@pitlane/contracts/records';
import type { RecordingEntry } from '@pitlane/ports/journal';
import { recordingFolder } from '@pitlane/ports/spool';
import { missingPapers, objectFaults, standingReceipts } from './still-stored.ts';
import type { GarageTools } from './tools.ts';
import { freeUploaded } from './uploaded-files.ts';
import { holdsWithheld } from './what-may-leave.ts';

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
  const receipts = standingReceipts(entries, journal.receipts(tenant, driveId));
  for (const receipt of receipts) refuseUnheld(driveId, receipt, receiptKey);
  refuseUnsigned(driveId, entries, receipts);
  await refuseMissingPapers(driveId, receipts, tools);
  await refuseFaulty(driveId, entries, tools);
  let spoolBytes = 0;
  let copyBytes = 0;
  let uploadedBytes = 0;
  let heldBytes = 0;
  for (const entry of entries) {
    spoolBytes += await freeSpool(entry, tools, dryRun);
    for (const { dockId, name } of copiesOf(entry)) {
      const folder = `${settings.stagedRoot}/${dockId}`;
      copyBytes += await stagedBytes(folder, name);
      if (!dryRun) await removeStaged(folder, name);
    }
    // An upload is the only copy of what was withheld of it.
    if (holdsWithheld(entry)) heldBytes += await freeUploaded(entry, tools, true);
    else uploadedBytes += await freeUploaded(entry, tools, dryRun);
    if (!dryRun) await setRetired(entry, tools);
  }
  const sameDevice =
    store.traits.localDevice !== undefined && store.traits.localDevice === (await stat(settings.spoolRoot)).dev;
  const places = [
    { root: settings.spoolRoot, bytes: spoolBytes },
    { root: settings.stagedRoot, bytes: copyBytes },
    ...(uploadedBytes > 0 ? [{ root: tools.uploads.drivesRoot, bytes: uploadedBytes, isUploads: true }] : []),
  ];
  return {
    freedBytes: spoolBytes + copyBytes + uploadedBytes,
    recordings: entries.length,
    receipts: receipts.map(({ receiptId }) => receiptId),
    sameDevice,
    text:
      textOf(`${driveId} (${counted(entries.length, 'recording')})`, places, { dryRun, sameDevice }) +
      heldText(heldBytes),
  };
}

interface Place {
  readonly root: string;
  readonly bytes: number;
  /** It holds what was uploaded, which has no other place that is left as it is. */
  readonly isUploads?: boolean;
}

function textOf(drive: string, places: readonly Place[], { dryRun, sameDevice }: Record<string, boolean>): string {
  const freed = places
    .filter(({ bytes }) => bytes > 0)
    .map(({ root, bytes }) => `${textFromBytes(bytes)} under ${root}`);
  const roots = places.map(({ root }) => root).join(' or ');
  const what =
    freed.length > 0
      ? `${dryRun ? 'would free' : 'freed'} ${freed.join(' and ')} of ${drive}`
      : `nothing of ${drive} is left to free under ${roots}`;
  const device = sameDevice
    ? ' Store and spool are one device: if that disk fails, both are gone; keep the source until a copy lies elsewhere.'
    : '';
  const left = places.some(({ isUploads }) => isUploads) ? 'files on docked disks are' : 'the docked files are';
  return `${what}; ${left} untouched.${device}`;
}

const heldText = (bytes: number): string =>
  bytes > 0 ? ` ${textFromBytes(bytes)} of uploads stay: they hold what was withheld, and nothing else does.` : '';

/** As when the cloud's key was lost and another one signs now. */
function refuseUnheld(driveId: DriveId, receipt: Receipt, receiptKey: KeyObject): void {
  try {
    checkReceipt(receipt, receiptKey);
  } catch (cause) {
    throw new PitlaneError(
      'refused',
      `${driveId} is not retired: of receipt ${receipt.receiptId.slice(0, 12)}, ${messageOf(cause)} Dock it again to have it signed anew, or put the key back that signed it.`,
      { cause },
    );
  }
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

async function refuseMissingPapers(
  driveId: DriveId,
  receipts: readonly Receipt[],
  { store }: GarageTools,
): Promise<void> {
  for (const receipt of receipts) {
    const [first] = await missingPapers(receipt, store);
    if (first === undefined) continue;
    throw new PitlaneError(
      'refused',
      `${driveId} is not retired: manifest or receipt missing from the store (${first}), without which nobody finds its chunks if the catalog is lost. Dock it again to have them made anew, run \`pitlane reindex\` so that verify does not ask for the old ones, then retire.`,
    );
  }
}

async function refuseFaulty(driveId: DriveId, entries: readonly RecordingEntry[], tools: GarageTools): Promise<void> {
  // A half copy and the whole share objects.
  const missing = new Set<string>();
  const damaged = new Set<string>();
  const paths = new Set<string>();
  for (const entry of entries) {
    for await (const { object, fault } of objectFaults(entry, tools)) {
      (fault === 'missing' ? missing : damaged).add(object);
      paths.add(entry.path);
    }
  }
  const [first] = [...damaged, ...missing];
  if (first === undefined) return;
  const faults = [
    damaged.size > 0 ? `objects in the store of another size or CRC-32C than was sent: ${damaged.size}` : '',
    missing.size > 0 ? `objects missing from the store, or replaced there: ${missing.size}` : '',
  ].filter((fault) => fault !== '');
  const names = [...paths].slice(0, 5).join(', ');
  const move = damaged.size > 0 ? 'Move the damaged away. ' : '';
  throw new PitlaneError(
    'refused',
    `${driveId} is not retired: ${faults.join('; ')} (as ${first}, of ${names}). ${move}Dock it again to send them anew, then retire.`,
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
