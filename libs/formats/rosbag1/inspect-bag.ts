/**
 * Says what is in a bag without reading it whole: from its index section where that is complete, else from its first
 * few MiB, in which case counts and the end stay unknown.
 */
import { MIB, utf8FromBytes } from '@pitlane/base/bytes';
import { type ByteSource, type Inspection, LandOpaque, type ReadTools } from '../recording/index.ts';
import { typeFromHeader } from './connection-table.ts';
import { type BagIndex, readIndexSection } from './index-section.ts';
import { readBag } from './read-bag.ts';

const HEAD_BYTES = 4 * MIB;

const EMPTY: Inspection = {
  profile: 'ros1',
  library: '',
  indexed: false,
  messages: undefined,
  startTimeNs: undefined,
  endTimeNs: undefined,
  topics: [],
};

interface TopicLine {
  readonly topic: string;
  readonly schemaName: string;
  messages: number | undefined;
}

export async function inspectBag(source: ByteSource, tools: ReadTools): Promise<Inspection> {
  try {
    const index = await readIndexSection(source, tools.limits);
    return index.isWhole ? fromIndex(index) : await fromHead(source, tools);
  } catch (error) {
    if (error instanceof LandOpaque) return EMPTY;
    throw error;
  }
}

function fromIndex({ connections, chunks }: BagIndex): Inspection {
  const counts = new Map<number, number>();
  let messages = 0;
  let startTimeNs: bigint | undefined;
  let endTimeNs: bigint | undefined;
  for (const chunk of chunks.values()) {
    for (const [conn, count] of chunk.messages) {
      counts.set(conn, (counts.get(conn) ?? 0) + count);
      messages += count;
    }
    if (chunk.messages.length === 0) continue;
    if (startTimeNs === undefined || chunk.startTimeNs < startTimeNs) startTimeNs = chunk.startTimeNs;
    if (endTimeNs === undefined || chunk.endTimeNs > endTimeNs) endTimeNs = chunk.endTimeNs;
  }
  const lines = new TopicLines();
  for (const { conn, topic, header } of connections.values()) {
    lines.add(utf8FromBytes(topic), typeFromHeader(header), counts.get(conn) ?? 0);
  }
  return { ...EMPTY, indexed: true, messages, startTimeNs, endTimeNs, topics: lines.all };
}

async function fromHead(source: ByteSource, tools: ReadTools): Promise<Inspection> {
  const head: ByteSource = {
    name: source.name,
    sizeBytes: Math.min(source.sizeBytes, HEAD_BYTES),
    read: (offset, into) => source.read(offset, into.subarray(0, Math.max(0, HEAD_BYTES - offset))),
  };
  const limits = { ...tools.limits, sourceChunkBytesMax: Math.min(tools.limits.sourceChunkBytesMax, 4 * HEAD_BYTES) };
  const lines = new TopicLines();
  let startTimeNs: bigint | undefined;
  for await (const batch of readBag(head, { ...tools, limits })) {
    for (const event of batch) {
      if (event.kind === 'channel') lines.add(event.channel.topic, event.channel.schema?.name ?? '', undefined);
      if (event.kind !== 'message') continue;
      const { logTimeNs } = event.message;
      if (startTimeNs === undefined || logTimeNs < startTimeNs) startTimeNs = logTimeNs;
    }
  }
  return { ...EMPTY, startTimeNs, topics: lines.all };
}

/** One line per topic and type, however many connections share it. */
class TopicLines {
  readonly #lines = new Map<string, TopicLine>();

  get all(): TopicLine[] {
    return [...this.#lines.values()];
  }

  add(topic: string, schemaName: string, messages: number | undefined): void {
    const key = JSON.stringify([topic, schemaName]);
    const line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, { topic, schemaName, messages });
    else if (line.messages !== undefined) line.messages += messages ?? 0;
  }
}
