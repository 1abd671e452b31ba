/** What the header and a sound summary say of a recording, without reading its data. */
import { inspectHead } from '../inspect-by-reading/index.ts';
import type { ByteSource, Inspection, ReadTools } from '../recording/index.ts';
import { Cursor, lengthAt } from './cursor.ts';
import { MAGIC, Opcode, RECORD_HEAD_BYTES } from './opcodes.ts';
import { readMcap } from './reading.ts';
import { parseHeader } from './records.ts';
import { readSummary, type Summary } from './summary.ts';

/** A larger summary is not read: an inspection stays within a few MiB. */
export const INSPECTED_SUMMARY_BYTES_MAX = 8 * 1024 * 1024;
const HEAD_BYTES = 64 * 1024;
const READ_AHEAD_BYTES = 4 * 1024 * 1024;

export async function inspectMcap(source: ByteSource, tools: ReadTools): Promise<Inspection> {
  const peek = async (offset: number, bytes: number): Promise<Uint8Array> => {
    const into = new Uint8Array(Math.max(0, Math.min(bytes, source.sizeBytes - offset)));
    return into.subarray(0, await source.read(offset, into));
  };
  const header = headerOf(await peek(0, HEAD_BYTES));
  const summary = await readSummary(peek, source.sizeBytes, tools.limits, INSPECTED_SUMMARY_BYTES_MAX);
  const statistics = summary?.statistics;
  const named = { profile: header?.profile ?? '', library: header?.library ?? '' };
  if (!statistics)
    return {
      ...(await inspectHead(readMcap, source, tools, READ_AHEAD_BYTES)),
      ...named,
      ...(summary && { topics: topicsOf(summary) }),
    };
  return {
    ...named,
    indexed: summary.chunks > 0,
    messages: Number(statistics.messages),
    startTimeNs: statistics.messages > 0n ? statistics.startTimeNs : undefined,
    endTimeNs: statistics.messages > 0n ? statistics.endTimeNs : undefined,
    topics: topicsOf(summary),
  };
}

function topicsOf(summary: Summary): Inspection['topics'] {
  const counts = summary.statistics?.messagesByChannel;
  const topics: { topic: string; schemaName: string; messages: number | undefined }[] = [];
  summary.definitions.channels.forEach((channel, id) => {
    if (!channel) return;
    const messages = counts ? Number(counts.get(id) ?? 0n) : undefined;
    topics.push({ topic: channel.topic, schemaName: channel.schema?.name ?? '', messages });
  });
  return topics;
}

function headerOf(head: Uint8Array): { profile: string; library: string } | undefined {
  const contentAt = MAGIC.byteLength + RECORD_HEAD_BYTES;
  if (head.byteLength < contentAt || head[MAGIC.byteLength] !== Opcode.Header) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const length = lengthAt(view, MAGIC.byteLength + 1);
  if (contentAt + length > head.byteLength) return undefined;
  return parseHeader(new Cursor(head, view, contentAt, contentAt + length));
}
