/** Decompresses a whole file for tests, and checks on the way what every reading must keep. */
import { concatCopy } from '@pitlane/base/bytes';
import { expect } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { DEFAULT_READ_LIMITS, type Decompressors, type ReadLimits } from '../recording/index.ts';
import { type Compression, decompressed, type Hole } from './index.ts';

/** How many bytes there are, and the part of the file that they take. */
export type StretchPlace = readonly [bytes: number, fileFrom: number, fileEnd: number];

export interface Decompressed {
  readonly bytes: Uint8Array;
  readonly holes: readonly Hole[];
  readonly stretches: readonly StretchPlace[];
}

export async function collectPieces(
  file: Uint8Array,
  compression: Compression,
  limits: Partial<ReadLimits> = {},
  decompressors: Partial<Decompressors> = {},
): Promise<Decompressed> {
  const tools = {
    decompressors: { ...(await testDecompressors()), ...decompressors },
    limits: { ...DEFAULT_READ_LIMITS, ...limits },
  };
  const parts: Uint8Array[] = [];
  const holes: Hole[] = [];
  const stretches: StretchPlace[] = [];
  let end = 0;
  for await (const piece of decompressed(memorySource(file), compression, tools)) {
    // Blocks of bzip2 share the byte that one ends and the other begins in.
    expect(piece.fileFrom).toBeGreaterThanOrEqual(end - 1);
    expect(piece.fileEnd).toBeGreaterThanOrEqual(piece.fileFrom);
    expect(piece.fileEnd).toBeLessThanOrEqual(file.byteLength);
    end = piece.fileEnd;
    if (piece.kind === 'hole') holes.push(piece);
    else {
      parts.push(piece.bytes.slice());
      stretches.push([piece.bytes.byteLength, piece.fileFrom, piece.fileEnd]);
    }
  }
  return { bytes: concatCopy(parts), holes, stretches };
}
