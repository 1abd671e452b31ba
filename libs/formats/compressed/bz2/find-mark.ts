/**
 * Finds where a bzip2 block begins, or a stream ends: each is marked by 48 bits that may lie at any bit. Seven tables say for a byte which of the 2 × 8 ways
 * (mark and bit) it fits at its place, so that most bytes are passed with one look.
 */

const BLOCK_MARK = 0x314159265359n;
const END_MARK = 0x177245385090n;
export const MARK_BITS = 48;
/** A mark that begins within a byte reaches over so many. */
const SPAN_BYTES = 7;
const ENDS = 8;

export interface Mark {
  readonly kind: 'block' | 'end';
  /** Where its first bit lies, counted from the beginning of the bytes. */
  readonly bit: number;
}

/** For each place and byte the set of ways, as bits: 0 to 7 a block at that bit, 8 to 15 an end. */
const TABLES = Array.from({ length: SPAN_BYTES }, (_, place) =>
  Uint16Array.from({ length: 256 }, (__, byte) => waysOf(place, byte)),
);
const [FIRST, SECOND] = TABLES as [Uint16Array, Uint16Array];

function waysOf(place: number, byte: number): number {
  let ways = 0;
  for (let way = 0; way < 2 * ENDS; way += 1) {
    const shift = BigInt(SPAN_BYTES * 8 - MARK_BITS - (way % ENDS));
    const mark = (way < ENDS ? BLOCK_MARK : END_MARK) << shift;
    const mask = ((1n << BigInt(MARK_BITS)) - 1n) << shift;
    const down = BigInt((SPAN_BYTES - 1 - place) * 8);
    const maskByte = Number((mask >> down) & 0xffn);
    if ((byte & maskByte) === Number((mark >> down) & 0xffn)) ways |= 1 << way;
  }
  return ways;
}

/** The first mark of `bytes` at or behind bit `fromBit`; a mark in the last bytes, with nothing behind it, is none. */
export function findMark(bytes: Uint8Array, fromBit: number): Mark | undefined {
  const from = Math.floor(fromBit / 8);
  const last = bytes.byteLength - SPAN_BYTES;
  for (let at = from; at <= last; at += 1) {
    const ways = (SECOND[bytes[at + 1] as number] as number) & (FIRST[bytes[at] as number] as number);
    if (ways === 0) continue;
    const fitting = fittingWays(bytes, at, ways) & (at === from ? notBefore(fromBit % 8) : 0xffff);
    if (fitting !== 0) return firstOf(fitting, at);
  }
  return undefined;
}

function fittingWays(bytes: Uint8Array, at: number, ways: number): number {
  let left = ways;
  for (let place = 2; place < SPAN_BYTES && left !== 0; place += 1) {
    left &= TABLES[place]?.[bytes[at + place] as number] as number;
  }
  return left;
}

const notBefore = (bit: number): number => ((0xff << bit) & 0xff) * 0x101;

function firstOf(ways: number, at: number): Mark {
  for (let bit = 0; ; bit += 1) {
    if (ways & (1 << bit)) return { kind: 'block', bit: at * 8 + bit };
    if (ways & (1 << (bit + ENDS))) return { kind: 'end', bit: at * 8 + bit };
  }
}
