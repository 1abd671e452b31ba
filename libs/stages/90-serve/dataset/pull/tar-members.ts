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

export function* tarMembers(bytes: Uint8Array): Generator<TarMember> {
  const tar = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + TAR_BLOCK_BYTES <= tar.byteLength; ) {
    if (tar[at] === 0) return;
    const nameEnd = tar.indexOf(0, at);
    const name = tar.toString('utf8', at, Math.min(nameEnd < 0 ? at : nameEnd, at + 100));
    const length = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    const offset = at + TAR_BLOCK_BYTES;
    const end = offset + Math.ceil(length / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
    if (!(end <= tar.byteLength) || !name.includes('.')) {
      throw new PitlaneError('corrupt-input', `at byte ${at} there is no member of a sample`);
    }
    yield { name, offset, length, end };
    at = end;
  }
}
