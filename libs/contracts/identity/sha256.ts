/** SHA-256 over what is small enough to be in memory. */
import { createHash } from 'node:crypto';
import type { Sha256Hex } from './ids.ts';

export function sha256Of(bytes: Uint8Array | string): Sha256Hex {
  return createHash('sha256').update(bytes).digest('hex') as Sha256Hex;
}
