/** Numbers at places that were checked by the caller; reading behind the end gives NaN, and no comparison holds then. */

const u16 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? Number.NaN) + (bytes[at + 1] ?? Number.NaN) * 0x100;

export const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) + u16(bytes, at + 2) * 0x1_0000;

export const i32 = (bytes: Uint8Array, at: number): number => u32(bytes, at) | 0;
