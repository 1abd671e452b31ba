/** A chunk as a garage claims it, with made-up content, for tests of shipping and landing. */
import { type ChunkId, type DriveId, type RecordingId, sha256Of } from '@pitlane/contracts/identity';
import { chunkObjectName } from '@pitlane/contracts/object-layout';
import type { ChunkClaim } from '@pitlane/contracts/records';
import { crc32cText } from './memory-object-store.ts';

export function claimOf(content: Uint8Array, name = 'chunk'): ChunkClaim {
  const drive = { tenant: 'default', vehicleId: 'car-1', driveId: 'drive-1' as DriveId };
  const chunkId = sha256Of(name) as string as ChunkId;
  const chunk = {
    chunkId,
    recordingId: sha256Of('recording') as string as RecordingId,
    kind: 'log' as const,
    ordinal: 0,
    group: '',
    windowStart: '0',
    part: 0,
    sourceStart: 0,
    sourceEnd: 1,
    startTime: '0',
    endTime: '0',
    messages: 1,
    bytesRaw: 1,
    object: chunkObjectName(drive, chunkId),
    bytesStored: content.byteLength,
    crc32c: crc32cText(content),
    sha256: sha256Of(content),
    channels: [],
  };
  return { drive, chunk };
}
