/** Sealed chunks on the disk, of bytes that do not compress, with claims that may be made anew for each run. */
import { randomFillSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChunkId, sha256Of } from '@pitlane/contracts/identity';
import { chunkObjectName } from '@pitlane/contracts/object-layout';
import type { ChunkClaim } from '@pitlane/contracts/records';
import { claimOf } from '../../test/support/claimed-chunk.ts';

export interface SealedChunk {
  readonly claim: ChunkClaim;
  readonly path: string;
}

export function writeSealedChunks(folder: string, count: number, chunkBytes: number): SealedChunk[] {
  const content = new Uint8Array(chunkBytes);
  return Array.from({ length: count }, (_, number) => {
    randomFillSync(content);
    const path = join(folder, `${number}.chunk`);
    writeFileSync(path, content);
    return { claim: claimOf(content), path };
  });
}

/** The same bytes under another name: another chunk to everybody who meets them. */
export const renamed = (chunks: readonly SealedChunk[], run: string): SealedChunk[] =>
  chunks.map(({ claim, path }, number) => ({ claim: claimNamed(claim, `${run} ${number}`), path }));

export function claimNamed({ drive, chunk }: ChunkClaim, name: string): ChunkClaim {
  const chunkId = sha256Of(name) as string as ChunkId;
  return { drive, chunk: { ...chunk, chunkId, object: chunkObjectName(drive, chunkId) } };
}
