/**
 * A log that lies compressed in its file, as a stream of decompressed bytes: bzip2 block by block, zstd block by block, or a plain file
 * as it is, decided by content. It stands between the bytes of the file and a format's grammar, which it never knows. It
 * never holds more than one block and its content, believes no declared size, and names what cannot be decompressed with the
 * place in the file where it lies.
 */
import type { ByteSource, ReadTools } from '../recording/index.ts';
import { isBz2, readBz2 } from './bz2/read-bz2.ts';
import type { Piece } from './piece.ts';
import { readPlain } from './read-plain.ts';
import { withoutBombs } from './without-bombs.ts';
import { isZstd } from './zstd/frame-layout.ts';
import { readZstd } from './zstd/read-zstd.ts';

export type { Hole, Piece, Stretch } from './piece.ts';

export type Compression = 'none' | 'bz2' | 'zstd';

/** What the first bytes of a file say of its compression. */
export function compressionOf(head: Uint8Array): Compression {
  if (isBz2(head)) return 'bz2';
  return isZstd(head) ? 'zstd' : 'none';
}

/** The bytes of `source` in order, decompressed where they are compressed. */
export function decompressed(source: ByteSource, compression: Compression, tools: ReadTools): AsyncGenerator<Piece> {
  if (compression === 'none') return readPlain(source);
  const pieces = compression === 'bz2' ? readBz2(source, tools) : readZstd(source, tools);
  return withoutBombs(pieces, source.sizeBytes, tools.limits.ratioMax);
}
