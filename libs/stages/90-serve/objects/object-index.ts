/** What a chunk object's summary says: schemas, channels, and where its inner chunks lie with their times and channels. */
import { PitlaneError } from '@pitlane/base/errors';
import { canonicalJson, sha256Of, type Sha256Hex } from '@pitlane/contracts/identity';
import {
  type ChannelFields,
  channelFrom,
  Fields,
  lengthAt,
  MAGIC,
  Opcode,
  RECORD_HEAD_BYTES,
  type SchemaFields,
  schemaFrom,
  viewOf,
} from './record-fields.ts';

/** Footer record and closing magic. */
export const TAIL_BYTES = RECORD_HEAD_BYTES + 20 + MAGIC.byteLength;

export interface InnerChunkPlace {
  /** Number in the object, in the order of the file. */
  readonly ordinal: number;
  readonly startTimeNs: bigint;
  readonly endTimeNs: bigint;
  /** The Chunk record, head included, is [offset, offset + bytes) of the object. */
  readonly offset: number;
  readonly bytes: number;
  readonly uncompressedBytes: number;
  /** The MessageIndex records are the bytes right behind the Chunk record. */
  readonly indexBytes: number;
  readonly channelIds: readonly number[];
}

export type SchemaOf = (SchemaFields & { readonly sha256: Sha256Hex }) | undefined;

export interface IndexedChannel extends ChannelFields {
  readonly id: number;
  readonly schema: SchemaOf;
  /** By the object's own statistics. */
  readonly messages: number;
}

export interface ObjectIndex {
  readonly channels: readonly IndexedChannel[];
  readonly inners: readonly InnerChunkPlace[];
}

export interface ChannelDescriptor {
  readonly topic: string;
  readonly messageEncoding: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly schemaName: string | null;
  readonly schemaEncoding: string | null;
  readonly schemaSha256: Sha256Hex | null;
}

/** Equal for channels that are equal in everything but their number. */
export const descriptorKey = (channel: ChannelDescriptor): string =>
  canonicalJson([
    channel.topic,
    channel.messageEncoding,
    channel.metadata,
    channel.schemaName,
    channel.schemaEncoding,
    channel.schemaSha256,
  ]);

export const descriptorOf = (channel: Omit<IndexedChannel, 'id' | 'messages' | 'schemaId'>): ChannelDescriptor => ({
  topic: channel.topic,
  messageEncoding: channel.messageEncoding,
  metadata: Object.fromEntries(channel.metadata),
  schemaName: channel.schema?.name ?? null,
  schemaEncoding: channel.schema?.encoding ?? null,
  schemaSha256: channel.schema?.sha256 ?? null,
});

/** Where the summary of an object begins, from its last `TAIL_BYTES`. */
export function summaryStartFrom(tail: Uint8Array, objectBytes: number): number {
  const view = viewOf(tail);
  const sound =
    tail.byteLength === TAIL_BYTES &&
    tail[0] === Opcode.Footer &&
    lengthAt(view, 1) === 20 &&
    Buffer.compare(tail.subarray(TAIL_BYTES - MAGIC.byteLength), MAGIC) === 0;
  const start = sound ? lengthAt(view, RECORD_HEAD_BYTES) : 0;
  if (!(start >= MAGIC.byteLength && start <= objectBytes - TAIL_BYTES)) {
    throw new PitlaneError('corrupt-input', 'it does not end in a footer that leads to a summary');
  }
  return start;
}

/** @param summary the bytes from the summary's start up to the footer. */
export function objectIndexFrom(summary: Uint8Array, objectBytes: number): ObjectIndex {
  const schemas = new Map<number, NonNullable<SchemaOf>>();
  const channels = new Map<number, ChannelFields>();
  const inners: Omit<InnerChunkPlace, 'ordinal'>[] = [];
  const messages = new Map<number, number>();
  const view = viewOf(summary);
  for (let at = 0; at + RECORD_HEAD_BYTES <= summary.byteLength; ) {
    const contentAt = at + RECORD_HEAD_BYTES;
    const length = lengthAt(view, at + 1);
    if (!(length <= summary.byteLength - contentAt)) {
      throw new PitlaneError('corrupt-input', 'a record of its summary is longer than the summary');
    }
    const fields = new Fields(summary, contentAt, contentAt + length);
    if (summary[at] === Opcode.Schema) {
      const { id, schema } = schemaFrom(fields);
      schemas.set(id, { ...schema, sha256: sha256Of(schema.data) });
    } else if (summary[at] === Opcode.Channel) {
      const { id, channel } = channelFrom(fields);
      channels.set(id, channel);
    } else if (summary[at] === Opcode.ChunkIndex) {
      inners.push(innerPlaceFrom(fields, objectBytes));
    } else if (summary[at] === Opcode.Statistics) {
      readCounts(fields, messages);
    }
    at = contentAt + length;
  }
  inners.sort((a, b) => a.offset - b.offset);
  return {
    inners: inners.map((inner, ordinal) => ({ ...inner, ordinal })),
    channels: [...channels].map(([id, channel]) => {
      const schema = schemas.get(channel.schemaId);
      if (channel.schemaId !== 0 && !schema) {
        throw new PitlaneError('corrupt-input', `its channel ${id} names schema ${channel.schemaId}, which it lacks`);
      }
      return { ...channel, id, schema, messages: messages.get(id) ?? 0 };
    }),
  };
}

export function innerPlaceFrom(fields: Fields, objectBytes: number): Omit<InnerChunkPlace, 'ordinal'> {
  const startTimeNs = fields.u64();
  const endTimeNs = fields.u64();
  const offset = fields.length();
  const bytes = fields.length();
  const offsets = new Fields(fields.slice(fields.u32()));
  const channelIds: number[] = [];
  while (offsets.at < offsets.end) {
    channelIds.push(offsets.u16());
    offsets.u64();
  }
  const indexBytes = fields.length();
  fields.text();
  fields.u64();
  const uncompressedBytes = fields.length();
  if (!(offset + bytes + indexBytes <= objectBytes)) {
    throw new PitlaneError('corrupt-input', 'a chunk index leads out of it');
  }
  return { startTimeNs, endTimeNs, offset, bytes, uncompressedBytes, indexBytes, channelIds };
}

export function readCounts(fields: Fields, messages: Map<number, number>): void {
  fields.slice(8 + 2 + 4 * 4 + 8 + 8);
  const counts = new Fields(fields.slice(fields.u32()));
  while (counts.at < counts.end) messages.set(counts.u16(), counts.length());
}
