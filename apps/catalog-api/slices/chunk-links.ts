/** Links to the bytes of chunk objects: straight to the bucket where it signs them, else to this program. */
import { isPitlaneError } from '@pitlane/base/errors';
import type { ObjectLinks } from '@pitlane/ports/object-links';
import type { SignedLinks } from '../signed-links.ts';

export interface ChunkLink {
  readonly url: string;
  /** Who answers there. */
  readonly via: 'bucket' | 'api';
  readonly expiresTime: string;
}

export interface LinkedChunk {
  /** Name of the object, which ends in the id of the chunk. */
  readonly object: string;
  readonly generation: string;
}

export type LinkOf = (chunk: LinkedChunk, seconds: number) => Promise<ChunkLink>;

/** @param base where this program is reached */
export function chunkLinks(own: SignedLinks, bucket: ObjectLinks | undefined, base: string): LinkOf {
  let signs = bucket !== undefined;
  return async ({ object, generation }, seconds) => {
    if (bucket && signs) {
      try {
        const { url, expiresAtMs } = await bucket.readUrl(object, { generation, seconds });
        return { url, via: 'bucket', expiresTime: nsOf(expiresAtMs) };
      } catch (error) {
        // Credentials that may not sign are no fault of who asks; the bytes are here, too.
        if (!isPitlaneError(error, 'refused')) throw error;
        signs = false;
      }
    }
    const chunkId = object.slice(object.lastIndexOf('/') + 1).replace(/\.mcap$/, '');
    const { path, expiresAtMs } = own.sign(`/v1/chunks/${chunkId}/data`, new URLSearchParams({ generation }), seconds);
    return { url: `${base}${path}`, via: 'api', expiresTime: nsOf(expiresAtMs) };
  };
}

const nsOf = (ms: number): string => String(BigInt(ms) * 1_000_000n);
