/** The content of MCAP's records, field by field; a record that contradicts its own length is `undefined`. */
import type { Cursor } from './cursor.ts';

export interface SchemaRecord {
  readonly id: number;
  readonly name: string;
  readonly encoding: string;
  /** A slice of the buffer that was read. */
  readonly data: Uint8Array;
}

export interface ChannelRecord {
  readonly id: number;
  readonly schemaId: number;
  readonly topic: string;
  readonly messageEncoding: string;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface ChunkHead {
  readonly startTimeNs: bigint;
  readonly endTimeNs: bigint;
  readonly uncompressedBytes: number;
  readonly crc: number;
  readonly compression: string;
  /** Where the body begins, counted from the chunk's content. */
  readonly bodyAt: number;
  readonly bodyBytes: number;
}

/** A chunk's head, compression name included, never takes more than this. */
export const CHUNK_HEAD_BYTES_MAX = 8 + 8 + 8 + 4 + 4 + 32 + 8;
/** Channel, sequence and two times, before a message's data. */
export const MESSAGE_HEAD_BYTES = 2 + 4 + 8 + 8;

export function parseHeader(cursor: Cursor): { profile: string; library: string } | undefined {
  const header = { profile: cursor.text(), library: cursor.text() };
  return cursor.sound ? header : undefined;
}

export function parseSchema(cursor: Cursor): SchemaRecord | undefined {
  const id = cursor.u16();
  const name = cursor.text();
  const encoding = cursor.text();
  const data = cursor.slice(cursor.u32());
  return cursor.sound && id !== 0 ? { id, name, encoding, data } : undefined;
}

export function parseChannel(cursor: Cursor): ChannelRecord | undefined {
  const id = cursor.u16();
  const schemaId = cursor.u16();
  const topic = cursor.text();
  const messageEncoding = cursor.text();
  const metadata = cursor.map();
  return cursor.sound ? { id, schemaId, topic, messageEncoding, metadata } : undefined;
}

/** `cursor` may end before the chunk does; `contentBytes` is what the record declares. */
export function parseChunkHead(cursor: Cursor, contentBytes: number): ChunkHead | undefined {
  const contentAt = cursor.at;
  const startTimeNs = cursor.u64();
  const endTimeNs = cursor.u64();
  const uncompressedBytes = cursor.length();
  const crc = cursor.u32();
  const nameBytes = cursor.u32();
  if (nameBytes > 32) return undefined;
  const compression = String.fromCharCode(...cursor.slice(nameBytes));
  const bodyBytes = cursor.length();
  const bodyAt = cursor.at - contentAt;
  if (!cursor.sound || !Number.isFinite(bodyBytes) || bodyAt + bodyBytes > contentBytes) return undefined;
  return { startTimeNs, endTimeNs, uncompressedBytes, crc, compression, bodyAt, bodyBytes };
}

export interface AttachmentHead {
  readonly logTimeNs: bigint;
  readonly createTimeNs: bigint;
  readonly name: string;
  readonly mediaType: string;
  readonly dataAt: number;
  readonly dataBytes: number;
}

/** As `parseChunkHead`: the data itself need not be there yet. */
export function parseAttachmentHead(cursor: Cursor, contentBytes: number): AttachmentHead | undefined {
  const contentAt = cursor.at;
  const logTimeNs = cursor.u64();
  const createTimeNs = cursor.u64();
  const name = cursor.text();
  const mediaType = cursor.text();
  const dataBytes = cursor.length();
  const dataAt = cursor.at - contentAt;
  if (!cursor.sound || !Number.isFinite(dataBytes) || dataAt + dataBytes + 4 > contentBytes) return undefined;
  return { logTimeNs, createTimeNs, name, mediaType, dataAt, dataBytes };
}

export function parseMetadata(cursor: Cursor): { name: string; entries: ReadonlyMap<string, string> } | undefined {
  const metadata = { name: cursor.text(), entries: cursor.map() };
  return cursor.sound ? metadata : undefined;
}

/** The channel that a message index is for. */
export function parseMessageIndex(cursor: Cursor): number | undefined {
  const channelId = cursor.u16();
  const entriesBytes = cursor.u32();
  cursor.slice(entriesBytes);
  return cursor.sound && entriesBytes % 16 === 0 ? channelId : undefined;
}

export interface ChunkIndex {
  readonly startTimeNs: bigint;
  readonly endTimeNs: bigint;
  readonly chunkOffset: number;
  readonly chunkBytes: number;
  readonly channelIds: readonly number[];
  readonly messageIndexBytes: number;
}

export function parseChunkIndex(cursor: Cursor): ChunkIndex | undefined {
  const startTimeNs = cursor.u64();
  const endTimeNs = cursor.u64();
  const chunkOffset = cursor.length();
  const chunkBytes = cursor.length();
  const offsetsEnd = cursor.u32() + cursor.at;
  const channelIds: number[] = [];
  while (cursor.sound && cursor.at < offsetsEnd) {
    channelIds.push(cursor.u16());
    cursor.length();
  }
  if (cursor.at !== offsetsEnd) return undefined;
  const messageIndexBytes = cursor.length();
  cursor.text();
  cursor.u64();
  cursor.u64();
  if (!cursor.sound) return undefined;
  return { startTimeNs, endTimeNs, chunkOffset, chunkBytes, channelIds, messageIndexBytes };
}

export interface Statistics {
  readonly messages: bigint;
  readonly startTimeNs: bigint;
  readonly endTimeNs: bigint;
  readonly messagesByChannel: ReadonlyMap<number, bigint>;
}

export function parseStatistics(cursor: Cursor): Statistics | undefined {
  const messages = cursor.u64();
  cursor.u16();
  cursor.slice(4 * 4);
  const startTimeNs = cursor.u64();
  const endTimeNs = cursor.u64();
  const countsEnd = cursor.u32() + cursor.at;
  const messagesByChannel = new Map<number, bigint>();
  while (cursor.sound && cursor.at < countsEnd) messagesByChannel.set(cursor.u16(), cursor.u64());
  return cursor.sound && cursor.at === countsEnd ? { messages, startTimeNs, endTimeNs, messagesByChannel } : undefined;
}

/** Walks over the fields of an attachment index (`named` 2) or a metadata index (1); false if they do not fit. */
export function passIndex(cursor: Cursor, named: 1 | 2): boolean {
  cursor.slice(named === 2 ? 5 * 8 : 2 * 8);
  for (let i = 0; i < named; i += 1) cursor.text();
  return cursor.sound;
}

/** Where an attachment or metadata record stands, from its index record; the other fields are not needed. */
export function parseIndexedOffset(cursor: Cursor): number | undefined {
  const offset = cursor.length();
  const bytes = cursor.length();
  return cursor.sound && Number.isFinite(offset + bytes) ? offset : undefined;
}

export function parseFooter(cursor: Cursor): { summaryStart: number; summaryCrc: number } | undefined {
  const summaryStart = cursor.length();
  cursor.u64();
  const summaryCrc = cursor.u32();
  return cursor.sound ? { summaryStart, summaryCrc } : undefined;
}
