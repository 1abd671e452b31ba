/**
 * When messages were written, from the indexes alone: the message index behind each chunk holds the time of every message
 * in it, so that gaps are known to the nanosecond while not a byte is decompressed. Where these are missing or more than
 * the budget allows, the chunk indexes of the summary still say which topics are in which stretch of time.
 */
import { mapOrdered } from '@pitlane/base/flow';
import type { ByteSource, IndexBudget, IndexedTimes, IndexedTopic, ReadTools } from '../recording/index.ts';
import { Cursor, lengthAt, viewOf } from './cursor.ts';
import { INSPECTED_SUMMARY_BYTES_MAX } from './inspect.ts';
import { Opcode, RECORD_HEAD_BYTES } from './opcodes.ts';
import type { ChunkIndex } from './records.ts';
import { readSummary, type Summary } from './summary.ts';

/** Indexes read at once: a disk takes them in the order that suits it. */
const READS_AT_ONCE = 8;
/** Channel and length before the entries, each of a time and an offset. */
const ENTRIES_AT = 2 + 4;
const ENTRY_BYTES = 8 + 8;

export async function readMcapTimes(
  source: ByteSource,
  tools: ReadTools,
  times: IndexedTimes,
  budget: IndexBudget,
): Promise<boolean> {
  const peek = async (offset: number, bytes: number): Promise<Uint8Array> => {
    const into = new Uint8Array(Math.max(0, Math.min(bytes, source.sizeBytes - offset)));
    return into.subarray(0, await source.read(offset, into));
  };
  const summary = await readSummary(peek, source.sizeBytes, tools.limits, INSPECTED_SUMMARY_BYTES_MAX);
  if (!summary?.statistics || (summary.chunks === 0 && summary.statistics.messages > 0n)) return false;
  const topics = topicsOf(summary, times);
  const chunks = [...summary.chunkIndexes()];
  const bytes = chunks.reduce((sum, { messageIndexBytes }) => sum + messageIndexBytes, 0);
  const isAffordable = bytes <= budget.bytesMax;
  const read = mapOrdered(chunks, READS_AT_ONCE, async (chunk) => {
    const isRead = isAffordable && chunk.messageIndexBytes > 0 && !budget.isSpent();
    const at = chunk.chunkOffset + chunk.chunkBytes;
    return { chunk, index: isRead ? await peek(at, chunk.messageIndexBytes) : undefined };
  });
  for await (const { chunk, index } of read) {
    const told = index ? tellTimes(index, topics) : new Set<number>();
    // Channels without an index of their own are somewhere in the chunk.
    for (const id of chunk.channelIds) if (!told.has(id)) tellSpan(chunk, topics.get(id));
  }
  return true;
}

function topicsOf({ definitions, statistics }: Summary, times: IndexedTimes): Map<number, IndexedTopic> {
  const topics = new Map<number, IndexedTopic>();
  definitions.channels.forEach((channel, id) => {
    if (!channel) return;
    const messages = Number(statistics?.messagesByChannel.get(id) ?? 0n);
    topics.set(id, times.topic(channel.topic, channel.schema?.name ?? '', messages));
  });
  return topics;
}

function tellSpan({ startTimeNs, endTimeNs }: ChunkIndex, topic: IndexedTopic | undefined): void {
  if (startTimeNs <= endTimeNs) topic?.within(startTimeNs, endTimeNs);
}

/** @returns the channels whose times were told; what does not look like an index ends it. */
function tellTimes(index: Uint8Array, topics: ReadonlyMap<number, IndexedTopic>): Set<number> {
  const told = new Set<number>();
  const view = viewOf(index);
  for (let at = 0; at + RECORD_HEAD_BYTES + ENTRIES_AT <= index.byteLength; ) {
    const contentAt = at + RECORD_HEAD_BYTES;
    const length = lengthAt(view, at + 1);
    if (index[at] !== Opcode.MessageIndex || length > index.byteLength - contentAt) return told;
    const cursor = new Cursor(index, view, contentAt, contentAt + length);
    const channelId = cursor.u16();
    const entriesBytes = cursor.u32();
    if (entriesBytes % ENTRY_BYTES !== 0 || ENTRIES_AT + entriesBytes > length) return told;
    const topic = topics.get(channelId);
    const end = contentAt + ENTRIES_AT + entriesBytes;
    for (let entry = contentAt + ENTRIES_AT; topic && entry < end; entry += ENTRY_BYTES)
      topic.at(view.getUint32(entry + 4, true), view.getUint32(entry, true));
    // One without entries says that the chunk has no message of it: some writers index every channel in every chunk.
    told.add(channelId);
    at = contentAt + length;
  }
  return told;
}
