import { McapWriter } from '@mcap/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compress } from 'zstd-napi';
import { memorySource } from '../../../test/support/byte-source.ts';
import { linesOf, readRecording } from '../../../test/support/read-recording.ts';
import { mcap } from './index.ts';

const uint64 = fc.oneof(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.bigInt({ min: 0n, max: 1_000n }));
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constant('\ufeff/a,"b"\n'));
const bytes = fc.uint8Array({ maxLength: 300 });
const entries = fc.dictionary(text, text, { maxKeys: 3 }).map((object) => new Map(Object.entries(object)));

const recording = fc.record({
  options: fc.record({
    useStatistics: fc.boolean(),
    useSummaryOffsets: fc.boolean(),
    useChunks: fc.boolean(),
    repeatSchemas: fc.boolean(),
    repeatChannels: fc.boolean(),
    useAttachmentIndex: fc.boolean(),
    useMetadataIndex: fc.boolean(),
    useMessageIndex: fc.boolean(),
    useChunkIndex: fc.boolean(),
    chunkSize: fc.constantFrom<number>(1, 200, 4_000, 1_000_000),
    startChannelId: fc.constantFrom<number>(0, 7, 65_000),
  }),
  compression: fc.constantFrom('', 'zstd', 'lz4'),
  schemas: fc.array(fc.record({ name: text, encoding: text, data: bytes }), { minLength: 1, maxLength: 3 }),
  channels: fc.array(fc.record({ schema: fc.nat(3), topic: text, messageEncoding: text, metadata: entries }), {
    minLength: 1,
    maxLength: 4,
  }),
  records: fc.array(
    fc.oneof(
      {
        weight: 20,
        arbitrary: fc.record({
          channel: fc.nat(3),
          sequence: fc.nat(),
          logTime: uint64,
          publishTime: uint64,
          data: bytes,
        }),
      },
      { weight: 1, arbitrary: fc.record({ name: text, metadata: entries }) },
      {
        weight: 1,
        arbitrary: fc.record({ name: text, mediaType: text, logTime: uint64, createTime: uint64, data: bytes }),
      },
    ),
    { maxLength: 60 },
  ),
});

type Recording = typeof recording extends fc.Arbitrary<infer T> ? T : never;

/** An LZ4 frame with one block stored as it is: enough to see that the right decompressor is asked. */
function storedLz4(data: Uint8Array): Uint8Array {
  const block = Buffer.alloc(4);
  block.writeUInt32LE((data.byteLength | 0x8000_0000) >>> 0);
  return Buffer.concat([Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73), block, data, Buffer.alloc(4)]);
}

function compressorOf(compression: string) {
  if (compression === '') return undefined;
  return (data: Uint8Array) => {
    const compressedData = compression === 'zstd' ? compress(data) : storedLz4(data);
    return { compression, compressedData: Uint8Array.from(compressedData) };
  };
}

/** Writes the recording with the format's own library; the messages come back as the lines that reading must give. */
async function write(spec: Recording): Promise<{ file: Uint8Array; lines: string[] }> {
  const parts: Uint8Array[] = [];
  let position = 0n;
  const writable = {
    write: (buffer: Uint8Array) => {
      parts.push(buffer.slice());
      position += BigInt(buffer.byteLength);
      return Promise.resolve();
    },
    position: () => position,
  };
  const compressChunk = compressorOf(spec.compression);
  const writer = new McapWriter({ writable, ...spec.options, ...(compressChunk ? { compressChunk } : {}) });
  await writer.start({ profile: 'p', library: 'l' });
  const schemaIds = [0];
  for (const schema of spec.schemas) schemaIds.push(await writer.registerSchema(schema));
  const channelIds: number[] = [];
  for (const channel of spec.channels) {
    const { topic, messageEncoding, metadata } = channel;
    const schemaId = schemaIds[channel.schema % schemaIds.length] as number;
    channelIds.push(await writer.registerChannel({ schemaId, topic, messageEncoding, metadata }));
  }
  const lines: string[] = [];
  for (const record of spec.records) {
    if ('channel' in record) {
      const number = record.channel % channelIds.length;
      await writer.addMessage({ ...record, channelId: channelIds[number] as number });
      const data = Buffer.from(record.data).toString('base64');
      lines.push([spec.channels[number]?.topic, record.sequence, record.logTime, record.publishTime, data].join(' '));
    } else if ('mediaType' in record) await writer.addAttachment(record);
    else await writer.addMetadata(record);
  }
  await writer.end();
  return { file: new Uint8Array(Buffer.concat(parts)), lines };
}

describe('what another library writes', () => {
  it('reads back equal, with every combination of options, and no byte is read twice', async () => {
    await fc.assert(
      fc.asyncProperty(recording, async (spec) => {
        const { file, lines } = await write(spec);
        const source = memorySource(file);
        const read = await readRecording(mcap, source);
        expect(linesOf(read.messages)).toEqual(lines);
        expect(read.losses).toEqual([]);
        expect(read.opaque).toBeUndefined();
        expect(source.bytesRead).toBe(file.byteLength);
        const attachments = spec.records.filter((record) => 'mediaType' in record);
        expect(read.attachments.map((a) => [a.name, a.mediaType, a.logTimeNs, a.createTimeNs, [...a.data]])).toEqual(
          attachments.map((a) => [a.name, a.mediaType, a.logTime, a.createTime, [...a.data]]),
        );
        const metadata = spec.records.filter((record) => 'metadata' in record);
        expect(read.metadata.map((m) => [m.name, m.entries])).toEqual(metadata.map((m) => [m.name, m.metadata]));
        const used = new Set(lines.map((line) => line.split(' ')[0]));
        expect(read.channels.length).toBeLessThanOrEqual(spec.channels.length);
        if (spec.options.repeatChannels) expect(read.channels.length).toBe(spec.channels.length);
        else expect(read.channels.length).toBeGreaterThanOrEqual(used.size > 0 ? 1 : 0);
        for (const { channel } of read.messages) expect(read.channels[channel.index]).toBe(channel);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('keeps two equal channels with different ids apart, and gives each its schema', async () => {
    const same = { schema: 1, topic: '/twice', messageEncoding: 'json', metadata: new Map([['k', 'v']]) };
    const message = { sequence: 1, logTime: 1n, publishTime: 1n, data: new Uint8Array(3) };
    const options = {
      useStatistics: true,
      useSummaryOffsets: true,
      useChunks: true,
      repeatSchemas: true,
      repeatChannels: true,
    };
    const more = { useAttachmentIndex: true, useMetadataIndex: true, useMessageIndex: true, useChunkIndex: true };
    const { file } = await write({
      options: { ...options, ...more, chunkSize: 100, startChannelId: 0 },
      compression: 'zstd',
      schemas: [{ name: 'S', encoding: 'jsonschema', data: Uint8Array.of(1, 2, 3) }],
      channels: [same, same],
      records: [0, 1, 0, 1].map((channel) => ({ ...message, channel })),
    });
    const read = await readRecording(mcap, memorySource(file));
    expect(read.channels.map((channel) => channel.index)).toEqual([0, 1]);
    expect(read.channels.map((channel) => channel.schema)).toEqual(
      [0, 1].map(() => ({ name: 'S', encoding: 'jsonschema', data: Uint8Array.of(1, 2, 3) })),
    );
    expect(read.messages.map((m) => m.channel.index)).toEqual([0, 1, 0, 1]);
  });
});
