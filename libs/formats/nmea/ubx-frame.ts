/** Where u-blox frames end: two sync bytes, class, id, a length of two bytes, the payload, two bytes of checksum. */
import type { BlockView } from '../lines/index.ts';
import { FletcherSums } from './fletcher-sums.ts';

export const SYNC_1 = 0xb5;
const SYNC_2 = 0x62;
const HEAD_BYTES = 6;
const CHECKSUM_BYTES = 2;

/** `past-end`: what would be a frame goes on behind the end of the file. */
export type FrameFault = 'none' | 'past-end' | 'see-more';

export class UbxFrames {
  readonly #sums = new FletcherSums();

  /** The index behind the sound frame that begins at `at`, where the view has a first sync byte. */
  endOf(view: BlockView, at: number): number | FrameFault {
    const { bytes, length, isLast } = view;
    const beyond = isLast ? 'past-end' : 'see-more';
    if (at + 1 >= length) return beyond;
    if (bytes[at + 1] !== SYNC_2) return 'none';
    if (at + HEAD_BYTES > length) return beyond;
    const checksumAt = at + HEAD_BYTES + bytes.readUInt16LE(at + 4);
    if (checksumAt + CHECKSUM_BYTES > length) return beyond;
    return this.#sums.matches(view, at + 2, checksumAt) ? checksumAt + CHECKSUM_BYTES : 'none';
  }
}

/** The topic of the frame at `at`: its class and id in hexadecimal. */
export function ubxTopic(bytes: Uint8Array, at: number): string {
  const hex = (byte = 0): string => byte.toString(16).toUpperCase().padStart(2, '0');
  return `/ubx/${hex(bytes[at + 2])}-${hex(bytes[at + 3])}`;
}
