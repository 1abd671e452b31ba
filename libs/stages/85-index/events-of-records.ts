/** Records of the message log as catalog events: what is known before a drive is closed. */
import { mapOrdered } from '@pitlane/base/flow';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { DockRecord, Landing } from '@pitlane/contracts/records';
import type { DeliveredRecord } from '@pitlane/ports/message-log';
import type { IndexTools } from './index-manifest.ts';
import { lookAtPreview } from './look-at-preview.ts';

const LOOKS_AT_ONCE = 8;

export async function catalogEventsOfDocks(
  batch: readonly DeliveredRecord[],
  tools: Pick<IndexTools, 'store' | 'decompressors'>,
): Promise<CatalogEvent[]> {
  const records = batch.map(({ value }) => JSON.parse(value) as DockRecord);
  const events: CatalogEvent[] = [];
  for await (const own of mapOrdered(records, LOOKS_AT_ONCE, (said) => eventsOf(said, tools))) events.push(...own);
  return events;
}

async function eventsOf(
  said: DockRecord,
  tools: Pick<IndexTools, 'store' | 'decompressors'>,
): Promise<readonly CatalogEvent[]> {
  if (said.type === 'previewed') {
    const event = await lookAtPreview(said.drive, said.previewId, tools);
    return event ? [event] : [];
  }
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
}

export function catalogEventsOfLandings(batch: readonly DeliveredRecord[]): CatalogEvent[] {
  return batch.map((record) => {
    const { drive, chunk, stored } = JSON.parse(record.value) as Landing;
    return { type: 'chunk', drive, chunk, stored };
  });
}
