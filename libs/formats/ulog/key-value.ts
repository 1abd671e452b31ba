/**
 * Reads the body that info, parameter and default parameter records share: a length, a key such as
 * `char[3] sys_name`, and the value up to the end of the record.
 */
import { asciiOf } from './record.ts';
import { typeNameFrom } from './value-text.ts';

export interface KeyValue {
  readonly type: string;
  readonly name: string;
  /** A slice of the record. */
  readonly value: Uint8Array;
  /** Whether the value has just the size that its type declares. */
  readonly isExact: boolean;
}

const KEY = /^([a-z0-9_]+(?:\[\d{1,9}\])?) ([\x21-\x7e]+)$/;

/** The pair in `[start, end)`, or undefined if it contradicts itself. */
export function keyValueFrom(bytes: Uint8Array, start: number, end: number): KeyValue | undefined {
  if (start >= end) return undefined;
  const keyEnd = start + 1 + (bytes[start] as number);
  if (keyEnd > end || !isTypeStart(bytes[start + 1] as number)) return undefined;
  const match = KEY.exec(asciiOf(bytes, start + 1, keyEnd));
  if (match === null) return undefined;
  const type = match[1] ?? '';
  const { bytes: elementBytes = -1, length = 1 } = typeNameFrom(type) ?? {};
  const value = bytes.subarray(keyEnd, end);
  return { type, name: match[2] ?? '', value, isExact: elementBytes * length === value.byteLength };
}

/** Types begin with one of `b c d f i u`, which turns most of what is no key away at once. */
const isTypeStart = (byte: number): boolean => byte >= 0x62 && byte <= 0x75;
