/** Small judgements about bytes of text. */

const QUOTED_BYTES_MAX = 200;

/** Whether `[at, end)` holds spaces, tabs and line ends alone. */
export function isBlank(bytes: Uint8Array, at: number, end: number): boolean {
  for (let i = at; i < end; i += 1) {
    const byte = bytes[i] as number;
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x0a) return false;
  }
  return true;
}

/** The beginning of `[at, end)` for people, with what cannot be printed escaped. */
export function quoted(bytes: Uint8Array, at: number, end: number): string {
  const text = Buffer.from(bytes.subarray(at, Math.min(end, at + QUOTED_BYTES_MAX))).toString('utf8');
  return JSON.stringify(end - at > QUOTED_BYTES_MAX ? `${text}…` : text);
}
