/**
 * Where the parts of a zstd frame lie (RFC 8878). All sizes of compressed parts stand in it in the clear, so that a frame is cut
 * into its blocks with nothing decoded.
 */
import { KIB } from '@pitlane/base/bytes';

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
export const MAGIC_BYTES = 4;
export const FRAME_HEADER_BYTES_MAX = 18;
const SKIPPABLE_HEADER_BYTES = 8;
export const BLOCK_HEADER_BYTES = 3;
export const CHECKSUM_BYTES = 4;
/** No block gives or takes more. */
export const BLOCK_BYTES_MAX = 128 * KIB;
const REPEATED_BYTE = 1;
const RESERVED = 3;

export const isZstd = (head: Uint8Array): boolean =>
  frameHeader(head) !== undefined || skippableBytes(head) !== undefined;

export interface FrameHeader {
  /** The size of the header itself. */
  readonly bytes: number;
  readonly hasChecksum: boolean;
}

/** The frame header that `bytes` begin with; undefined where there is none, or not the whole of it. */
export function frameHeader(bytes: Uint8Array): FrameHeader | undefined {
  const descriptor = bytes[MAGIC_BYTES];
  if (u32(bytes) !== MAGIC || descriptor === undefined || descriptor & 0x08) return undefined;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryIdBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const contentSizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  const size = MAGIC_BYTES + 1 + (isSingleSegment ? 0 : 1) + dictionaryIdBytes + contentSizeBytes;
  if (size > bytes.byteLength) return undefined;
  return { bytes: size, hasChecksum: (descriptor & 0x04) !== 0 };
}

/** The size of the frame of somebody's own data that `bytes` begin with; decoders pass over those. */
export function skippableBytes(bytes: Uint8Array): number | undefined {
  const magic = u32(bytes);
  const contentBytes = u32(bytes.subarray(MAGIC_BYTES));
  if (magic === undefined || contentBytes === undefined) return undefined;
  // The last four bits are free.
  return magic >>> 4 === SKIPPABLE_MAGIC >>> 4 ? SKIPPABLE_HEADER_BYTES + contentBytes : undefined;
}

/** The block whose header `bytes` begin with, undefined for what is none. */
export function blockHeader(bytes: Uint8Array): { readonly bytes: number; readonly isLast: boolean } | undefined {
  const header = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16);
  const kind = (header >> 1) & 3;
  const size = header >> 3;
  if (kind === RESERVED || size > BLOCK_BYTES_MAX) return undefined;
  return { bytes: BLOCK_HEADER_BYTES + (kind === REPEATED_BYTE ? 1 : size), isLast: (header & 1) !== 0 };
}

/** Where in `bytes`, from `from` on, something begins that may be a frame. */
export function findFrame(bytes: Uint8Array, from: number): number | undefined {
  for (let at = from; at + MAGIC_BYTES <= bytes.byteLength; at += 1) {
    if (bytes[at] === 0x28 && bytes[at + 1] === 0xb5 && bytes[at + 2] === 0x2f && bytes[at + 3] === 0xfd) return at;
  }
  return undefined;
}

function u32(bytes: Uint8Array): number | undefined {
  if (bytes.byteLength < 4) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}
