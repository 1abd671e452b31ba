/**
 * Reads the messages of one leaf page. A row that lies in its page is copied out, one that goes on in overflow pages is
 * put together in the batch itself. Rows that cannot be read are told of once per page, with the topics and times that
 * their beginnings still show.
 */
import { LandOpaque, type LossReason, type ReadLimits, type RecordingEvent } from '../recording/index.ts';
import type { BagEvents } from './bag-events.ts';
import type { BtreePage } from './btree-page.ts';
import type { Database } from './database.ts';
import { LostMessages } from './lost-messages.ts';
import type { PageDiary } from './page-diary.ts';
import { RecordView } from './record.ts';
import { RowNumbers } from './row-numbers.ts';
import { columnOf, type TreeEntry } from './schema-table.ts';
import type { Topic } from './topic-table.ts';

/** What became of one row. */
type Taken = 'taken' | 'repeated' | LossReason;

export class MessageRows {
  /** Rows that were found a second time, outside of the table. */
  repeated = 0;
  readonly #database: Database;
  readonly #events: BagEvents;
  readonly #diary: PageDiary;
  readonly #topics: ReadonlyMap<number, Topic>;
  readonly #limits: ReadLimits;
  readonly #topicColumn: number;
  readonly #timeColumn: number;
  readonly #dataColumn: number;
  readonly #record = new RecordView();
  readonly #given = new RowNumbers();
  #lost = new LostMessages();

  constructor(
    database: Database,
    events: BagEvents,
    diary: PageDiary,
    topics: ReadonlyMap<number, Topic>,
    limits: ReadLimits,
    table: TreeEntry | undefined,
  ) {
    this.#database = database;
    this.#events = events;
    this.#diary = diary;
    this.#topics = topics;
    this.#limits = limits;
    this.#topicColumn = columnOf(table, 'topic_id', 1);
    this.#timeColumn = columnOf(table, 'timestamp', 2);
    this.#dataColumn = columnOf(table, 'data', 3);
  }

  /** Whether any row of a page that belongs to nothing is a message of a topic that is known. */
  isIn(page: BtreePage): boolean {
    for (let index = 0; index < page.cells; index += 1) {
      if (page.look(index) && this.#isMessage(page) && this.#topicIn(page) !== undefined) return true;
    }
    return false;
  }

  /**
   * Reads the page's rows and hands batches on when they are full. `isStray` says that the page was found outside of the
   * table: rows that were read before are left out then. False if something of the page was lost.
   */
  async *leaf(page: BtreePage, isStray: boolean): AsyncGenerator<readonly RecordingEvent[], boolean> {
    for (let index = 0; index < page.cells; index += 1) {
      const taken = page.take(index) ? await this.#row(page, isStray) : 'corrupt-record';
      if (taken === 'repeated') this.repeated += 1;
      else if (taken !== 'taken') this.#lost.count(taken);
      if (this.#events.isFull) yield this.#events.take();
    }
    if (!page.isAccounted()) this.#lost.isUnaccounted = true;
    if (this.#lost.isEmpty) return true;
    this.#lost.tell(page.number, this.#diary);
    this.#lost = new LostMessages();
    return false;
  }

  async #row(page: BtreePage, isStray: boolean): Promise<Taken> {
    if (!this.#isMessage(page)) return 'corrupt-record';
    if (isStray && !this.#given.isComplete) return 'corrupt-record';
    if (isStray && this.#given.has(page.rowid)) return 'repeated';
    const dataBytes = this.#record.endOf(this.#dataColumn) - this.#record.startOf(this.#dataColumn);
    const isOversize = dataBytes > this.#limits.messageBytesMax;
    if (page.localBytes < page.payloadBytes) return this.#chainRow(page, isOversize);
    if (isOversize) throw messageTooLarge(dataBytes, this.#limits);
    return this.#take(page, page.bytes, page.localStart, true);
  }

  async #chainRow(page: BtreePage, isOversize: boolean): Promise<Taken> {
    const { chains } = this.#database;
    const { payloadBytes, localBytes, localStart, overflow } = page;
    if (isOversize) {
      const measured = await chains.measure(overflow, payloadBytes - localBytes);
      if (measured === 'whole') throw messageTooLarge(payloadBytes, this.#limits);
      return this.#broken(page, measured);
    }
    const payload = this.#events.reserve(payloadBytes);
    payload.set(page.bytes.subarray(localStart, localStart + localBytes));
    const followed = await chains.copy(overflow, payload.subarray(localBytes));
    if (followed !== 'whole') {
      this.#events.release(payloadBytes);
      return this.#broken(page, followed);
    }
    const taken = this.#take(page, payload, 0, false);
    if (taken !== 'taken') {
      this.#events.release(payloadBytes);
      const text = `it belongs to a lost message of page ${page.number}`;
      for (const chained of chains.pages) this.#diary.page(chained, taken, text);
    }
    return taken;
  }

  /** Takes the message in whose payload begins at `start`; its data is copied out if it lies in a page. */
  #take(page: BtreePage, bytes: Uint8Array, start: number, isInPage: boolean): 'taken' | LossReason {
    const record = this.#record;
    const timeNs = record.bigintAt(bytes, start, this.#timeColumn);
    if (timeNs < 0n) return 'corrupt-record';
    const topic = this.#topics.get(record.numberAt(bytes, start, this.#topicColumn));
    if (topic === undefined) return 'unknown-channel';
    let data = bytes.subarray(start + record.startOf(this.#dataColumn), start + record.endOf(this.#dataColumn));
    if (isInPage) {
      const copy = this.#events.reserve(data.byteLength);
      copy.set(data);
      data = copy;
    }
    this.#given.add(page.rowid);
    this.#events.message(topic.channel, topic.sequence, timeNs, data, this.#database.file.offsetOf(page.number));
    topic.sequence = (topic.sequence + 1) >>> 0;
    return 'taken';
  }

  /** A row whose overflow pages are lost; its beginning may still show what it was. */
  #broken(page: BtreePage, followed: 'broken' | 'outside'): LossReason {
    const topic = this.#topicIn(page);
    const hasTime = this.#record.endOf(this.#timeColumn) <= page.localBytes;
    if (topic !== undefined && hasTime) {
      const timeNs = this.#record.bigintAt(page.bytes, page.localStart, this.#timeColumn);
      if (timeNs >= 0n) this.#lost.message(topic.channel.topic, timeNs);
    }
    return followed === 'outside' ? 'truncated' : 'corrupt-record';
  }

  /** Whether the current cell holds a record of the shape of a message, as far as its header says. */
  #isMessage({ bytes, localStart, localBytes, payloadBytes }: BtreePage): boolean {
    const record = this.#record;
    return (
      payloadBytes <= this.#database.file.sizeBytes &&
      record.parse(bytes, localStart, localStart + localBytes, payloadBytes) &&
      record.isInteger(this.#topicColumn) &&
      record.isInteger(this.#timeColumn) &&
      record.hasBytes(this.#dataColumn)
    );
  }

  #topicIn(page: BtreePage): Topic | undefined {
    if (this.#record.endOf(this.#topicColumn) > page.localBytes) return undefined;
    return this.#topics.get(this.#record.numberAt(page.bytes, page.localStart, this.#topicColumn));
  }
}

const messageTooLarge = (bytes: number, limits: ReadLimits): LandOpaque =>
  new LandOpaque(`a message of ${bytes} bytes is larger than ${limits.messageBytesMax}`);
