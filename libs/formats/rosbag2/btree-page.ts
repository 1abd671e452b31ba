/**
 * One page of a b-tree, table or index, interior or leaf, and the cell in it that is being looked at. The page's bytes
 * are a copy that this view owns, because following overflow pages moves what was read from the file. A cell is believed
 * when it lies inside the page; what it says beyond that is for its reader to judge.
 */
import { u16, u32, Varint } from './numbers.ts';

export const PAGE_TYPE = { indexInterior: 0x02, tableInterior: 0x05, indexLeaf: 0x0a, tableLeaf: 0x0d } as const;

/** The header of the database stands in front of the first page's own. */
export const DATABASE_HEADER_BYTES = 100;

/** SQLite gives a cell no less room than this. */
const CELL_BYTES_MIN = 4;

export class BtreePage {
  number = 0;
  bytes = new Uint8Array(0);
  isLeaf = false;
  isTable = false;
  cells = 0;
  /** The last child of an interior page. */
  rightChild = 0;

  /** Of the cell that was looked at last: its child page, its row number (of a table), its payload. */
  child = 0;
  rowid = 0;
  payloadBytes = 0;
  localStart = 0;
  localBytes = 0;
  /** The first overflow page, or 0. */
  overflow = 0;

  readonly #usableBytes: number;
  readonly #varint = new Varint();
  readonly #taken: Uint8Array;
  #headerAt = 0;
  #arrayAt = 0;
  #cellAt = 0;
  #cellBytes = 0;
  #takenBytes = 0;

  constructor(pageBytes: number, usableBytes: number) {
    this.bytes = new Uint8Array(pageBytes);
    this.#taken = new Uint8Array(pageBytes);
    this.#usableBytes = usableBytes;
  }

  /** Copies the page and reads its header; false if this is no page of a b-tree. */
  load(number: number, bytes: Uint8Array): boolean {
    this.number = number;
    this.bytes.set(bytes);
    this.#headerAt = number === 1 ? DATABASE_HEADER_BYTES : 0;
    const type = bytes[this.#headerAt] as number;
    this.isLeaf = type === PAGE_TYPE.tableLeaf || type === PAGE_TYPE.indexLeaf;
    this.isTable = type === PAGE_TYPE.tableLeaf || type === PAGE_TYPE.tableInterior;
    if (!this.isLeaf && type !== PAGE_TYPE.tableInterior && type !== PAGE_TYPE.indexInterior) return false;
    this.cells = u16(bytes, this.#headerAt + 3);
    this.rightChild = this.isLeaf ? 0 : u32(bytes, this.#headerAt + 8);
    this.#arrayAt = this.#headerAt + (this.isLeaf ? 8 : 12);
    this.#taken.fill(0);
    this.#takenBytes = 0;
    return this.#arrayAt + 2 * this.cells <= this.#usableBytes;
  }

  /** Looks at one cell; false if it does not lie inside the page. */
  look(index: number): boolean {
    const at = u16(this.bytes, this.#arrayAt + 2 * index);
    this.#cellAt = at;
    if (at < this.#arrayAt + 2 * this.cells || at + CELL_BYTES_MIN > this.#usableBytes) return false;
    const start = this.isLeaf ? at : at + 4;
    if (!this.isLeaf) this.child = u32(this.bytes, at);
    this.overflow = 0;
    this.payloadBytes = 0;
    let end = this.#varintAt(start);
    if (end < 0) return false;
    if (this.isTable && !this.isLeaf) {
      this.rowid = this.#varint.value;
      this.localBytes = 0;
      this.localStart = end;
    } else {
      this.payloadBytes = this.#varint.value;
      if (this.isTable) end = this.#varintAt(end);
      if (end < 0 || this.payloadBytes < 0) return false;
      this.rowid = this.#varint.value;
      end = this.#placePayload(end);
    }
    this.#cellBytes = Math.max(CELL_BYTES_MIN, end - at);
    return at + this.#cellBytes <= this.#usableBytes;
  }

  /** Looks at a cell and counts it: no cell is taken twice, and all together fit into the page. */
  take(index: number): boolean {
    if (!this.look(index) || this.#taken[this.#cellAt] === 1) return false;
    this.#taken[this.#cellAt] = 1;
    this.#takenBytes += this.#cellBytes;
    return this.#takenBytes <= this.#usableBytes;
  }

  /** Whether the cells that were taken and the free blocks come to what the page says is in use. */
  isAccounted(): boolean {
    const declared = u16(this.bytes, this.#headerAt + 5);
    const contentAt = declared === 0 ? 65_536 : declared;
    let bytes = this.#takenBytes + (this.bytes[this.#headerAt + 7] as number);
    let free = u16(this.bytes, this.#headerAt + 1);
    while (free !== 0) {
      if (free < contentAt || free + 4 > this.#usableBytes) return false;
      bytes += u16(this.bytes, free + 2);
      const next = u16(this.bytes, free);
      if (next !== 0 && next < free + 4) return false;
      free = next;
    }
    return contentAt >= this.#arrayAt + 2 * this.cells && contentAt + bytes === this.#usableBytes;
  }

  #varintAt(at: number): number {
    return this.#varint.read(this.bytes, at, this.#usableBytes) ? this.#varint.end : -1;
  }

  /** Splits the payload that begins at `start` between the page and overflow pages; returns where the cell ends. */
  #placePayload(start: number): number {
    const usable = this.#usableBytes;
    const payload = this.payloadBytes;
    const localMax = this.isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
    this.localStart = start;
    if (payload <= localMax) {
      this.localBytes = payload;
      return start + payload;
    }
    const localMin = Math.floor(((usable - 12) * 32) / 255) - 23;
    const filled = localMin + ((payload - localMin) % (usable - 4));
    this.localBytes = filled <= localMax ? filled : localMin;
    const end = start + this.localBytes;
    if (end + 4 <= usable) this.overflow = u32(this.bytes, end);
    return end + 4;
  }
}
