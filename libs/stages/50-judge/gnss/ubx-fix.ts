/** u-blox NAV-PVT: the fix is of a type other than none, and its flags say that it may be used. */

const FRAME_HEAD_BYTES = 6;
const FIX_TYPE_AT = FRAME_HEAD_BYTES + 20;
const FLAGS_AT = FRAME_HEAD_BYTES + 21;

export function ubxFix(data: Uint8Array): boolean | undefined {
  const [fixType, flags] = [data[FIX_TYPE_AT], data[FLAGS_AT]];
  if (fixType === undefined || flags === undefined || data[2] !== 0x01 || data[3] !== 0x07) return undefined;
  return fixType !== 0 && (flags & 1) === 1;
}
