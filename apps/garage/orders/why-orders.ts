/** What standing orders say of an order, a drive or a chunk that somebody asks about. */
import { textFromTimeNs } from '@pitlane/base/time';
import { counted, textFromBytes } from '@pitlane/base/units';
import { chunkIsSelected } from '@pitlane/contracts/plan';
import type { ChunkEntry, Journal, OrderEntry, RecordingKey } from '@pitlane/ports/journal';
import { isFor, urgencyFromOrder } from './urgency-sources.ts';

/** Orders for a chunk, as they stand now. */
export function ordersForChunk({ facts, ...key }: ChunkEntry & RecordingKey, journal: Journal): string[] {
  const recording = journal
    .recordingsById(key.tenant, facts.recordingId)
    .find(({ driveId }) => driveId === key.driveId);
  return journal
    .orders()
    .filter(
      (order) => recording && isFor(order, recording) && chunkIsSelected(urgencyFromOrder(order).selection, facts),
    )
    .map((order) => `garage: it goes first, with priority ${order.priority}, for ${urgencyFromOrder(order).reason}`);
}

/** Of an order by its id, or of all orders by a drive that they have something of. */
export function orderLines(id: string, journal: Journal): string[] {
  return journal.orders().flatMap((order) => {
    const servings = journal.servings(order.orderId).filter((one) => order.orderId === id || one.driveId === id);
    if (order.orderId !== id && servings.length === 0) return [];
    return [
      `garage: ${orderText(order)}`,
      ...servings.map(({ driveId, state, chunks, bytesStored }) => {
        const landed = `${counted(chunks, 'chunk')} (${textFromBytes(bytesStored)}) landed`;
        return `garage: ${order.orderId} in ${driveId}: ${state === 'landed' ? landed : 'under way'}`;
      }),
    ];
  });
}

/** `order-1f3a9c0d: /lidar/* of car-47, from … to …, priority 20 (note)`. */
export function orderText({ orderId, topics, vehicleId, startTime, endTime, priority, note }: OrderEntry): string {
  const what = topics.length === 0 ? 'everything' : topics.join(', ');
  const from = startTime === null ? '' : `, from ${textFromTimeNs(BigInt(startTime))}`;
  const to = endTime === null ? '' : `, before ${textFromTimeNs(BigInt(endTime))}`;
  return `${orderId}: ${what} of ${vehicleId}${from}${to}, priority ${priority}${note === null ? '' : ` (${note})`}`;
}
