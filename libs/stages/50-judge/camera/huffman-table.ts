/** The codes of a JPEG's Huffman table, as far as flat pictures need them: how long one is, and which comes first. */

export class HuffmanTable {
  readonly #lengths: Uint8Array;
  readonly #symbols: Uint8Array;

  /** @param lengths how many codes have 1 to 16 bits, and @param symbols what they stand for, the shortest first */
  constructor(lengths: Uint8Array, symbols: Uint8Array) {
    this.#lengths = lengths;
    this.#symbols = symbols;
  }

  /** Bits of the code of a symbol; undefined where it has none. */
  lengthOf(symbol: number): number | undefined {
    const at = this.#symbols.indexOf(symbol);
    if (at < 0) return undefined;
    let before = 0;
    for (let bits = 1; bits <= 16; bits += 1) {
      before += this.#lengths[bits - 1] ?? 0;
      if (at < before) return bits;
    }
    return undefined;
  }

  /** The symbol at the start of `bits`, 16 of them, and how long its code is. */
  first(bits: number): { readonly symbol: number; readonly length: number } | undefined {
    let code = 0;
    let at = 0;
    for (let length = 1; length <= 16; length += 1) {
      const count = this.#lengths[length - 1] ?? 0;
      const ours = bits >>> (16 - length);
      if (ours - code < count) {
        const symbol = this.#symbols[at + ours - code];
        return symbol === undefined ? undefined : { symbol, length };
      }
      at += count;
      code = (code + count) << 1;
    }
    return undefined;
  }
}

/** The first coefficient of a scan, by the table of its first component. */
export function firstCoefficient(table: HuffmanTable, coded: Uint8Array): number | undefined {
  // A zero is stuffed behind each 0xff, and four bytes hold any code with its value.
  const bytes: number[] = [];
  for (let at = 0; at < coded.byteLength && bytes.length < 4; at += 1) {
    bytes.push(coded[at] as number);
    if (coded[at] === 0xff) at += 1;
  }
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const found = table.first(a * 256 + b);
  if (!found || found.symbol > 11) return undefined;
  const { symbol: bits, length } = found;
  if (bits === 0) return 0;
  const all = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  const value = Math.floor(all / 2 ** (32 - length - bits)) % 2 ** bits;
  return value >= 2 ** (bits - 1) ? value : value - 2 ** bits + 1;
}
