/** The numbers of an SQLite file: big-endian integers and varints, read where they lie. */

export const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] as number) << 8) | (bytes[at + 1] as number);

export const u32 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)) >>>
  0;

/** A varint of one to nine bytes. Millions of them pass here, so one view is used again and nothing is allocated. */
export class Varint {
  /** Signed; values past 2^53 are rounded, which only a size that is refused or an absurd row number can be. */
  value = 0;
  /** Index of the byte behind it. */
  end = 0;

  /** Reads the varint at `at`, seeing bytes up to `limit` only; false if it does not end there. */
  read(bytes: Uint8Array, at: number, limit: number): boolean {
    let value = 0;
    const last = Math.min(at + 8, limit);
    for (let index = at; index < last; index += 1) {
      const byte = bytes[index] as number;
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) {
        this.value = value;
        this.end = index + 1;
        return true;
      }
    }
    if (at + 8 >= limit) return false;
    value = value * 256 + (bytes[at + 8] as number);
    this.value = value >= 2 ** 63 ? value - 2 ** 64 : value;
    this.end = at + 9;
    return true;
  }
}
