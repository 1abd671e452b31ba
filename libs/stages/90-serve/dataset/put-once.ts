/** Creates objects whose name says what they hold, so that finding one there already is as good. */
import { crc32c } from '@node-rs/crc32';
import { isPitlaneError } from '@pitlane/base/errors';
import type { ObjectStore, PutOptions } from '@pitlane/ports/object-store';

export const crcHex = (crc: number): string => (crc >>> 0).toString(16).padStart(8, '0');

/** @returns whether it is new. */
export async function putOnce(
  store: ObjectStore,
  name: string,
  blocks: readonly Uint8Array[],
  options: Omit<PutOptions, 'crc32c'>,
): Promise<boolean> {
  const crc = blocks.reduce((sum, block) => crc32c(block, sum), 0);
  try {
    await store.put(name, { blocks }, { ...options, crc32c: crcHex(crc) });
    return true;
  } catch (error) {
    if (!isPitlaneError(error, 'already-exists')) throw error;
    return false;
  }
}

export const NDJSON = 'application/x-ndjson';
