/** Makes a block of a bzip2 stream, which lies there at any bit, a stream of its own that any decoder takes. */
import { MARK_BITS } from './find-mark.ts';

/** The largest block size: a decoder takes every smaller block for one too. */
const HEADER = Uint8Array.of(0x42, 0x5a, 0x68, 0x39);
const END_MARK = Uint8Array.of(0x17, 0x72, 0x45, 0x38, 0x50, 0x90);
const CRC_BYTES = 4;

/** The stream of the block `[fromBit, endBit)` of `bytes`, which begins with its mark. */
export function loneBlock(bytes: Uint8Array, fromBit: number, endBit: number): Uint8Array {
  const wholeBytes = Math.floor((endBit - fromBit) / 8);
  const restBits = (endBit - fromBit) % 8;
  const stream = new Uint8Array(HEADER.byteLength + wholeBytes + END_MARK.byteLength + CRC_BYTES + 1);
  stream.set(HEADER);
  copyBits(bytes, fromBit, stream.subarray(HEADER.byteLength), wholeBytes + 1);
  // The checksum of a stream of one block is that block's, which stands behind its mark.
  const block = stream.subarray(HEADER.byteLength);
  const tail = new Uint8Array(END_MARK.byteLength + CRC_BYTES);
  tail.set(END_MARK);
  tail.set(block.subarray(MARK_BITS / 8, MARK_BITS / 8 + CRC_BYTES), END_MARK.byteLength);
  appendBits(stream, HEADER.byteLength + wholeBytes, restBits, tail);
  return stream;
}

/** Copies `count` bytes from bit `fromBit` of `from` on; what lies behind its end counts as zeros. */
function copyBits(from: Uint8Array, fromBit: number, to: Uint8Array, count: number): void {
  const at = Math.floor(fromBit / 8);
  const left = fromBit % 8;
  for (let i = 0; i < count; i += 1) {
    to[i] = (((from[at + i] ?? 0) << left) | ((from[at + i + 1] ?? 0) >> (8 - left))) & 0xff;
  }
}

/** Writes `tail` behind the first `bits` bits of `to[at]`. */
function appendBits(to: Uint8Array, at: number, bits: number, tail: Uint8Array): void {
  let carry = (to[at] as number) & (0xff00 >> bits) & 0xff;
  for (const [i, byte] of tail.entries()) {
    to[at + i] = carry | (byte >> bits);
    carry = (byte << (8 - bits)) & 0xff;
  }
  to[at + tail.byteLength] = carry;
}
