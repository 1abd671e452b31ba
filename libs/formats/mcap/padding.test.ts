import { McapRecordBuilder } from '@mcap/core';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { faultOfLosses, readRecording } from '../../../test/support/read-recording.ts';
import { mcap } from './index.ts';

describe('records that are longer than their fields', () => {
  it('are read, and what stands behind the fields is kept as a loss', async () => {
    const builder = new McapRecordBuilder({ padRecords: true });
    builder.writeMagic();
    builder.writeHeader({ profile: 'p', library: 'l' });
    builder.writeSchema({ id: 1, name: 's', encoding: 'json', data: Uint8Array.of(1, 2) });
    builder.writeChannel({ id: 1, schemaId: 1, topic: '/a', messageEncoding: 'json', metadata: new Map([['k', 'v']]) });
    const data = new Uint8Array(10);
    for (let i = 0; i < 5; i += 1) {
      builder.writeMessage({ channelId: 1, sequence: i, logTime: 1n, publishTime: 1n, data });
    }
    builder.writeMetadata({ name: 'm', metadata: new Map([['k', 'v']]) });
    builder.writeDataEnd({ dataSectionCrc: 0 });
    const bytes = builder.buffer.slice();
    const read = await readRecording(mcap, memorySource(bytes));
    expect(read.messages.length).toBe(5);
    expect(read.channels).toMatchObject([{ topic: '/a', schema: { name: 's', data: Uint8Array.of(1, 2) } }]);
    expect(read.metadata.length).toBe(1);
    expect(faultOfLosses(read.losses, bytes.byteLength)).toBeUndefined();
    expect(read.losses.length).toBeGreaterThan(0);
    expect(read.losses.every((loss) => /behind the fields|not known/.test(loss.text))).toBe(true);
  });
});
