/**
 * Says what is in a bag without reading it whole: from its index section where that is complete, else from its first
 * few MiB, in which case counts and the end stay unknown.
 */
import { MIB, utf8FromBytes } from '@pitlane/base/bytes';
import { inspectHead, TopicLines } from '../inspect-by-reading/index.ts';
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

export async function inspectBag(source: ByteSource, tools: ReadTools): Promise<Inspection> {
  try {
    const index = await readIndexSection(source, tools.limits);
    if (index.isWhole) return fromIndex(index);
    return { ...(await inspectHead(readBag, source, tools, HEAD_BYTES)), profile: EMPTY.profile };
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
