/** Stops a stream that gives unbelievably more bytes than the file has. */
import { MIB } from '@pitlane/base/bytes';
import { hole, type Piece } from './piece.ts';

/** So much may come out of any file. */
const FREE_BYTES = 64 * MIB;

export async function* withoutBombs(
  pieces: AsyncIterable<Piece>,
  fileBytes: number,
  ratioMax: number,
): AsyncGenerator<Piece> {
  let bytes = 0;
  for await (const piece of pieces) {
    if (piece.kind === 'bytes') bytes += piece.bytes.byteLength;
    if (bytes > FREE_BYTES && bytes > ratioMax * piece.fileEnd) {
      const text = `${bytes} bytes come out of ${piece.fileEnd}, which no log does`;
      yield hole('chunk-bomb', text, piece.fileFrom, fileBytes);
      return;
    }
    yield piece;
  }
}
