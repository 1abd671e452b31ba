/**
 * Reads a bag table by table: what the small tables say first, then the messages in the order of their row numbers, then
 * whatever no table led to. Row order is the order in which a bag was recorded, and nearly always that of its bytes, so
 * the file is read about once from front to back; and it is the same however the pages came to lie.
 *
 * Everything is claimed page by page. What nobody claims in the end is lost, and the diary says so.
 */
import type { ByteSource, ReadTools, RecordingEvent } from '../recording/index.ts';
import { BagEvents } from './bag-events.ts';
import { type Database, openDatabase } from './database.ts';
import { claimFreePages, claimSpecialPages } from './free-pages.ts';
import { MessageRows } from './message-rows.ts';
import { PageDiary } from './page-diary.ts';
import { readSchemaTable, type SchemaTable, tableNamed, type TreeEntry } from './schema-table.ts';
import { readSmallTables, SMALL_TABLES } from './small-tables.ts';
import { claimOverflow, claimStrayIndexes, findStrayTopics, strayMessages } from './stray-pages.ts';
import { sweep } from './sweep.ts';
import { TableRows } from './table-rows.ts';
import { TopicTable } from './topic-table.ts';
import { TreeWalk } from './walk-tree.ts';

export async function* readBag(source: ByteSource, tools: ReadTools): AsyncGenerator<readonly RecordingEvent[]> {
  const database = await openDatabase(source);
  const events = new BagEvents();
  const reader = new BagReader(database, events, tools);
  for await (const batch of reader.batches()) {
    yield batch;
    tools.signal?.throwIfAborted();
  }
  await sweep(database, reader.diary, source.sizeBytes);
  events.finish(source.sizeBytes);
  if (!events.isEmpty) yield events.take();
}

class BagReader {
  readonly diary: PageDiary;
  readonly #database: Database;
  readonly #events: BagEvents;
  readonly #tools: ReadTools;
  /** Whether messages may stand in pages that their table does not lead to. */
  #hasStrays = false;

  constructor(database: Database, events: BagEvents, tools: ReadTools) {
    this.#database = database;
    this.#events = events;
    this.#tools = tools;
    this.diary = new PageDiary(events, database.file);
  }

  async *batches(): AsyncGenerator<readonly RecordingEvent[]> {
    const { limits } = this.#tools;
    this.#noteHeader();
    const rows = new TableRows(this.#database, this.diary, limits.headerBytesMax);
    const schema = await readSchemaTable(rows);
    const topics = new TopicTable(limits, schema.encoding);
    await readSmallTables(schema, rows, topics, this.#events);
    const messages = tableNamed(schema, 'messages');
    const isKnown = messages !== undefined && tableNamed(schema, 'topics') !== undefined;
    if (!isKnown)
      this.#events.note('the table of topics or that of messages is not known: rows are taken by their shape');
    if (!isKnown || !rows.isSound) {
      this.#hasStrays = true;
      await findStrayTopics(this.#database, topics, this.#events, limits);
    }
    if (!this.#events.isEmpty) yield this.#events.take();
    const messageRows = new MessageRows(this.#database, this.#events, this.diary, topics.byId, limits, messages);
    if (messages !== undefined) yield* this.#messages(messages, messageRows);
    await this.#claimTheRest(schema, isKnown);
    if (this.#hasStrays) yield* this.#strays(messageRows);
  }

  async *#messages({ root }: TreeEntry, rows: MessageRows): AsyncGenerator<readonly RecordingEvent[]> {
    const walk = new TreeWalk(this.#database, 'table', (page, fault) => this.diary.fault(page, fault));
    for await (const page of walk.pages(root)) {
      this.#tools.signal?.throwIfAborted();
      // What looks like a damaged leaf may have been a page of pointers.
      if (page.isLeaf && !(yield* rows.leaf(page, false))) this.#hasStrays = true;
    }
    if (!walk.isSound) this.#hasStrays = true;
  }

  /** Other tables and indexes hold no messages, but their pages are understood all the same. */
  async #claimTheRest({ trees }: SchemaTable, isKnown: boolean): Promise<void> {
    for (const { kind, name, root } of trees) {
      const isDone = kind === 'table' && (name === 'messages' || SMALL_TABLES.has(name));
      // With a table missing, one of another name may be it.
      if (isDone || (kind === 'table' && !isKnown)) continue;
      const walk = new TreeWalk(this.#database, kind === 'table' ? 'either' : kind, (page, fault) =>
        this.diary.fault(page, fault),
      );
      for await (const page of walk.pages(root)) {
        this.#tools.signal?.throwIfAborted();
        if (page.isLeaf || !page.isTable) await claimOverflow(page, this.#database);
      }
    }
    await claimFreePages(this.#database);
    await claimSpecialPages(this.#database);
  }

  async *#strays(rows: MessageRows): AsyncGenerator<readonly RecordingEvent[]> {
    const found = yield* strayMessages(this.#database, rows);
    if (found > 0) this.#events.note(`${found} pages of messages were found outside of their table`);
    if (rows.repeated > 0) this.#events.note(`${rows.repeated} messages in them had been read before`);
    await claimStrayIndexes(this.#database);
  }

  #noteHeader(): void {
    const { header, file } = this.#database;
    for (const text of header.notes) this.#events.note(text);
    const { pagesDeclared, pageBytes } = header;
    if (pagesDeclared === undefined || pagesDeclared * pageBytes === file.sizeBytes) return;
    this.#hasStrays = true;
    this.#events.note(
      `the header speaks of ${pagesDeclared} pages of ${pageBytes} bytes; the file has ${file.sizeBytes} bytes`,
    );
  }
}
