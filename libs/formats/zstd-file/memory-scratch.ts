/** A scratch file in memory, for the beginning of a content. */
import type { ByteSource } from '../recording/index.ts';
import type { ScratchFile } from './unpack-zstd.ts';

/** @param bytesMax more is not taken: what is appended then is cut. */
export function memoryScratch(name: string, bytesMax: number): ScratchFile {
  let held = new Uint8Array(0);
  let sizeBytes = 0;
  return {
    append(bytes) {
      const taken = bytes.subarray(0, bytesMax - sizeBytes);
      if (sizeBytes + taken.byteLength > held.byteLength) {
        const larger = new Uint8Array(Math.min(bytesMax, Math.max(2 * held.byteLength, sizeBytes + taken.byteLength)));
        larger.set(held.subarray(0, sizeBytes));
        held = larger;
      }
      held.set(taken, sizeBytes);
      sizeBytes += taken.byteLength;
      return Promise.resolve();
    },
    source: (): ByteSource => ({
      name,
      sizeBytes,
      read(offset, into) {
        const part = held.subarray(Math.min(offset, sizeBytes), Math.min(offset + into.byteLength, sizeBytes));
        into.set(part);
        return Promise.resolve(part.byteLength);
      },
    }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
