/** Chunks of a drive that is under way, as the indexer appends them. */
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { sha256Of, type ChunkId, type DriveId, type RecordingId } from '@pitlane/contracts/identity';

const START_NS = 1_767_225_600_000_000_000n;
const drive = { tenant: 'default', driveId: 'car-99-under-way' as DriveId, vehicleId: 'car-99' } as const;
const recordingId = sha256Of('recording under way') as string as RecordingId;

export function chunkEvents(first: number, count: number): CatalogEvent[] {
  return Array.from({ length: count }, (_, i): CatalogEvent => {
    const ordinal = first + i;
    const chunkId = sha256Of(`chunk under way ${ordinal}`) as string as ChunkId;
    const startTime = String(START_NS + BigInt(ordinal) * 3_000_000_000n);
    const channel = {
      channel: 0,
      topic: '/imu',
      messages: 600,
      bytes: 4_000_000,
      startTime,
      endTime: startTime,
      leaf: sha256Of(`leaf ${ordinal}`),
    };
    return {
      type: 'chunk',
      drive,
      chunk: {
        chunkId,
        recordingId,
        kind: 'log',
        ordinal,
        group: '',
        windowStart: startTime,
        part: 0,
        sourceStart: ordinal,
        sourceEnd: ordinal + 1,
        startTime,
        endTime: startTime,
        messages: 600,
        bytesRaw: 4_000_000,
        object: `v1/00/default/car-99/car-99-under-way/${chunkId}.mcap`,
        bytesStored: 2_000_000,
        sha256: sha256Of(`object ${ordinal}`),
        crc32c: '00000000',
        channels: [channel],
      },
      stored: { generation: '1', bytesStored: 2_000_000, crc32c: '00000000' },
    };
  });
}
