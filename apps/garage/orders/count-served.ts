/** What an order has of a drive, counted in the journal: no second book is kept that could disagree with it. */
import { chunkIsSelected, type Selection, windowOf } from '@pitlane/contracts/plan';
import type { Journal, OrderEntry, RecordingEntry } from '@pitlane/ports/journal';
import { urgencyFromOrder } from './urgency-sources.ts';

export interface Served {
  readonly chunks: number;
  readonly bytesStored: number;
}

/** Between two breaths of the event loop: a vehicle may have 10^6 chunks. */
const CHUNKS_AT_ONCE = 500;

export async function countServed(
  order: OrderEntry,
  recordings: readonly RecordingEntry[],
  journal: Pick<Journal, 'chunks'>,
): Promise<Served> {
  const { selection } = urgencyFromOrder(order);
  let [chunks, bytesStored, seen] = [0, 0, 0];
  for (const recording of recordings.filter((one) => mayHold(selection, one))) {
    for (const { facts } of journal.chunks(recording)) {
      seen += 1;
      if (seen % CHUNKS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
      if (!chunkIsSelected(selection, facts)) continue;
      chunks += 1;
      bytesStored += facts.bytesStored;
    }
  }
  return { chunks, bytesStored };
}

/** A recording that was cut to its end says when it begins and ends; chunks reach to the ends of their windows. */
function mayHold({ windows }: Selection, { cut }: RecordingEntry): boolean {
  const { startTime, endTime } = cut?.recording ?? {};
  if (!windows || !startTime || !endTime) return true;
  return windows.first <= windowOf(BigInt(endTime)) && windows.last >= windowOf(BigInt(startTime));
}
