/** The hashes by which a copy that was cut short is told to begin as the whole does: of each prefix that both may have. */
import { createHash } from 'node:crypto';
import type { Sha256Hex } from '@pitlane/contracts/identity';

const SHORTEST_BYTES = 256;

/** SHA-256 of the first 256 B, 512 B and so on, as far as `head` goes. */
export function prefixSha256(head: Uint8Array): Sha256Hex[] {
  const hash = createHash('sha256');
  const hashes: Sha256Hex[] = [];
  let hashedBytes = 0;
  for (let bytes = SHORTEST_BYTES; bytes <= head.byteLength; bytes *= 2) {
    hash.update(head.subarray(hashedBytes, bytes));
    hashedBytes = bytes;
    hashes.push(hash.copy().digest('hex') as Sha256Hex);
  }
  return hashes;
}
