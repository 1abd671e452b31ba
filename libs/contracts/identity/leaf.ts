/**
 * The leaf: SHA-256 over one channel's messages in one chunk, in the order of the recording. Each message enters as its
 * MCAP Message record with channel id 0 (opcode 0x05, u64 length, u16 0, u32 sequence, u64 log time, u64 publish time,
 * data), so that the leaf of a chunk with a single channel is the hash of its inner chunks' message bytes as they stand.
 */
import { createHash } from 'node:crypto';
import type { Sha256Hex } from './ids.ts';

export class LeafHash {
  readonly #hash = createHash('sha256');
  /** Bytes hashed so far, for the count that promises at most two SHA passes over a byte. */
  bytes = 0;

  /** @param records whole MCAP Message records with channel id 0. */
  update(records: Uint8Array): void {
    this.#hash.update(records);
    this.bytes += records.byteLength;
  }

  /** The leaf if the chunk ended here; more may follow. */
  soFar(): Sha256Hex {
    return this.#hash.copy().digest('hex') as Sha256Hex;
  }

  digest(): Sha256Hex {
    return this.#hash.digest('hex') as Sha256Hex;
  }
}

/** A channel's digest: SHA-256 over its leaves (32 bytes each), in order of window and part. */
export function channelDigestFromLeaves(leaves: readonly Sha256Hex[]): Sha256Hex {
  const hash = createHash('sha256');
  for (const leaf of leaves) hash.update(leaf, 'hex');
  return hash.digest('hex') as Sha256Hex;
}
