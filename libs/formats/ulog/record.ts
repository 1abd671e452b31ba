/**
 * The frame of a ULog: a file header of 16 bytes, then records of a u16 size, one letter for the kind, and the body.
 * All numbers are little endian and stand where they fall, without alignment.
 */

export const MAGIC = Uint8Array.of(0x55, 0x4c, 0x6f, 0x67, 0x01, 0x12, 0x35);
export const FILE_HEADER_BYTES = 16;
export const RECORD_HEADER_BYTES = 3;
/** The size is a u16, so no record is longer, whatever a file says. */
export const RECORD_BYTES_MAX = RECORD_HEADER_BYTES + 0xffff;

export const SYNC_MAGIC = Uint8Array.of(0x2f, 0x73, 0x13, 0x20, 0x25, 0x0c, 0xbb, 0x12);

/** Bytes of the flag bits as they are defined today; later versions may append more. */
export const FLAGS_BYTES = 40;

const letter = (text: string): number => text.charCodeAt(0);

export const KIND = {
  flags: letter('B'),
  format: letter('F'),
  info: letter('I'),
  infoMultiple: letter('M'),
  parameter: letter('P'),
  defaultParameter: letter('Q'),
  subscription: letter('A'),
  unsubscription: letter('R'),
  data: letter('D'),
  text: letter('L'),
  taggedText: letter('C'),
  sync: letter('S'),
  dropout: letter('O'),
} as const;

const known = new Uint8Array(256);
for (const kind of Object.values(KIND)) known[kind] = 1;

export const isKnownKind = (kind: number): boolean => known[kind] === 1;

export const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] as number) | ((bytes[at + 1] as number) << 8);

export const u32 = (bytes: Uint8Array, at: number): number => (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;

export const u64 = (bytes: Uint8Array, at: number): bigint =>
  (BigInt(u32(bytes, at + 4)) << 32n) | BigInt(u32(bytes, at));

/** The high half of a number of microseconds that is still exact as a double: 285 years. */
export const EXACT_HIGH = 2 ** 21;
const TIME_END_NS = 1n << 64n;

/** The time at `at`, from microseconds; undefined if it is past what nanoseconds in 64 bits can say. */
export function timeNsAt(bytes: Uint8Array, at: number): bigint | undefined {
  const high = u32(bytes, at + 4);
  if (high < EXACT_HIGH) return BigInt(high * 2 ** 32 + u32(bytes, at)) * 1000n;
  const timeNs = u64(bytes, at) * 1000n;
  return timeNs < TIME_END_NS ? timeNs : undefined;
}

export const asciiOf = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
