/** The MCAP file of a preview, in memory: what it is stands first, then its messages in order of time. */
import { canonicalJson, sha256Of } from '@pitlane/contracts/identity';
import { INNER_CHUNK_BYTES } from '@pitlane/contracts/plan';
import { entriesFromPreview, PREVIEW_METADATA, type PreviewFacts } from '@pitlane/contracts/preview';
import type { Schema } from '@pitlane/formats/recording';
import { type Crc32, type FileChannel, InnerChunk, McapFileWriter } from '@pitlane/formats/mcap';
import type { ChunkCompressor } from '@pitlane/ports/compressor';
import type { PickedChannel, PickedMessage } from './picked-messages.ts';

const LEVEL = 6;
const FIRST_BUFFER_BYTES = 64 * 1024;

export interface WriteTools {
  readonly compressor: ChunkCompressor;
  readonly crc32: Crc32;
}

export async function previewFile(
  facts: PreviewFacts,
  messages: readonly PickedMessage[],
  { compressor, crc32 }: WriteTools,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const writer = new McapFileWriter(async (own) => {
    for (const part of own) parts.push(new Uint8Array(part));
  }, crc32);
  await writer.start('', 'pitlane');
  await writer.addMetadata(PREVIEW_METADATA, entriesFromPreview(facts));
  const ids = await declare(writer, messages);
  const inOrder = [...messages].sort((a, b) => (a.logTimeNs < b.logTimeNs ? -1 : a.logTimeNs > b.logTimeNs ? 1 : 0));
  const inner = new InnerChunk(FIRST_BUFFER_BYTES);
  const write = async (): Promise<void> => {
    if (inner.messages > 0) await addInnerChunk(writer, inner, compressor);
    inner.clear();
  };
  for (const message of inOrder) {
    if (inner.bytes + message.data.byteLength > INNER_CHUNK_BYTES) await write();
    inner.add(message, ids.get(message.channel) as number);
  }
  await write();
  await writer.finish();
  return Buffer.concat(parts);
}

/**
 * Schemas and channels before all messages; those that are equal in everything are one.
 * @returns ids of the channels
 */
async function declare(
  writer: McapFileWriter,
  messages: readonly PickedMessage[],
): Promise<ReadonlyMap<PickedChannel, number>> {
  const schemas = new Numbered<Schema>(1);
  const channels = new Numbered<FileChannel>(0);
  const ids = new Map<PickedChannel, number>();
  for (const { channel } of messages) {
    if (ids.has(channel)) continue;
    const { schema, topic, messageEncoding, metadata } = channel;
    const schemaKey = schema && [schema.name, schema.encoding, sha256Of(schema.data)];
    const schemaId = schema ? schemas.idOf(canonicalJson(schemaKey), schema) : 0;
    const key = canonicalJson([schemaId, topic, messageEncoding, Object.fromEntries(metadata)]);
    ids.set(channel, channels.idOf(key, { schemaId, topic, messageEncoding, metadata }));
  }
  for (const [id, schema] of schemas.all) writer.registerSchema(id, schema);
  for (const [id, channel] of channels.all) writer.registerChannel(id, channel);
  await writer.declare(schemas.all, channels.all);
  return ids;
}

/** Numbers what is new, in the order in which it comes. */
class Numbered<T> {
  readonly all: [number, T][] = [];
  readonly #ids = new Map<string, number>();
  readonly #first: number;

  constructor(first: number) {
    this.#first = first;
  }

  idOf(key: string, value: T): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#first + this.all.length;
    this.#ids.set(key, id);
    this.all.push([id, value]);
    return id;
  }
}

async function addInnerChunk(writer: McapFileWriter, inner: InnerChunk, compressor: ChunkCompressor): Promise<void> {
  const { startTimeNs, endTimeNs, bytes: uncompressedBytes } = inner;
  const [messageIndexes, counts] = [inner.messageIndexes(), inner.counts()];
  const done = await compressor.compress(inner.content(), LEVEL);
  try {
    const { compression, stored, crc32: uncompressedCrc32 } = done;
    const head = {
      startTimeNs,
      endTimeNs,
      uncompressedBytes,
      uncompressedCrc32,
      compression,
      storedBytes: stored.byteLength,
    };
    await writer.addInnerChunk({ head, stored, messageIndexes, counts });
  } finally {
    done.release();
  }
}
