/**
 * Writes bzip2 for tests in the plainest way: every content becomes a block of its own, however small, with codes of one length.
 * So blocks begin at any bit, which no small file from the real tool shows.
 */

/** A bzip2 stream with a block for each content. */
export function writeBz2(contents: readonly Uint8Array[]): Uint8Array {
  const bits = new BitWriter();
  for (const byte of [0x42, 0x5a, 0x68, 0x39]) bits.put(byte, 8);
  let streamCrc = 0;
  for (const content of contents) {
    if (content.byteLength === 0) continue;
    const blockCrc = crcOf(content);
    streamCrc = (((streamCrc << 1) | (streamCrc >>> 31)) ^ blockCrc) >>> 0;
    putBlock(bits, content, blockCrc);
  }
  bits.put(0x177245, 24);
  bits.put(0x385090, 24);
  bits.put(streamCrc, 32);
  return bits.bytes();
}

class BitWriter {
  readonly #bytes: number[] = [];
  #bits = 0;

  put(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit -= 1) {
      if (this.#bits % 8 === 0) this.#bytes.push(0);
      const last = this.#bytes.length - 1;
      this.#bytes[last] = (this.#bytes[last] as number) | (((value >>> bit) & 1) << (7 - (this.#bits % 8)));
      this.#bits += 1;
    }
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

function crcOf(content: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of content) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return ~crc >>> 0;
}

const GROUP_SYMBOLS = 50;

function putBlock(bits: BitWriter, content: Uint8Array, crc: number): void {
  const { last, origin } = sortedRotations(shortRuns(content));
  const used = [...new Set(last)].sort((a, b) => a - b);
  const symbols = [...zeroRuns(movedToFront(last, used)), used.length + 1];
  const codeBits = Math.max(1, Math.ceil(Math.log2(used.length + 2)));
  const selectors = Math.ceil(symbols.length / GROUP_SYMBOLS);
  bits.put(0x314159, 24);
  bits.put(0x265359, 24);
  bits.put(crc, 32);
  bits.put(0, 1);
  bits.put(origin, 24);
  const has = (from: number, count: number): number[] =>
    Array.from({ length: 16 }, (_, i) => Number(used.some((byte) => Math.floor(byte / count) === from / count + i)));
  const pages = has(0, 16);
  for (const page of pages) bits.put(page, 1);
  for (const [page, isUsed] of pages.entries()) if (isUsed) for (const bit of has(page * 16, 1)) bits.put(bit, 1);
  // Two tables are the fewest that there may be; all groups use the first.
  bits.put(2, 3);
  bits.put(selectors, 15);
  for (let i = 0; i < selectors; i += 1) bits.put(0, 1);
  for (let table = 0; table < 2; table += 1) {
    bits.put(codeBits, 5);
    for (let symbol = 0; symbol < used.length + 2; symbol += 1) bits.put(0, 1);
  }
  for (const symbol of symbols) bits.put(symbol, codeBits);
}

/** Runs of four equal bytes or more as four of them and a count. */
function shortRuns(content: Uint8Array): number[] {
  const out: number[] = [];
  for (let at = 0; at < content.byteLength; ) {
    const byte = content[at] as number;
    let run = 1;
    while (run < 255 && content[at + run] === byte) run += 1;
    for (let i = 0; i < Math.min(run, 4); i += 1) out.push(byte);
    if (run >= 4) out.push(run - 4);
    at += run;
  }
  return out;
}

/** The last column of the sorted rotations, and which of them is the text itself. */
function sortedRotations(text: readonly number[]): { last: number[]; origin: number } {
  const order = text.map((_, at) => at);
  order.sort((a, b) => {
    for (let i = 0; i < text.length; i += 1) {
      const difference = (text[(a + i) % text.length] as number) - (text[(b + i) % text.length] as number);
      if (difference !== 0) return difference;
    }
    return a - b;
  });
  const last = order.map((at) => text[(at + text.length - 1) % text.length] as number);
  return { last, origin: order.indexOf(0) };
}

function movedToFront(column: readonly number[], used: readonly number[]): number[] {
  const list = [...used];
  return column.map((byte) => {
    const place = list.indexOf(byte);
    list.unshift(...list.splice(place, 1));
    return place;
  });
}

/** Runs of zeros as digits 1 and 2 to the base of 2, lowest first; all else one higher. */
function zeroRuns(places: readonly number[]): number[] {
  const out: number[] = [];
  let run = 0;
  const flush = (): void => {
    for (; run > 0; run = (run - 1) >> 1) out.push(run & 1 ? 0 : 1);
  };
  for (const place of places) {
    if (place === 0) {
      run += 1;
      continue;
    }
    flush();
    out.push(place + 1);
  }
  flush();
  return out;
}
