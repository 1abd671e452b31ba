/** How large the same records are when `@mcap/core`'s writer writes them: zstd level 3, chunks of 1 MiB, all indexes. */
import { type IWritable, McapStreamReader, type McapTypes, McapWriter } from '@mcap/core';
import { compress, decompress } from 'zstd-napi';
import { ZSTD_LEVEL } from './object-parts.ts';

const CHUNK_BYTES = 1024 * 1024;

class Counter implements IWritable {
  bytes = 0;

  position(): bigint {
    return BigInt(this.bytes);
  }

  async write(part: Uint8Array): Promise<void> {
    this.bytes += part.byteLength;
  }
}

export async function rewrittenBytes(object: Uint8Array): Promise<number> {
  const counter = new Counter();
  const writer = new McapWriter({
    writable: counter,
    chunkSize: CHUNK_BYTES,
    compressChunk: (chunk) => ({
      compression: 'zstd',
      compressedData: compress(chunk, { compressionLevel: ZSTD_LEVEL }),
    }),
  });
  const reader = new McapStreamReader({ decompressHandlers: { zstd: (bytes) => decompress(bytes) } });
  reader.append(object);
  const copy = new Copy(writer);
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) await copy.take(record);
  await writer.end();
  return counter.bytes;
}

/** Hands records on under the ids that the writer gives. */
class Copy {
  readonly #writer: McapWriter;
  readonly #schemas = new Map<number, number>([[0, 0]]);
  readonly #channels = new Map<number, number>();

  constructor(writer: McapWriter) {
    this.#writer = writer;
  }

  async take(record: McapTypes.TypedMcapRecord): Promise<void> {
    if (record.type === 'Header') await this.#writer.start(record);
    else if (record.type === 'Schema') await this.#schema(record);
    else if (record.type === 'Channel') await this.#channel(record);
    else if (record.type === 'Attachment') await this.#writer.addAttachment(record);
    else if (record.type === 'Metadata') await this.#writer.addMetadata(record);
    else if (record.type === 'Message') {
      await this.#writer.addMessage({ ...record, channelId: this.#channels.get(record.channelId) ?? 0 });
    }
  }

  async #schema(schema: McapTypes.Schema): Promise<void> {
    if (!this.#schemas.has(schema.id)) this.#schemas.set(schema.id, await this.#writer.registerSchema(schema));
  }

  async #channel(channel: McapTypes.Channel): Promise<void> {
    if (this.#channels.has(channel.id)) return;
    const schemaId = this.#schemas.get(channel.schemaId) ?? 0;
    this.#channels.set(channel.id, await this.#writer.registerChannel({ ...channel, schemaId }));
  }
}
