/**
 * Which chunks of a file can be read alone, from its summary: each holds whole messages, and what defines their channels
 * stands in the summary, too.
 */
import { joinedSource, sourceOfBytes } from '../content/index.ts';
import type { ByteSource, IndexedPiece, IndexedPieces, ReadTools } from '../recording/index.ts';
import { MAGIC } from './opcodes.ts';
import { readSummary } from './summary.ts';
import { headerRecord } from './write-records.ts';

export async function findMcapPieces(source: ByteSource, { limits }: ReadTools): Promise<IndexedPieces | undefined> {
  const peek = async (offset: number, bytes: number): Promise<Uint8Array> => {
    const into = new Uint8Array(Math.max(0, Math.min(bytes, source.sizeBytes - offset)));
    return into.subarray(0, await source.read(offset, into));
  };
  const summary = await readSummary(peek, source.sizeBytes, limits);
  if (!summary || summary.chunks === 0) return undefined;
  const topics = new Map<number, string>();
  summary.definitions.channels.forEach((channel, id) => channel && topics.set(id, channel.topic));
  const pieces: IndexedPiece[] = [];
  for (const { chunkOffset, chunkBytes, startTimeNs, endTimeNs, channelIds } of summary.chunkIndexes())
    pieces.push({ offset: chunkOffset, bytes: chunkBytes, startTimeNs, endTimeNs, channels: channelIds });
  const head = Buffer.concat([MAGIC, headerRecord('', ''), ...summary.definingRecords()]);
  const first = { source: sourceOfBytes(source.name, head), offset: 0, bytes: head.byteLength };
  return {
    pieces,
    topics,
    only: (wanted) =>
      joinedSource(source.name, [first, ...wanted.map(({ offset, bytes }) => ({ source, offset, bytes }))]),
  };
}
