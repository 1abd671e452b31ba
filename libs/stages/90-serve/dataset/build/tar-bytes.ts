/** Tar as POSIX has it (ustar), with nothing in a head that is not in the content: no time, no owner. */
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { assert } from '@pitlane/base/errors';

export const TAR_BLOCK_BYTES = 512;
/** What ends a tar. */
export const TAR_END = new Uint8Array(2 * TAR_BLOCK_BYTES);

const NAME_BYTES_MAX = 100;
/** Eleven octal digits. */
const MEMBER_BYTES_MAX = 0o77777777777;

export function tarHead(name: string, bytes: number): Uint8Array {
  const head = Buffer.alloc(TAR_BLOCK_BYTES);
  const named = bytesFromUtf8(name);
  assert(named.byteLength <= NAME_BYTES_MAX && bytes <= MEMBER_BYTES_MAX, 'a member fits into a plain tar head');
  head.set(named, 0);
  head.write('0000644\0', 100, 'latin1');
  head.write('0000000\0', 108, 'latin1');
  head.write('0000000\0', 116, 'latin1');
  head.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  head.write('00000000000\0', 136, 'latin1');
  head.write('        ', 148, 'latin1');
  head.write('0', 156, 'latin1');
  head.write('ustar\x0000', 257, 'latin1');
  let sum = 0;
  for (const byte of head) sum += byte;
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return head;
}

const ZEROS = new Uint8Array(TAR_BLOCK_BYTES);

/** What fills the last block of a member. */
export const tarPadding = (bytes: number): Uint8Array =>
  ZEROS.subarray(0, (TAR_BLOCK_BYTES - (bytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES);
