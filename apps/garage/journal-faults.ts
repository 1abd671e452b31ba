/**
 * The journal's invariants, looked after: what it says against what lies in the spool, in the folder of staged copies and in
 * the store. They stand in `libs/ports/journal/README.md` under these names. Those that are `broken` never are, after whatever
 * crash; what is `left` is what a crash may leave, and says who takes it away. Nothing is changed here.
 */
import type { KeyObject } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { isPitlaneError, messageOf } from '@pitlane/base/errors';
import { counted, textFromBytes } from '@pitlane/base/units';
import { checkReceipt, type Receipt } from '@pitlane/contracts/receipt';
import type { Journal, RecordingEntry } from '@pitlane/ports/journal';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { recordingFolder, type Spool } from '@pitlane/ports/spool';
import { isManifestFolder } from '@pitlane/stages/60-close';
import { isSigned, Owners } from './owners.ts';
import { isGrowing, stagedBytes, stagedFiles } from './staged-copies.ts';
import { holdsChunk, standingReceipts } from './still-stored.ts';

export const JOURNAL_RULES = {
  'dock-known': 'the dock of each recording stands in the journal',
  'chunks-somewhere': 'each chunk without a receipt is sealed in the spool or lies in the store',
  'chunks-whole': 'a recording that was cut to its end has all of its chunks, each once',
  'receipt-kept': 'a recording that is signed for has a receipt here that holds',
  'dock-done': 'all recordings of a dock that is done are signed for',
  'spool-owned': 'what lies in the spool is of a recording that waits for its receipt',
  'staged-owned': 'each staged copy is of a recording, or of a dock that goes on',
} as const;
export type JournalRule = keyof typeof JOURNAL_RULES;

export interface JournalFault {
  readonly rule: JournalRule;
  readonly kind: 'broken' | 'left';
  /** What, where, and what to do next. */
  readonly text: string;
}

export interface JournalSurroundings {
  readonly journal: Journal;
  readonly spool: Spool;
  readonly store: ObjectStore;
  readonly stagedRoot: string;
  /** Without it receipts are not checked. */
  readonly receiptKey?: KeyObject;
}

/** While docks are under way, what one is about to free may be told as `left`. */
export async function* journalFaults(around: JournalSurroundings): AsyncGenerator<JournalFault> {
  const owners = await Owners.read(around.journal);
  for (const entry of around.journal.recordings()) {
    yield* dockFaults(entry, owners);
    yield* chunkFaults(entry, around);
    yield* receiptFaults(entry, around);
    await setImmediate(); // a journal of years must not hold up the docks
  }
  yield* spoolLeftovers(owners, around);
  yield* stagedLeftovers(owners, around);
}

const broken = (rule: JournalRule, text: string): JournalFault => ({ rule, kind: 'broken', text });
const left = (rule: JournalRule, text: string): JournalFault => ({ rule, kind: 'left', text });
const told = ({ path, driveId }: Pick<RecordingEntry, 'path' | 'driveId'>): string => `${path} of drive ${driveId}`;

function* dockFaults(entry: RecordingEntry, owners: Owners): Generator<JournalFault> {
  const dock = owners.dock(entry.dockId);
  if (!dock) {
    yield broken(
      'dock-known',
      `${told(entry)} came with dock ${entry.dockId}, of which nothing is known: dock it again`,
    );
  } else if (dock.state === 'done' && !isSigned(entry)) {
    const text = `dock ${dock.dockId} of ${dock.path} is called done, and ${told(entry)} is ${entry.state}: dock it again`;
    yield broken('dock-done', text);
  }
}

async function* chunkFaults(entry: RecordingEntry, around: JournalSurroundings): AsyncGenerator<JournalFault> {
  const { journal, spool, store } = around;
  const folder = recordingFolder(entry);
  let [chunks, inOrder] = [0, true];
  for (const { name, facts } of journal.chunks(entry)) {
    inOrder &&= facts.ordinal === chunks;
    chunks += 1;
    if (isSigned(entry)) continue; // the receipt says where it is, and verify looks
    // In this order: what is shipped meanwhile goes from the one to the other.
    const isSealed = (await spool.find(folder, name))?.bytes === facts.bytesStored;
    if (isSealed || (await holdsChunk(store, facts))) continue;
    const text = `chunk ${name} of ${told(entry)} is neither in the spool nor in the store: dock it again, which makes it anew`;
    yield broken('chunks-somewhere', text);
  }
  const wanted = entry.cut?.recording.chunks;
  const isWhole = wanted === undefined ? !isSigned(entry) : wanted === chunks && inOrder;
  if (isWhole) return;
  const of = wanted === undefined ? 'and its cut is not known' : `of ${wanted}`;
  yield broken('chunks-whole', `the journal has ${counted(chunks, 'chunk')} ${of} of ${told(entry)}: dock it again`);
}

function* receiptFaults(entry: RecordingEntry, { journal, receiptKey }: JournalSurroundings): Generator<JournalFault> {
  if (!isSigned(entry)) return;
  const [receipt] = standingReceipts([entry], journal.receipts(entry.tenant, entry.driveId));
  const fault = receipt ? faultOf(receipt, receiptKey) : 'none of it is kept here';
  if (fault === undefined) return;
  const text = `${told(entry)} is called signed for: ${fault}. Wipe nothing on its word; dock it again to have it signed anew`;
  yield broken('receipt-kept', text);
}

function faultOf(receipt: Receipt, receiptKey: KeyObject | undefined): string | undefined {
  if (!receiptKey) return undefined;
  try {
    checkReceipt(receipt, receiptKey);
    return undefined;
  } catch (error) {
    if (!isPitlaneError(error)) throw error;
    return messageOf(error);
  }
}

async function* spoolLeftovers(owners: Owners, { spool }: JournalSurroundings): AsyncGenerator<JournalFault> {
  for (const folder of await spool.folders()) {
    const owner = owners.ofFolder(folder);
    if (owner && !isSigned(owner)) continue;
    const bytes = textFromBytes(await spool.folderBytes(folder));
    if (owner || isManifestFolder(folder)) {
      const what = owner ? `chunks of ${told(owner)}, which is signed for` : 'a manifest that was not sent to its end';
      yield left('spool-owned', `${folder} in the spool (${bytes}) holds ${what}: it goes when the node docks next`);
    } else {
      const text = `${folder} in the spool (${bytes}) is of no recording that is known: dock the disks again that were here; what stays then may be removed by hand`;
      yield left('spool-owned', text);
    }
  }
}

async function* stagedLeftovers(owners: Owners, { stagedRoot }: JournalSurroundings): AsyncGenerator<JournalFault> {
  for await (const copy of stagedFiles(stagedRoot)) {
    const dock = owners.dock(copy.dockId);
    if (owners.ofCopy(copy).length > 0 || (dock && dock.state !== 'done' && !isGrowing(copy.name))) continue;
    const folder = `${stagedRoot}/${copy.dockId}`;
    const what = `${folder}/${copy.name} (${textFromBytes(await stagedBytes(folder, copy.name))})`;
    if (dock || isGrowing(copy.name)) {
      yield left('staged-owned', `${what} is no whole copy of a recording: it goes when the node docks next`);
    } else {
      const text = `${what} was staged by a dock that is not known: dock the disk again that it came from, or this folder if that is gone; once it is signed for, remove the copy by hand`;
      yield left('staged-owned', text);
    }
  }
}
