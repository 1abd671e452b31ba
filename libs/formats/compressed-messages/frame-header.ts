/** The size that a zstd frame declares for its content (RFC 8878, 3.1.1.1); a claim, like every size. */

const WINDOW_BYTES = 1;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const SIZE_BYTES = [0, 2, 4, 8];

/** Undefined where the frame does not say, or is too short to. */
export function contentBytesOf(frame: Uint8Array): number | undefined {
  if (frame.byteLength < 6) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const descriptor = view.getUint8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeBytes = descriptor >> 6 === 0 && isSingleSegment ? 1 : (SIZE_BYTES[descriptor >> 6] as number);
  const at = 5 + (isSingleSegment ? 0 : WINDOW_BYTES) + (DICTIONARY_BYTES[descriptor & 3] as number);
  if (sizeBytes === 0 || at + sizeBytes > frame.byteLength) return undefined;
  if (sizeBytes === 1) return view.getUint8(at);
  if (sizeBytes === 2) return view.getUint16(at, true) + 256;
  if (sizeBytes === 4) return view.getUint32(at, true);
  const size = view.getBigUint64(at, true);
  return size <= Number.MAX_SAFE_INTEGER ? Number(size) : undefined;
}
