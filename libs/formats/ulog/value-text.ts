/**
 * Values as texts, by their declared type. The text always tells the bytes again: what has no such text, like binary
 * data, text that is no UTF-8, or a value of another size than its type, is written as `0x` and hex digits.
 */
import { bytesFromUtf8, equalBytes, hexFromBytes, utf8FromBytes } from '@pitlane/base/bytes';

/** Bytes of the basic types. */
const BASIC_BYTES: ReadonlyMap<string, number> = new Map([
  ['int8_t', 1],
  ['uint8_t', 1],
  ['int16_t', 2],
  ['uint16_t', 2],
  ['int32_t', 4],
  ['uint32_t', 4],
  ['int64_t', 8],
  ['uint64_t', 8],
  ['float', 4],
  ['double', 8],
  ['bool', 1],
  ['char', 1],
]);

export interface TypeName {
  readonly base: string;
  /** Bytes of one element; undefined for a type that is no basic one. */
  readonly bytes: number | undefined;
  /** Elements, or undefined for a single value. */
  readonly length: number | undefined;
}

const TYPE = /^([a-zA-Z0-9_/-]+)(?:\[(\d{1,9})\])?$/;

export function typeNameFrom(text: string): TypeName | undefined {
  const match = TYPE.exec(text);
  if (match === null) return undefined;
  const base = match[1] ?? '';
  const length = match[2] === undefined ? undefined : Number(match[2]);
  return { base, bytes: BASIC_BYTES.get(base), length };
}

export function valueText(type: string, value: Uint8Array): string {
  const name = typeNameFrom(type);
  const text = name === undefined ? undefined : plainText(name, value);
  return text ?? `0x${hexFromBytes(value)}`;
}

/** Whether the text is a number that JSON has, and that a double holds exactly as its type does. */
export const isJsonNumber = (type: string, text: string): boolean =>
  /^(float|double|u?int(8|16|32)_t)$/.test(type) && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text);

/** The text of bytes that are UTF-8 and nothing else, or undefined. */
export function exactUtf8(bytes: Uint8Array): string | undefined {
  const text = utf8FromBytes(bytes);
  return equalBytes(bytesFromUtf8(text), bytes) ? text : undefined;
}

function plainText({ base, bytes, length }: TypeName, value: Uint8Array): string | undefined {
  if (base === 'char') {
    const text = exactUtf8(value);
    return text?.startsWith('0x') ? undefined : text;
  }
  if (length !== undefined || bytes !== value.byteLength) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  switch (base) {
    case 'int8_t':
      return `${view.getInt8(0)}`;
    case 'uint8_t':
      return `${view.getUint8(0)}`;
    case 'int16_t':
      return `${view.getInt16(0, true)}`;
    case 'uint16_t':
      return `${view.getUint16(0, true)}`;
    case 'int32_t':
      return `${view.getInt32(0, true)}`;
    case 'uint32_t':
      return `${view.getUint32(0, true)}`;
    case 'int64_t':
      return `${view.getBigInt64(0, true)}`;
    case 'uint64_t':
      return `${view.getBigUint64(0, true)}`;
    case 'float':
      return floatText(view);
    case 'double':
      return doubleText(view);
    case 'bool':
      return value[0] === 0 ? 'false' : value[0] === 1 ? 'true' : undefined;
    default:
      return undefined;
  }
}

const QUIET_NAN = 0x7fc0_0000;
const QUIET_NAN_64 = 0x7ff8_0000_0000_0000n;

/** The shortest decimal that is this float and no other. */
function floatText(view: DataView): string | undefined {
  const value = view.getFloat32(0, true);
  if (Number.isNaN(value)) return view.getUint32(0, true) === QUIET_NAN ? 'NaN' : undefined;
  if (value === 0) return decimalText(value); // toPrecision drops the sign of -0
  for (let digits = 1; digits < 9; digits += 1) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return decimalText(shorter);
  }
  return decimalText(Number(value.toPrecision(9)));
}

function doubleText(view: DataView): string | undefined {
  const value = view.getFloat64(0, true);
  if (Number.isNaN(value)) return view.getBigUint64(0, true) === QUIET_NAN_64 ? 'NaN' : undefined;
  return decimalText(value);
}

/** A floating number always shows that it is one: `1.0`. */
function decimalText(value: number): string {
  const text = Object.is(value, -0) ? '-0' : `${value}`;
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
