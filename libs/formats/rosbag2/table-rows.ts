/**
 * The rows of the small tables of a bag, each put together in memory: the schema table, topics, definitions, metadata.
 * Messages are read elsewhere. Rows that cannot be read go to the diary with their page.
 */
import type { BtreePage } from './btree-page.ts';
import type { Database } from './database.ts';
import type { PageDiary } from './page-diary.ts';
import { RecordView } from './record.ts';
import { type TextEncoding, textFrom } from './table-text.ts';
import { TreeWalk } from './walk-tree.ts';

/** A row; it is valid until the next one is pulled. */
export class TableRow {
  readonly record = new RecordView();
  payload = new Uint8Array(0);
  rowid = 0;
  /** Offset in the file of its page. */
  offset = 0;

  bytes(column: number): Uint8Array {
    if (!this.record.hasBytes(column)) return new Uint8Array(0);
    return this.payload.subarray(this.record.startOf(column), this.record.endOf(column));
  }

  text(column: number, encoding: TextEncoding): string {
    return this.record.hasBytes(column) ? textFrom(this.bytes(column), encoding) : '';
  }

  integer(column: number): number {
    return this.record.isInteger(column) ? this.record.numberAt(this.payload, 0, column) : 0;
  }

  /** Sees the row of the page's current cell as far as it lies in the page; false if it has no sound header. */
  peek({ bytes, localStart, localBytes, payloadBytes, rowid }: BtreePage): boolean {
    this.payload = bytes.subarray(localStart, localStart + localBytes);
    this.rowid = rowid;
    return this.record.parse(this.payload, 0, localBytes, payloadBytes);
  }

  /** Puts the row of the page's current cell together; false if it cannot be had. */
  async load(page: BtreePage, { chains, file }: Database, bytesMax: number): Promise<boolean> {
    if (page.payloadBytes > Math.min(bytesMax, file.sizeBytes)) return false;
    const payload = new Uint8Array(page.payloadBytes);
    payload.set(page.bytes.subarray(page.localStart, page.localStart + page.localBytes));
    if (page.localBytes < page.payloadBytes) {
      const followed = await chains.copy(page.overflow, payload.subarray(page.localBytes));
      if (followed !== 'whole') return false;
    }
    this.payload = payload;
    this.rowid = page.rowid;
    this.offset = file.offsetOf(page.number);
    return this.record.parse(payload, 0, payload.byteLength, payload.byteLength);
  }
}

export class TableRows {
  isSound = true;
  readonly #database: Database;
  readonly #diary: PageDiary;
  readonly #bytesMax: number;

  constructor(database: Database, diary: PageDiary, bytesMax: number) {
    this.#database = database;
    this.#diary = diary;
    this.#bytesMax = bytesMax;
  }

  async *rows(root: number): AsyncGenerator<TableRow> {
    const walk = new TreeWalk(this.#database, 'table', (page, fault) => this.#diary.fault(page, fault));
    const row = new TableRow();
    for await (const page of walk.pages(root)) {
      if (!page.isLeaf) continue;
      let lost = 0;
      for (let index = 0; index < page.cells; index += 1) {
        if (page.take(index) && (await row.load(page, this.#database, this.#bytesMax))) yield row;
        else lost += 1;
      }
      if (lost === 0 && page.isAccounted()) continue;
      this.isSound = false;
      this.#diary.page(page.number, 'corrupt-record', `${lost} of its rows cannot be read, or some are missing`);
    }
    this.isSound &&= walk.isSound;
  }
}
