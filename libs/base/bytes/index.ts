/** Small helpers over `Uint8Array`: hex, text, joining. They copy only where the name says so. */

const decoder = new TextDecoder('utf-8');
const encoder = new TextEncoder();

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

export const hexFromBytes = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');

export const bytesFromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

export const utf8FromBytes = (bytes: Uint8Array): string => decoder.decode(bytes);

export const bytesFromUtf8 = (text: string): Uint8Array => encoder.encode(text);

/** One new array with a copy of all `parts`, in order. */
export const concatCopy = (parts: readonly Uint8Array[]): Uint8Array => {
  let length = 0;
  for (const part of parts) length += part.byteLength;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
};

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
