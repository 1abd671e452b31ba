/**
 * Finds the sentence in a line: `$` or `!`, an address, fields, `*` and the checksum, which must be right. Some loggers
 * write a time or a tag block before it, so it is looked for from the end of the line, in one pass.
 */

const ADDRESS_MIN = 2;
const ADDRESS_MAX = 16;
const STAR = 0x2a;
const COMMA = 0x2c;

export interface FoundSentence {
  /** Index of the `$` or `!`. */
  readonly at: number;
  /** The talker and sentence, as in `GPRMC`; ends at the first comma. */
  readonly address: string;
  /** Index of the `*`. */
  readonly star: number;
}

/** The sentence that ends at `end`, blanks aside. */
export function findSentence(bytes: Uint8Array, start: number, end: number): FoundSentence | undefined {
  let last = end;
  while (last > start && isBlankByte(bytes[last - 1] as number)) last -= 1;
  const star = last - 3;
  if (star <= start || bytes[star] !== STAR) return undefined;
  const checksum = hexValue(bytes[star + 1] as number) * 16 + hexValue(bytes[star + 2] as number);
  let found: FoundSentence | undefined;
  let xor = 0;
  for (let i = star - 1; i >= start; i -= 1) {
    const byte = bytes[i] as number;
    if (isControl(byte)) break;
    if ((byte === 0x24 || byte === 0x21) && xor === checksum && (found === undefined || i === start)) {
      const address = addressAt(bytes, i + 1, star);
      if (address !== undefined) found = { at: i, address, star };
    }
    xor ^= byte;
  }
  return found;
}

/** Whether `[start, end)` may be what a logger wrote before a sentence: short, printable, and no piece of a sentence. */
export function isLogPrefix(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > PREFIX_BYTES_MAX) return false;
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] as number;
    if (isControl(byte) || byte > 0x7e || byte === 0x24) return false;
  }
  return true;
}

const PREFIX_BYTES_MAX = 256;

function addressAt(bytes: Uint8Array, at: number, star: number): string | undefined {
  let end = at;
  while (end < star && end - at <= ADDRESS_MAX && isLetterOrDigit(bytes[end] as number)) end += 1;
  const isWhole = end === star || bytes[end] === COMMA;
  if (!isWhole || end - at < ADDRESS_MIN || end - at > ADDRESS_MAX) return undefined;
  return String.fromCharCode(...bytes.subarray(at, end));
}

const isBlankByte = (byte: number): boolean => byte === 0x20 || byte === 0x09;

const isControl = (byte: number): boolean => (byte < 0x20 && byte !== 0x09) || byte === 0x7f;

const isLetterOrDigit = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

/** Far too large for a checksum where the byte is no digit. */
function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : 0x1000;
}
