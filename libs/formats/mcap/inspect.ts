/** What the header and a sound summary say of a recording, without reading its data. */
import {
  type ByteSource,
  type Inspection,
  LandOpaque,
  type ReadTools,
  type RecordingEvent,
} from '../recording/index.ts';
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
    return { ...named, ...(await fromHead(source, tools)), ...(summary && { topics: topicsOf(summary) }) };
  return {
    ...named,
    indexed: summary.chunks > 0,
    messages: Number(statistics.messages),
    startTimeNs: statistics.messages > 0n ? statistics.startTimeNs : undefined,
    endTimeNs: statistics.messages > 0n ? statistics.endTimeNs : undefined,
    topics: topicsOf(summary),
  };
}

/**
 * Without statistics, as after a power cut, the first few MiB say when the recording began and which topics it has; its
 * end and its counts stay unknown.
 */
async function fromHead(source: ByteSource, tools: ReadTools): Promise<Omit<Inspection, 'profile' | 'library'>> {
  const head: ByteSource = {
    name: source.name,
    sizeBytes: Math.min(source.sizeBytes, READ_AHEAD_BYTES),
    read: (offset, into) => source.read(offset, into.subarray(0, Math.max(0, READ_AHEAD_BYTES - offset))),
  };
  const limits = {
    ...tools.limits,
    sourceChunkBytesMax: Math.min(tools.limits.sourceChunkBytesMax, 4 * READ_AHEAD_BYTES),
  };
  const topics = new Map<string, Inspection['topics'][number]>();
  let startTimeNs: bigint | undefined;
  try {
    for await (const batch of readMcap(head, { ...tools, limits })) {
      for (const event of batch) {
        if (event.kind === 'channel') {
          const { topic, schema } = event.channel;
          topics.set(`${topic}\n${schema?.name}`, { topic, schemaName: schema?.name ?? '', messages: undefined });
        }
        // A chunk that goes on behind the head is a loss here, and says when it begins.
        const timeNs = event.kind === 'message' ? event.message.logTimeNs : startOfLoss(event);
        if (timeNs !== undefined && (startTimeNs === undefined || timeNs < startTimeNs)) startTimeNs = timeNs;
      }
    }
  } catch (error) {
    if (!(error instanceof LandOpaque)) throw error;
  }
  return { indexed: false, messages: undefined, startTimeNs, endTimeNs: undefined, topics: [...topics.values()] };
}

const startOfLoss = (event: RecordingEvent): bigint | undefined =>
  event.kind === 'loss' ? event.loss.startTimeNs : undefined;

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
