/** Records of the message log as catalog events: what is known before a drive is closed. */
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { DockRecord, Landing } from '@pitlane/contracts/records';
import type { DeliveredRecord } from '@pitlane/ports/message-log';

export function catalogEventsOfDocks(batch: readonly DeliveredRecord[]): CatalogEvent[] {
  return batch.flatMap((record): CatalogEvent[] => {
    const said = JSON.parse(record.value) as DockRecord;
    if (said.type === 'moved') {
      return [{ type: 'state', drive: said.drive, recordingId: said.recordingId, state: said.state }];
    }
    const { drive, dock, recordings, pending } = said;
    return [
      { type: 'dock', drive, dock },
      ...recordings.flatMap((recording): CatalogEvent[] => [
        { type: 'preview', drive, dockId: dock.dockId, recording },
        ...(pending.includes(recording.recordingId)
          ? [{ type: 'chunk-set', drive, recordingId: recording.recordingId, state: 'pending', by: null } as const]
          : []),
      ]),
    ];
  });
}

export function catalogEventsOfLandings(batch: readonly DeliveredRecord[]): CatalogEvent[] {
  return batch.map((record) => {
    const { drive, chunk, stored } = JSON.parse(record.value) as Landing;
    return { type: 'chunk', drive, chunk, stored };
  });
}
