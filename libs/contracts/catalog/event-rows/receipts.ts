/** Receipts. */
import { type EventOf, type RowSink, ofDrive, sortedOnce } from './cells.ts';

export function writeReceipt(event: EventOf<'receipt'>, seq: number | bigint, sink: RowSink): void {
  const { receipt } = event;
  sink('receipt_events', [
    ...ofDrive(event, seq),
    receipt.receiptId,
    receipt.dockId,
    receipt.keyId,
    receipt.signedAt,
    receipt.object,
    receipt.manifestObject,
    sortedOnce(receipt.recordings),
    receipt.chunks,
    receipt.bytesStored,
    receipt.objectsSha256Root,
  ]);
}
