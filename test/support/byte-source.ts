/** Recordings in memory, for tests of formats and stages. */
import type { ByteSource } from '@pitlane/formats/recording';

export interface MemorySource extends ByteSource {
  /** How many bytes were asked for so far, so that tests can count what reading costs. */
  bytesRead: number;
}

export function memorySource(bytes: Uint8Array, name = 'memory'): MemorySource {
  const source: MemorySource = {
    name,
    sizeBytes: bytes.byteLength,
    bytesRead: 0,
    read(offset, into) {
      const part = bytes.subarray(offset, offset + into.byteLength);
      into.set(part);
      source.bytesRead += part.byteLength;
      return Promise.resolve(part.byteLength);
    },
  };
  return source;
}
