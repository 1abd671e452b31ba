/**
 * Whether the store still holds what it once confirmed: a receipt says what was there, not what somebody removed since.
 * That is the chunks, and also manifest and receipt, without which nobody finds the chunks when the catalog is lost.
 */
import type { KeyObject } from 'node:crypto';
import { isPitlaneError } from '@pitlane/base/errors';
import { mapOrdered } from '@pitlane/base/flow';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { ObjectMetadata, receiptObjectName, receiptObjectsName } from '@pitlane/contracts/object-layout';
import { checkReceipt, type Receipt } from '@pitlane/contracts/receipt';
import type { RecordingEntry } from '@pitlane/ports/journal';
import type { ObjectStore } from '@pitlane/ports/object-store';
import type { GarageTools } from './tools.ts';

type Tools = Pick<GarageTools, 'journal' | 'store' | 'receiptKey'>;

const LOOKS_AT_ONCE = 8;

/** Whether an object of the chunk's name holds this chunk. */
export async function holdsChunk(store: ObjectStore, { object, chunkId }: ChunkFacts): Promise<boolean> {
  return (await store.stat(object))?.metadata[ObjectMetadata.chunkId] === chunkId;
}

/** `missing`: gone, or another thing lies there. `damaged`: our own encoding, with another size or CRC-32C than was sent. */
export interface ObjectFault {
  readonly object: string;
  readonly fault: 'missing' | 'damaged';
}

export async function* objectFaults(
  entry: RecordingEntry,
  { journal, store }: Omit<Tools, 'receiptKey'>,
): AsyncGenerator<ObjectFault> {
  const looks = mapOrdered(journal.chunks(entry), LOOKS_AT_ONCE, async ({ facts }) => {
    const fault = await faultOf(store, facts);
    return fault && { object: facts.object, fault };
  });
  for await (const fault of looks) if (fault) yield fault;
}

async function faultOf(store: ObjectStore, facts: ChunkFacts): Promise<ObjectFault['fault'] | undefined> {
  const info = await store.stat(facts.object);
  if (info?.metadata[ObjectMetadata.chunkId] !== facts.chunkId) return 'missing';
  // Another garage's encoding of the same chunk has other bytes.
  if (info.metadata[ObjectMetadata.sha256] !== facts.sha256) return undefined;
  return info.bytes === facts.bytesStored && info.crc32c === facts.crc32c ? undefined : 'damaged';
}

/**
 * The receipts that stand for these recordings: the newest, and older ones for what it does not cover. Those that newer
 * ones have replaced are not asked for.
 */
export function standingReceipts(entries: readonly RecordingEntry[], receipts: readonly Receipt[]): Receipt[] {
  const open = new Map(entries.map(({ recordingId, bytes }) => [recordingId, bytes]));
  return receipts.toReversed().filter(({ body }) => {
    const covered = body.recordings.filter(({ recordingId, bytes }) => open.get(recordingId) === bytes);
    for (const { recordingId } of covered) open.delete(recordingId);
    return covered.length > 0;
  });
}

function holds(receipt: Receipt, receiptKey: KeyObject): boolean {
  try {
    checkReceipt(receipt, receiptKey);
    return true;
  } catch (error) {
    if (!isPitlaneError(error)) throw error;
    return false;
  }
}

/** Manifest and receipt as the store should hold them: those that it does not. */
export async function missingPapers({ receiptId, body }: Receipt, store: ObjectStore): Promise<string[]> {
  const names = [body.manifestObject, receiptObjectName(body, receiptId), receiptObjectsName(body, receiptId)];
  const found = await Promise.all(names.map((name) => store.stat(name)));
  return names.filter((_, i) => found[i] === undefined);
}

/**
 * Whether all objects of a recording are there, and the manifest and receipt that name them. A receipt under a key that was
 * replaced proves nothing any more: its recording is signed for anew.
 */
export async function isStillStored(entry: RecordingEntry, tools: Tools): Promise<boolean> {
  const [receipt] = standingReceipts([entry], tools.journal.receipts(entry.tenant, entry.driveId));
  if (!receipt || !holds(receipt, tools.receiptKey) || (await missingPapers(receipt, tools.store)).length > 0)
    return false;
  for await (const { fault } of objectFaults(entry, tools)) if (fault === 'missing') return false;
  return true;
}
