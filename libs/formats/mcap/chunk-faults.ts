/** What is wrong with a chunk as its head tells it, before anything of it is allocated or decompressed. */
import { textFromBytes } from '@pitlane/base/units';
import type { LossReason, ReadLimits } from '../recording/index.ts';
import type { ChunkHead } from './records.ts';

export interface ChunkFault {
  readonly reason: LossReason;
  readonly text: string;
}

/** Ratios are judged above this size only: a small chunk of zeros is no danger. */
const RATIO_FREE_BYTES = 64 * 1024 * 1024;

export function chunkFault(head: ChunkHead, limits: ReadLimits, offset: number): ChunkFault | undefined {
  const { compression, uncompressedBytes, bodyBytes } = head;
  const where = `the chunk at byte ${offset}`;
  const cap = limits.sourceChunkBytesMax;
  if (uncompressedBytes > cap || bodyBytes > cap) {
    const declared = Number.isFinite(uncompressedBytes)
      ? textFromBytes(Math.max(uncompressedBytes, bodyBytes))
      : 'absurdly many bytes';
    return { reason: 'chunk-bomb', text: `${where} declares ${declared}, over the cap of ${textFromBytes(cap)}` };
  }
  if (uncompressedBytes > RATIO_FREE_BYTES && uncompressedBytes > bodyBytes * limits.ratioMax) {
    const text = `${where} claims ${textFromBytes(uncompressedBytes)} out of ${textFromBytes(bodyBytes)}, which no log does`;
    return { reason: 'chunk-bomb', text };
  }
  if (compression === '' && uncompressedBytes !== bodyBytes) {
    return { reason: 'corrupt-chunk', text: `${where} is not compressed, yet its two sizes differ` };
  }
  if (compression !== '' && compression !== 'zstd' && compression !== 'lz4') {
    return {
      reason: 'corrupt-chunk',
      text: `${where} is compressed with ${JSON.stringify(compression)}, which is not known`,
    };
  }
  return undefined;
}
