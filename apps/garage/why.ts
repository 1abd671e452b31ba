/** Where a drive, recording or chunk stands, as the garage's journal knows it: one line a step, from disk to receipt. */
import { counted, textFromBytes } from '@pitlane/base/units';
import type { DriveId, RecordingId } from '@pitlane/contracts/identity';
import type { ChunkEntry, PreviewEntry, RecordingEntry, Shipment } from '@pitlane/ports/journal';
import { orderLines, ordersForChunk } from './orders/why-orders.ts';
import type { GarageTools } from './tools.ts';

export async function whyInGarage(id: string, { journal, settings }: GarageTools): Promise<string[]> {
  const { tenant } = settings;
  const chunks = journal.findChunk(id);
  if (chunks.length > 0) {
    return chunks.flatMap((chunk) => {
      const { facts, state, driveId, shipment } = chunk;
      return [
        `garage: chunk ${facts.ordinal} of recording ${facts.recordingId.slice(0, 12)} in ${driveId}: bytes ${facts.sourceStart} to ${facts.sourceEnd} of the file, ${counted(facts.messages, 'message')}, ${state}${shipment ? sentText(state, shipment) : ''}`,
        ...ordersForChunk(chunk, journal),
      ];
    });
  }
  const entries = [
    ...journal.recordingsOfDrive(tenant, id as DriveId),
    ...journal.recordingsById(tenant, id as RecordingId),
  ];
  const docks = journal.docks().filter(({ driveIds, dockId }) => dockId === id || driveIds.includes(id as DriveId));
  return [
    ...docks.map(({ dockId, path, state, dockedAtMs, error }) => {
      const at = new Date(dockedAtMs).toISOString();
      return `garage: docked from ${path} at ${at} as ${dockId}: ${state}${error === null ? '' : ` (${error})`}`;
    }),
    ...entries.map(lineOf),
    ...journal.previews(tenant, id as DriveId).map(previewLine),
    ...orderLines(id, journal),
    ...journal
      .receipts(tenant, id as DriveId)
      .map(
        ({ receiptId, body, keyId }) =>
          `garage: receipt ${receiptId.slice(0, 12)} of ${body.signedAt} by key ${keyId} covers ${counted(body.recordings.length, 'recording')}`,
      ),
  ];
}

/** As the journal has it, so that it is known after a restart too. */
function sentText(state: ChunkEntry['state'], { attempt, shippedAtMs, resent, overdueSinceMs }: Shipment): string {
  const at = (timeMs: number): string => new Date(timeMs).toISOString();
  const how = attempt === null ? '' : ` in frames as attempt ${attempt}`;
  const again = resent > 0 ? `, sent again ${counted(resent, 'time')}` : '';
  const late = overdueSinceMs === undefined ? '' : `, overdue or asked for since ${at(overdueSinceMs)}`;
  return `${state === 'shipped' ? '' : '; sent'} at ${at(shippedAtMs)}${how}${again}${late}`;
}

const previewLine = ({ path, object, messages, frames }: PreviewEntry): string =>
  `garage: a preview of ${path} lies in the store with ${counted(messages, 'message')}, ${counted(frames, 'frame')} among them: ${object}`;

function lineOf({ path, recordingId, bytes, format, state, cut }: RecordingEntry): string {
  const opaque = cut?.recording.opaqueReason ? `, byte for byte because ${cut.recording.opaqueReason}` : '';
  const lost = cut && cut.losses.length > 0 ? `, ${counted(cut.losses.length, 'unread range')}` : '';
  return `garage: ${path} (${recordingId.slice(0, 12)}, ${textFromBytes(bytes)}, ${format}) is ${state}${opaque}${lost}`;
}
