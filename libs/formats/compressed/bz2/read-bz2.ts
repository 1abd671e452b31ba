/**
 * Reads bzip2 block by block. Every block is decoded as a stream of its own, so that memory is that of one block, and a broken
 * block costs no other. What was appended as further streams is read on; the checksum of a whole stream adds nothing to
 * those of its blocks and is not looked at.
 */
import { KIB, MIB } from '@pitlane/base/bytes';
import type { ByteSource, ReadTools } from '../../recording/index.ts';
import { FileWindow } from '../file-window.ts';
import { type Hole, hole, type Piece } from '../piece.ts';
import { findMark, MARK_BITS, type Mark } from './find-mark.ts';
import { loneBlock } from './lone-block.ts';

/** 900,000 symbols of at most 20 bits, and the tables before them. */
const BLOCK_BYTES_MAX = 2.25 * MIB + 64 * KIB;
/** Mark, checksum, origin, alphabet, tables and one selector take more. */
const BLOCK_BITS_MIN = 160;
const WINDOW_BYTES = 4 * MIB;
const AHEAD_BYTES = 8 * KIB;
/** What nearly every block gives; the most is 255 bytes for each five of the largest block. */
const USUAL_CONTENT_BYTES = 2 * MIB;
const CONTENT_BYTES_MAX = 51 * 900_000;
/** Each one that fails costs a fresh decoder: a file of mere marks must not cost one for every few bytes. */
const FAILED_IN_A_ROW_MAX = 256;
const HEADER_BYTES = 4;
/** Behind the mark of a stream's end stand 32 bits of checksum. */
const END_BITS = MARK_BITS + 32;

export const isBz2 = (head: Uint8Array): boolean => isHeader(head) && findMark(head.subarray(0, 12), 32)?.bit === 32;

function isHeader(bytes: Uint8Array): boolean {
  const level = bytes[3] ?? 0;
  return bytes[0] === 0x42 && bytes[1] === 0x5a && bytes[2] === 0x68 && level >= 0x31 && level <= 0x39;
}

export async function* readBz2(source: ByteSource, tools: ReadTools): AsyncGenerator<Piece> {
  const file = new Bz2File(source, tools);
  let failedInARow = 0;
  let mark = await file.markFrom(0);
  yield* file.between(0, mark);
  while (mark !== undefined) {
    tools.signal?.throwIfAborted();
    if (mark.kind === 'end') {
      const from = mark.bit + END_BITS;
      mark = await file.markFrom(from);
      yield* file.between(Math.ceil(from / 8), mark);
      continue;
    }
    const { piece, next } = await file.block(mark);
    failedInARow = piece.kind === 'hole' ? failedInARow + 1 : 0;
    if (failedInARow > FAILED_IN_A_ROW_MAX) {
      yield hole('corrupt-chunk', 'no bzip2 block decodes any more', piece.fileFrom, source.sizeBytes);
      return;
    }
    yield piece;
    mark = next;
  }
}

class Bz2File {
  readonly #window: FileWindow;
  readonly #decompress: ReadTools['decompressors']['bz2UpTo'];
  readonly #contentBytesMax: number;

  constructor(source: ByteSource, { decompressors, limits }: ReadTools) {
    this.#window = new FileWindow(source, WINDOW_BYTES);
    this.#decompress = decompressors.bz2UpTo;
    this.#contentBytesMax = Math.min(CONTENT_BYTES_MAX, limits.sourceChunkBytesMax);
  }

  /** The first mark at or behind a bit of the file. What lies before it stays in view as far as a block may be long. */
  async markFrom(fromBit: number, blockFrom = Math.floor(fromBit / 8)): Promise<Mark | undefined> {
    const window = this.#window;
    let keepFrom = blockFrom;
    for (let bit = fromBit; ; ) {
      await window.hold(keepFrom, Math.floor(bit / 8) - keepFrom + AHEAD_BYTES);
      const found = findMark(window.bytes.subarray(0, window.filled), bit - window.base * 8);
      if (found !== undefined) return { kind: found.kind, bit: found.bit + window.base * 8 };
      if (window.end >= window.fileEnd) return undefined;
      // A mark may lie across the end of the view.
      bit = Math.max(bit, (window.end - MARK_BITS / 8) * 8);
      if (window.end - keepFrom >= BLOCK_BYTES_MAX) keepFrom = Math.floor(bit / 8);
    }
  }

  /** What stands from the byte `from` up to a mark, other than the header of a stream. */
  async *between(from: number, mark: Mark | undefined): AsyncGenerator<Hole> {
    const end = mark === undefined ? this.#window.fileEnd : Math.floor(mark.bit / 8);
    const headerFrom = end - HEADER_BYTES;
    const isAfterHeader =
      mark !== undefined && mark.bit % 8 === 0 && headerFrom >= from && (await this.#isHeaderAt(headerFrom));
    const holeEnd = isAfterHeader ? headerFrom : end;
    if (holeEnd > from) yield hole('corrupt-chunk', 'no bzip2 stream goes on here', from, holeEnd);
  }

  async #isHeaderAt(at: number): Promise<boolean> {
    await this.#window.hold(at, HEADER_BYTES);
    return isHeader(this.#window.slice(at, at + HEADER_BYTES));
  }

  /** The content of the block that `mark` begins, or a hole in its place, and the mark behind it. */
  async block(mark: Mark): Promise<{ readonly piece: Piece; readonly next: Mark | undefined }> {
    const from = Math.floor(mark.bit / 8);
    const next = await this.markFrom(mark.bit + MARK_BITS, from);
    if (next === undefined) {
      const end = this.#window.fileEnd;
      return { piece: hole('truncated', 'the file ends inside a bzip2 block', from, end), next };
    }
    const bytes = this.#content(mark, next);
    if (bytes !== undefined) return { piece: stretch(bytes, mark, next), next };
    // By chance, the inside of one block in some billions holds what looks like a mark.
    const afterNext = await this.markFrom(next.bit + 1, from);
    const both = afterNext === undefined ? undefined : this.#content(mark, afterNext);
    if (afterNext !== undefined && both !== undefined) {
      return { piece: stretch(both, mark, afterNext), next: afterNext };
    }
    return { piece: hole('corrupt-chunk', 'a bzip2 block does not decode', from, Math.ceil(next.bit / 8)), next };
  }

  #content(mark: Mark, next: Mark): Uint8Array | undefined {
    const window = this.#window;
    const isInView = mark.bit >= window.base * 8 && next.bit <= window.end * 8;
    const bits = next.bit - mark.bit;
    if (!isInView || bits < BLOCK_BITS_MIN || bits > BLOCK_BYTES_MAX * 8) return undefined;
    const stream = loneBlock(window.bytes, mark.bit - window.base * 8, next.bit - window.base * 8);
    try {
      const usual = this.#decompress(stream, Math.min(USUAL_CONTENT_BYTES, this.#contentBytesMax));
      const content = usual === 'more' ? this.#decompress(stream, this.#contentBytesMax) : usual;
      return content === 'more' ? undefined : content;
    } catch {
      return undefined;
    }
  }
}

const stretch = (bytes: Uint8Array, mark: Mark, next: Mark): Piece => ({
  kind: 'bytes',
  bytes,
  fileFrom: Math.floor(mark.bit / 8),
  fileEnd: Math.ceil(next.bit / 8),
});
