/** Pieces of several sources, one behind another, as one source. */
import type { ByteSource } from '../recording/index.ts';

/** The bytes [offset, offset + bytes) of a source. */
export interface Piece {
  readonly source: ByteSource;
  readonly offset: number;
  readonly bytes: number;
}

export function joinedSource(name: string, pieces: readonly Piece[]): ByteSource {
  const starts: number[] = [];
  let sizeBytes = 0;
  for (const { bytes } of pieces) {
    starts.push(sizeBytes);
    sizeBytes += bytes;
  }
  return {
    name,
    sizeBytes,
    async read(offset, into) {
      let got = 0;
      for (const [i, { source, offset: from, bytes }] of pieces.entries()) {
        const within = offset + got - (starts[i] as number);
        if (within < 0 || within >= bytes || got === into.byteLength) continue;
        const wanted = Math.min(into.byteLength - got, bytes - within);
        const part = await source.read(from + within, into.subarray(got, got + wanted));
        got += part;
        if (part < wanted) break;
      }
      return got;
    },
  };
}

/** Bytes that are at hand, as a source. */
export const sourceOfBytes = (name: string, bytes: Uint8Array): ByteSource => ({
  name,
  sizeBytes: bytes.byteLength,
  read: async (offset, into) => {
    const part = bytes.subarray(offset, offset + into.byteLength);
    into.set(part);
    return part.byteLength;
  },
});
