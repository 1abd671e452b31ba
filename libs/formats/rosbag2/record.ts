/**
 * One row as SQLite stores it: a header of serial types, then the columns' content without gaps. The view is used again
 * for every row; positions count from the start of the payload.
 */
import { u16, u32, Varint } from './numbers.ts';

/** Columns past this many are checked but cannot be asked for; no table of a bag has more than seven. */
const COLUMNS_MAX = 64;

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8];
const FIRST_BLOB = 12;
const FIRST_TEXT = 13;

export class RecordView {
  columns = 0;
  readonly #types = new Float64Array(COLUMNS_MAX);
  readonly #starts = new Float64Array(COLUMNS_MAX);
  readonly #varint = new Varint();

  /**
   * Parses the header of the payload that begins at `start` and of which `[start, end)` is at hand. False unless header
   * and columns come to exactly `payloadBytes`, so that a record believed here is hardly an accident.
   */
  parse(bytes: Uint8Array, start: number, end: number, payloadBytes: number): boolean {
    const varint = this.#varint;
    this.columns = 0;
    if (!varint.read(bytes, start, end)) return false;
    const headerBytes = varint.value;
    const headerEnd = start + headerBytes;
    if (headerBytes < 1 || headerBytes > payloadBytes || headerEnd > end || varint.end > headerEnd) return false;
    let content = headerBytes;
    let columns = 0;
    for (let at = varint.end; at < headerEnd; at = varint.end) {
      if (!varint.read(bytes, at, headerEnd)) return false;
      const type = varint.value;
      if (type < 0 || type === 10 || type === 11) return false;
      if (columns < COLUMNS_MAX) {
        this.#types[columns] = type;
        this.#starts[columns] = content;
      }
      columns += 1;
      content += contentBytes(type);
      if (content > payloadBytes) return false;
    }
    this.columns = Math.min(columns, COLUMNS_MAX);
    return content === payloadBytes;
  }

  isInteger(column: number): boolean {
    const type = this.#typeOf(column);
    return (type >= 1 && type <= 6) || type === 8 || type === 9;
  }

  isNull(column: number): boolean {
    return this.#typeOf(column) === 0;
  }

  isText(column: number): boolean {
    const type = this.#typeOf(column);
    return type >= FIRST_TEXT && type % 2 === 1;
  }

  /** Whether the column has bytes of its own: a blob or a text. */
  hasBytes(column: number): boolean {
    return this.#typeOf(column) >= FIRST_BLOB;
  }

  startOf(column: number): number {
    return this.#starts[column] as number;
  }

  endOf(column: number): number {
    return this.startOf(column) + contentBytes(this.#typeOf(column));
  }

  /** The column's integer, exact up to 2^53. */
  numberAt(bytes: Uint8Array, payloadStart: number, column: number): number {
    const type = this.#typeOf(column);
    if (type >= 8) return type - 8;
    const at = payloadStart + this.startOf(column);
    if (type === 1) return ((bytes[at] as number) << 24) >> 24;
    if (type === 2) return (u16(bytes, at) << 16) >> 16;
    if (type === 3) return ((u16(bytes, at) << 16) | ((bytes[at + 2] as number) << 8)) >> 8;
    if (type === 4) return u32(bytes, at) | 0;
    if (type === 5) return ((u16(bytes, at) << 16) >> 16) * 2 ** 32 + u32(bytes, at + 2);
    return (u32(bytes, at) | 0) * 2 ** 32 + u32(bytes, at + 4);
  }

  bigintAt(bytes: Uint8Array, payloadStart: number, column: number): bigint {
    if (this.#typeOf(column) !== 6) return BigInt(this.numberAt(bytes, payloadStart, column));
    const at = payloadStart + this.startOf(column);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigInt64(at);
  }

  /** The type of a column, or that of NULL for one that the row was written without. */
  #typeOf(column: number): number {
    return column < this.columns ? (this.#types[column] as number) : 0;
  }
}

function contentBytes(type: number): number {
  if (type >= FIRST_BLOB) return Math.floor((type - FIRST_BLOB) / 2);
  return type >= 7 ? (type === 7 ? 8 : 0) : (INTEGER_BYTES[type] as number);
}
