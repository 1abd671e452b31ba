import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { indexedReaderOf } from '../../../test/support/foreign-mcap.ts';
import { McapFileWriter } from './write-file.ts';

describe('a channel without messages', () => {
  it('is in the summary, and the statistics count no messages of it', async () => {
    const parts: Uint8Array[] = [];
    const writer = new McapFileWriter(async (more) => {
      parts.push(...more.map((part) => part.slice()));
    }, crc32);
    const channel = { schemaId: 0, topic: '/silent', messageEncoding: 'json', metadata: new Map([['qos', '1']]) };
    await writer.start('', 'pitlane');
    writer.registerChannel(3, channel);
    await writer.declare([], [[3, channel]]);
    await writer.finish();

    const reader = await indexedReaderOf(Buffer.concat(parts), await testDecompressors());
    expect([...reader.channelsById.values()].map(({ id, topic }) => [id, topic])).toEqual([[3, '/silent']]);
    expect(reader.statistics).toMatchObject({ channelCount: 1, messageCount: 0n });
    expect(reader.statistics?.channelMessageCounts.size).toBe(0);
  });
});
