/** The members of a tar as our builder writes them: plain heads, one behind another. */
import { PitlaneError } from '@pitlane/base/errors';
import { TAR_BLOCK_BYTES } from '../build/tar-bytes.ts';

export interface TarMember {
  readonly name: string;
  /** Where its content begins. */
  readonly offset: number;
  readonly length: number;
  /** Where the next head begins. */
  readonly end: number;
}

/** What heads are taken from: bytes in one piece, or in several. */
export interface TarBlocks {
  readonly byteLength: number;
  block(at: number, bytes: number): Buffer;
}

const inOnePiece = (bytes: Uint8Array): TarBlocks => ({
  byteLength: bytes.byteLength,
  block: (at, length) => Buffer.from(bytes.buffer, bytes.byteOffset + at, length),
});

export function* tarMembers(tar: Uint8Array | TarBlocks): Generator<TarMember> {
  const blocks = tar instanceof Uint8Array ? inOnePiece(tar) : tar;
  for (let at = 0; at + TAR_BLOCK_BYTES <= blocks.byteLength; ) {
    const head = blocks.block(at, TAR_BLOCK_BYTES);
    if (head[0] === 0) return;
    const nameEnd = head.indexOf(0);
    const name = head.toString('utf8', 0, Math.min(nameEnd < 0 ? 0 : nameEnd, 100));
    const length = Number.parseInt(head.toString('latin1', 124, 135), 8);
    const offset = at + TAR_BLOCK_BYTES;
    const end = offset + Math.ceil(length / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
    if (!(end <= blocks.byteLength) || !name.includes('.')) {
      throw new PitlaneError('corrupt-input', `at byte ${at} there is no member of a sample`);
    }
    yield { name, offset, length, end };
    at = end;
  }
}
