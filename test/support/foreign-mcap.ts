/**
 * MCAP files as another's reader sees them, for tests of what we write.
 * It stands between the tests and the reference library.
 * It never uses a parser of ours.
 */
import { readFile } from 'node:fs/promises';
import { McapIndexedReader, McapStreamReader } from '@mcap/core';
import type { Decompressors } from '@pitlane/formats/recording';

const handlersFrom = ({ zstd }: Decompressors) => ({
  zstd: (bytes: Uint8Array, sizeBytes: bigint) => zstd(bytes, Number(sizeBytes)),
});

/** Opens a file by its index. */
export const indexedReaderOf = (file: Uint8Array, decompressors: Decompressors): Promise<McapIndexedReader> =>
  McapIndexedReader.Initialize({
    readable: {
      size: async () => BigInt(file.byteLength),
      read: async (offset, sizeBytes) => file.subarray(Number(offset), Number(offset + sizeBytes)),
    },
    decompressHandlers: handlersFrom(decompressors),
  });

/** Log time and sequence of each topic's messages, in the order of the file's bytes. */
export async function linesByTopic(file: string, decompressors: Decompressors): Promise<Map<string, string[]>> {
  const reader = new McapStreamReader({ decompressHandlers: handlersFrom(decompressors) });
  reader.append(await readFile(file));
  const topics = new Map<number, string>();
  const lines = new Map<string, string[]>();
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
    if (record.type === 'Channel') topics.set(record.id, record.topic);
    if (record.type !== 'Message') continue;
    const topic = topics.get(record.channelId) ?? '?';
    lines.set(topic, [...(lines.get(topic) ?? []), `${record.logTime} ${record.sequence}`]);
  }
  return lines;
}
