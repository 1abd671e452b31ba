/** Writes sentences and u-blox frames for tests, with checksums counted in the plainest way. */

/** `body` from its address on, as a sentence. */
export function sentence(body: string, start = '$'): string {
  let xor = 0;
  for (const byte of Buffer.from(body, 'latin1')) xor ^= byte;
  return `${start}${body}*${xor.toString(16).toUpperCase().padStart(2, '0')}`;
}

export function ubxFrame(kind: number, id: number, payload: Uint8Array): Uint8Array {
  const inner = [kind, id, payload.byteLength & 0xff, payload.byteLength >> 8, ...payload];
  let [first, second] = [0, 0];
  for (const byte of inner) {
    first = (first + byte) & 0xff;
    second = (second + first) & 0xff;
  }
  return Uint8Array.from([0xb5, 0x62, ...inner, first, second]);
}
