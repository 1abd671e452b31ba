/** Walks over one record's content; the first step over its end makes everything read from there on void. */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** A length of 64 bits as a number: exact up to 2^53, Infinity beyond, so that every comparison with a cap holds. */
export function lengthAt(view: DataView, at: number): number {
  const high = view.getUint32(at + 4, true);
  return high > 0x1f_ffff ? Number.POSITIVE_INFINITY : high * 0x1_0000_0000 + view.getUint32(at, true);
}

export const viewOf = (bytes: Uint8Array): DataView => {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};

export class Cursor {
  /** False once a field went over the end: the record contradicts its length. */
  sound = true;
  /** True once a text was no UTF-8 and came back with replacement characters. */
  lossyText = false;
  /** True once a map named a key twice. */
  repeatedKey = false;
  at: number;
  readonly end: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, view: DataView, at: number, end: number) {
    this.#bytes = bytes;
    this.#view = view;
    this.at = at;
    this.end = end;
  }

  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#view.getUint16(at, true);
  }

  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#view.getUint32(at, true);
  }

  u64(): bigint {
    const at = this.#take(8);
    return at < 0 ? 0n : this.#view.getBigUint64(at, true);
  }

  /** A size or an offset of 64 bits; Infinity when it is beyond 2^53. */
  length(): number {
    const at = this.#take(8);
    return at < 0 ? 0 : lengthAt(this.#view, at);
  }

  slice(bytes: number): Uint8Array {
    const at = this.#take(bytes);
    return at < 0 ? new Uint8Array(0) : this.#bytes.subarray(at, at + bytes);
  }

  text(): string {
    const bytes = this.slice(this.u32());
    try {
      return strict.decode(bytes);
    } catch {
      this.lossyText = true;
      return lenient.decode(bytes);
    }
  }

  map(): Map<string, string> {
    const entries = new Map<string, string>();
    const bytes = this.u32();
    const end = this.at + bytes;
    if (end > this.end) this.sound = false;
    while (this.sound && this.at < end) {
      const key = this.text();
      const value = this.text();
      if (entries.has(key)) this.repeatedKey = true;
      entries.set(key, value);
    }
    if (this.at !== end) this.sound = false;
    return entries;
  }

  #take(bytes: number): number {
    const at = this.at;
    if (!this.sound || bytes > this.end - at) {
      this.sound = false;
      return -1;
    }
    this.at = at + bytes;
    return at;
  }
}
