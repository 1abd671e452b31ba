/**
 * Chunks come to the catalog twice: with their landing, and with the manifest that closes their dock. The rows of a large
 * drive are not written again for it: what the catalog holds already, from the same object, is left out.
 */
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { Catalog } from '@pitlane/ports/catalog';

type ChunkEvent = Extract<CatalogEvent, { type: 'chunk' }>;

/** What two rows of a chunk may differ in; all else follows from the recording and its plan. */
const KNOWN = `
  SELECT ordinal, chunk_id, object, generation, bytes_stored, crc32c, sha256 FROM recording_chunks
  WHERE tenant = ? AND drive_id = ? AND recording_id = ? AND ordinal >= ? AND ordinal <= ?`;

export async function withoutKnownChunks(events: readonly CatalogEvent[], catalog: Catalog): Promise<CatalogEvent[]> {
  const known = new Set<string>();
  for (const chunks of byRecording(events)) {
    const { drive, chunk } = chunks[0] as ChunkEvent;
    const ordinals = chunks.map((event) => event.chunk.ordinal);
    const range = [Math.min(...ordinals), Math.max(...ordinals)];
    const rows = await catalog.query(KNOWN, [drive.tenant, drive.driveId, chunk.recordingId, ...range]);
    for (const { ordinal, chunk_id, object, generation, bytes_stored, crc32c, sha256 } of rows) {
      known.add(keyOf(chunk.recordingId, [ordinal, chunk_id, object, generation, bytes_stored, crc32c, sha256]));
    }
  }
  return events.filter((event) => event.type !== 'chunk' || !known.has(keyOfEvent(event)));
}

function byRecording(events: readonly CatalogEvent[]): Iterable<ChunkEvent[]> {
  const groups = new Map<string, ChunkEvent[]>();
  for (const event of events) {
    if (event.type !== 'chunk') continue;
    const group = groups.get(event.chunk.recordingId);
    if (group) group.push(event);
    else groups.set(event.chunk.recordingId, [event]);
  }
  return groups.values();
}

function keyOfEvent({ chunk, stored }: ChunkEvent): string {
  const { recordingId, ordinal, chunkId, object, sha256 } = chunk;
  const { generation, bytesStored, crc32c } = stored;
  return keyOf(recordingId, [ordinal, chunkId, object, generation, bytesStored, crc32c, sha256]);
}

const keyOf = (recordingId: string, facts: readonly unknown[]): string =>
  `${recordingId} ${facts.map(String).join(' ')}`;
