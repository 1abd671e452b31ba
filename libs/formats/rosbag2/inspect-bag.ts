/**
 * Says what is in a bag from page 1, its small tables, and the first and the last page of its messages. Messages stand in
 * the order in which they were received, so times within those two pages are the ends of the recording.
 */
import { MIB } from '@pitlane/base/bytes';
import { type ByteSource, type Inspection, LandOpaque, type ReadTools } from '../recording/index.ts';
import { BagEvents } from './bag-events.ts';
import { BtreePage } from './btree-page.ts';
import { type Database, openDatabase } from './database.ts';
import { PageDiary } from './page-diary.ts';
import { RecordView } from './record.ts';
import { columnOf, readSchemaTable, tableNamed, type TreeEntry } from './schema-table.ts';
import { readSmallTables } from './small-tables.ts';
import { TableRows } from './table-rows.ts';
import { TopicTable } from './topic-table.ts';

const INSPECTED_BYTES_MAX = 4 * MIB;
const DEPTH_MAX = 20;

const EMPTY: Inspection = {
  profile: 'ros2',
  library: '',
  indexed: false,
  messages: undefined,
  startTimeNs: undefined,
  endTimeNs: undefined,
  topics: [],
};

export async function inspectBag(source: ByteSource, tools: ReadTools): Promise<Inspection> {
  try {
    return await inspect(source, tools);
  } catch (error) {
    if (error instanceof LandOpaque) return EMPTY;
    throw error;
  }
}

async function inspect(source: ByteSource, { limits }: ReadTools): Promise<Inspection> {
  const database = await openDatabase(source, INSPECTED_BYTES_MAX);
  const events = new BagEvents();
  const rows = new TableRows(database, new PageDiary(events, database.file), limits.headerBytesMax);
  const schema = await readSchemaTable(rows);
  await readSmallTables(schema, rows, new TopicTable(limits, schema.encoding), events);
  events.finish(source.sizeBytes);
  let library = '';
  const topics: { topic: string; schemaName: string; messages: undefined }[] = [];
  for (const event of events.take()) {
    if (event.kind === 'metadata') library = event.metadata.entries.get('ros_distro') ?? library;
    if (event.kind !== 'channel') continue;
    const { topic, schema: type } = event.channel;
    topics.push({ topic, schemaName: type?.name ?? '', messages: undefined });
  }
  const messages = tableNamed(schema, 'messages');
  const first = messages && (await edgeTimes(database, messages, 'first'));
  const last = messages && (await edgeTimes(database, messages, 'last'));
  const startTimeNs = first?.reduce((one, other) => (other < one ? other : one));
  const endTimeNs = last?.reduce((one, other) => (other > one ? other : one));
  return { ...EMPTY, library, indexed: messages !== undefined && rows.isSound, startTimeNs, endTimeNs, topics };
}

/** The times of the messages in the first or last leaf page; undefined if there is none to be had. */
async function edgeTimes(
  { file, header }: Database,
  table: TreeEntry,
  edge: 'first' | 'last',
): Promise<bigint[] | undefined> {
  const page = new BtreePage(header.pageBytes, header.usableBytes);
  let number = table.root;
  for (let depth = 0; depth < DEPTH_MAX; depth += 1) {
    const bytes = await file.load(number);
    if (bytes === undefined || !page.load(number, bytes) || !page.isTable) return undefined;
    if (page.isLeaf) return timesIn(page, columnOf(table, 'timestamp', 2));
    const isRight = edge === 'last' || page.cells === 0;
    if (!isRight && !page.look(0)) return undefined;
    number = isRight ? page.rightChild : page.child;
  }
  return undefined;
}

function timesIn(page: BtreePage, timeColumn: number): bigint[] | undefined {
  const record = new RecordView();
  const times: bigint[] = [];
  for (let index = 0; index < page.cells; index += 1) {
    if (!page.look(index)) continue;
    const { bytes, localStart, localBytes, payloadBytes } = page;
    if (!record.parse(bytes, localStart, localStart + localBytes, payloadBytes)) continue;
    if (!record.isInteger(timeColumn) || record.endOf(timeColumn) > localBytes) continue;
    const timeNs = record.bigintAt(bytes, localStart, timeColumn);
    if (timeNs >= 0n) times.push(timeNs);
  }
  return times.length > 0 ? times : undefined;
}
