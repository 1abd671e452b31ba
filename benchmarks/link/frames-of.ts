/** The frames of one attempt, cut from a claim and a content in memory, one after another. */
import { crc32c } from '@node-rs/crc32';
import {
  claimBytesFrom,
  FRAME_BYTES_MAX,
  FRAME_VERSION,
  type Frame,
  frameCountOf,
  frameHeadText,
} from '@pitlane/contracts/frame';
import type { ChunkClaim } from '@pitlane/contracts/records';

/** The bodies are slices of `content`, but for those that hold the claim. */
export function* framesOf(claim: ChunkClaim, content: Uint8Array, attempt: string): Generator<Frame> {
  const { chunkId } = claim.chunk;
  const claimBytes = claimBytesFrom(claim);
  const totalBytes = claimBytes.byteLength + content.byteLength;
  const count = frameCountOf(totalBytes);
  for (let index = 0; index < count; index += 1) {
    const start = index * FRAME_BYTES_MAX - claimBytes.byteLength;
    const slice = content.subarray(Math.max(0, start), start + FRAME_BYTES_MAX);
    const body = start < 0 ? Buffer.concat([claimBytes.subarray(index * FRAME_BYTES_MAX), slice]) : slice;
    const crc = crc32c(body).toString(16).padStart(8, '0');
    const head = {
      version: FRAME_VERSION,
      chunkId,
      attempt,
      index,
      count,
      claimBytes: claimBytes.byteLength,
      totalBytes,
      crc32c: crc,
    } as const;
    yield { key: chunkId, head: frameHeadText(head), body };
  }
}
