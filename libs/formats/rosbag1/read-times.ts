/**
 * When messages were written, from the indexes of a bag that was closed: behind each chunk stands a record for each of its
 * connections with the time of every message. Where these are more than the budget allows, the chunk lines of the index
 * section still say which connections are in which stretch of time.
 */
import { mapOrdered } from '@pitlane/base/flow';
import { utf8FromBytes } from '@pitlane/base/bytes';
import {
  type ByteSource,
  type IndexBudget,
  type IndexedTimes,
  type IndexedTopic,
  LandOpaque,
  type ReadTools,
} from '../recording/index.ts';
import { typeFromHeader } from './connection-table.ts';
import { type BagIndex, type IndexedChunk, readIndexSection } from './index-section.ts';
import { OP, parseRecord, RecordView, timeNsOf, u32 } from './record.ts';

const READS_AT_ONCE = 8;
/** A chunk's own header: its compression and its size. */
const CHUNK_HEAD_BYTES = 256;
/** Seconds, nanoseconds, and where in the chunk. */
const ENTRY_BYTES = 12;
/** An index record's header, about. */
const INDEX_HEAD_BYTES = 64;

export async function readBagTimes(
  source: ByteSource,
  tools: ReadTools,
  times: IndexedTimes,
  budget: IndexBudget,
): Promise<boolean> {
  const index = await indexOf(source, tools);
  if (!index?.isWhole) return false;
  const topics = topicsOf(index, times);
  const places = [...index.chunks].sort(([a], [b]) => a - b);
  const bytes = places.reduce((sum, [, { messages }]) => sum + indexBytesOf(messages), 0);
  const isAffordable = bytes <= budget.bytesMax;
  const view = new RecordView();
  const read = mapOrdered(places, READS_AT_ONCE, async ([offset, chunk]) => {
    const isRead = isAffordable && !budget.isSpent();
    return { chunk, records: isRead ? await indexRecords(source, offset, indexBytesOf(chunk.messages)) : undefined };
  });
  for await (const { chunk, records } of read) {
    const told = records ? tellTimes(records, view, topics) : new Set<number>();
    for (const [conn, count] of chunk.messages) if (count > 0 && !told.has(conn)) tellSpan(chunk, topics.get(conn));
  }
  return true;
}

async function indexOf(source: ByteSource, { limits }: ReadTools): Promise<BagIndex | undefined> {
  try {
    return await readIndexSection(source, limits);
  } catch (error) {
    if (error instanceof LandOpaque) return undefined;
    throw error;
  }
}

function topicsOf({ connections, chunks }: BagIndex, times: IndexedTimes): Map<number, IndexedTopic> {
  const counts = new Map<number, number>();
  for (const { messages } of chunks.values())
    for (const [conn, count] of messages) counts.set(conn, (counts.get(conn) ?? 0) + count);
  const topics = new Map<number, IndexedTopic>();
  for (const { conn, topic, header } of connections.values())
    topics.set(conn, times.topic(utf8FromBytes(topic), typeFromHeader(header), counts.get(conn) ?? 0));
  return topics;
}

const indexBytesOf = (messages: IndexedChunk['messages']): number =>
  messages.reduce((sum, [, count]) => sum + INDEX_HEAD_BYTES + ENTRY_BYTES * count, 0);

/** The records behind the chunk at `offset`; how long the chunk is says its own header. */
async function indexRecords(source: ByteSource, offset: number, bytes: number): Promise<Uint8Array> {
  const head = await readAt(source, offset, CHUNK_HEAD_BYTES);
  const view = new RecordView();
  const isChunk = parseRecord(head, 0, head.byteLength, view, head.byteLength) === 'whole' && view.op === OP.chunk;
  return isChunk ? readAt(source, offset + view.dataEnd, bytes) : new Uint8Array(0);
}

/** @returns the connections whose times were told; what does not look like an index ends it. */
function tellTimes(records: Uint8Array, view: RecordView, topics: ReadonlyMap<number, IndexedTopic>): Set<number> {
  const told = new Set<number>();
  const end = records.byteLength;
  for (let at = 0; parseRecord(records, at, end, view, end) === 'whole'; at = view.dataEnd) {
    if (view.op !== OP.indexData || !view.typical || view.dataEnd > end || view.dataBytes % ENTRY_BYTES !== 0) break;
    const topic = topics.get(view.conn);
    for (let entry = view.dataStart; topic && entry < view.dataEnd; entry += ENTRY_BYTES)
      tellTime(timeNsOf(u32(records, entry), u32(records, entry + 4)), topic);
    if (view.dataBytes > 0) told.add(view.conn);
  }
  return told;
}

function tellTime(timeNs: bigint, topic: IndexedTopic): void {
  topic.at(Number(timeNs >> 32n), Number(timeNs & 0xffff_ffffn));
}

function tellSpan({ startTimeNs, endTimeNs }: IndexedChunk, topic: IndexedTopic | undefined): void {
  if (startTimeNs <= endTimeNs) topic?.within(startTimeNs, endTimeNs);
}

async function readAt(source: ByteSource, offset: number, bytes: number): Promise<Uint8Array> {
  const into = new Uint8Array(Math.max(0, Math.min(bytes, source.sizeBytes - offset)));
  return into.subarray(0, await source.read(offset, into));
}
