/**
 * `plain-writer.ts FILE OUT`: rewrites an MCAP with zstd as the documentation of `@mcap/core` shows it, its chunks of 1 MiB,
 * with the fastest zstd that npm has; nothing of ours.
 */
import { open } from 'node:fs/promises';
import { McapIndexedReader, McapWriter } from '@mcap/core';
import { compress, decompress } from 'zstd-napi';

const CHUNK_BYTES = 1024 * 1024;
const [, , from = '', to = ''] = process.argv;

const source = await open(from, 'r');
const reader = await McapIndexedReader.Initialize({
  readable: {
    size: async () => BigInt((await source.stat()).size),
    async read(offset, bytes) {
      const { buffer } = await source.read(new Uint8Array(Number(bytes)), 0, Number(bytes), Number(offset));
      return buffer;
    },
  },
  decompressHandlers: { zstd: (data) => decompress(data) },
});
const target = await open(to, 'w');
let written = 0n;
const writer = new McapWriter({
  writable: {
    async write(bytes) {
      await target.writeFile(bytes);
      written += BigInt(bytes.byteLength);
    },
    position: () => written,
  },
  chunkSize: CHUNK_BYTES,
  compressChunk: (data) => ({ compression: 'zstd', compressedData: compress(data, { compressionLevel: 3 }) }),
});
await writer.start({ profile: reader.header.profile, library: 'plain-writer' });
const schemas = new Map<number, number>([[0, 0]]);
for (const [id, schema] of reader.schemasById) schemas.set(id, await writer.registerSchema(schema));
const channels = new Map<number, number>();
for (const [id, channel] of reader.channelsById) {
  channels.set(id, await writer.registerChannel({ ...channel, schemaId: schemas.get(channel.schemaId) ?? 0 }));
}
for await (const message of reader.readMessages()) {
  await writer.addMessage({ ...message, channelId: channels.get(message.channelId) ?? 0 });
}
await writer.end();
await target.close();
await source.close();
