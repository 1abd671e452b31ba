/**
 * Looks at the pages that nothing has claimed and judges them by their own content. It serves where page 1 or pages of
 * pointers are damaged, or where a crash left pages behind that no table knows of yet. Rows are taken in the order of the
 * pages, which in a bag is nearly always the order in which they were recorded.
 */
import type { ReadLimits, RecordingEvent } from '../recording/index.ts';
import type { BagEvents } from './bag-events.ts';
import { BtreePage } from './btree-page.ts';
import type { Database } from './database.ts';
import { isWhole } from './database-header.ts';
import type { MessageRows } from './message-rows.ts';
import { TableRow } from './table-rows.ts';
import type { TopicTable } from './topic-table.ts';

/** Every unclaimed page that has the header of a b-tree page, in the order of the file. */
async function* strayPages({ file, map, header }: Database): AsyncGenerator<BtreePage> {
  const page = new BtreePage(header.pageBytes, header.usableBytes);
  for (let number = map.nextUnclaimed(1); number <= file.pages; number = map.nextUnclaimed(number + 1)) {
    const bytes = file.peek(number) ?? (await file.load(number));
    if (bytes !== undefined && page.load(number, bytes)) yield page;
  }
}

/** Finds the rows of `topics` where the table itself cannot be read whole. */
export async function findStrayTopics(
  database: Database,
  topics: TopicTable,
  events: BagEvents,
  limits: ReadLimits,
): Promise<void> {
  const row = new TableRow();
  for await (const page of strayPages(database)) {
    if (!page.isTable || !page.isLeaf) continue;
    for (let index = 0; index < page.cells; index += 1) {
      if (!page.look(index) || page.payloadBytes > limits.headerBytesMax || !row.peek(page)) continue;
      if (!topics.isTopicShaped(row) || !(await row.load(page, database, limits.headerBytesMax))) continue;
      events.channel(topics.topic(row, undefined));
      database.map.claim(page.number);
    }
  }
}

/** Reads messages in leaf pages outside of any table. */
export async function* strayMessages(
  database: Database,
  rows: MessageRows,
): AsyncGenerator<readonly RecordingEvent[], number> {
  let found = 0;
  for await (const page of strayPages(database)) {
    if (!page.isTable || !page.isLeaf || !rows.isIn(page)) continue;
    database.map.claim(page.number);
    found += 1;
    yield* rows.leaf(page, true);
  }
  return found;
}

/** Claims whole pages of indexes and of pointers that hold nothing of their own, with their overflow pages. */
export async function claimStrayIndexes(database: Database): Promise<void> {
  for await (const page of strayPages(database)) {
    if (page.isTable && page.isLeaf) continue;
    const bytes = page.bytes.slice();
    if (!isWhole(page, page.number, bytes)) continue;
    database.map.claim(page.number);
    await claimOverflow(page, database);
  }
}

/** Claims the overflow pages of all cells of a page; a chain that is not whole is left to be told of as lost. */
export async function claimOverflow(page: BtreePage, { chains, file }: Database): Promise<void> {
  for (let index = 0; index < page.cells; index += 1) {
    if (!page.look(index) || page.localBytes >= page.payloadBytes || page.payloadBytes > file.sizeBytes) continue;
    await chains.claim(page.overflow, page.payloadBytes - page.localBytes);
  }
}
