/** What an object is made of: its inner chunks, stored and as zstd would have them, and everything else beside. */
import { McapStreamReader } from '@mcap/core';
import { compress, decompress } from 'zstd-napi';

export interface ObjectParts {
  readonly objectBytes: number;
  /** Stored bytes of the inner chunks. */
  readonly storedBytes: number;
  /** The same pieces, each by zstd at level 3. */
  readonly zstdBytes: number;
  /** Attachments and metadata, which are content and no index. */
  readonly extraBytes: number;
}

export const ZSTD_LEVEL = 3;

const ATTACHMENT_HEAD_BYTES = 9;

export function partsOf(object: Uint8Array): ObjectParts {
  const parts = { objectBytes: object.byteLength, storedBytes: 0, zstdBytes: 0, extraBytes: 0 };
  const reader = new McapStreamReader({
    includeChunks: true,
    decompressHandlers: { zstd: (bytes) => decompress(bytes) },
  });
  reader.append(object);
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
    if (record.type === 'Attachment') parts.extraBytes += ATTACHMENT_HEAD_BYTES + record.data.byteLength;
    if (record.type !== 'Chunk') continue;
    const raw = record.compression === 'zstd' ? decompress(record.records) : record.records;
    parts.storedBytes += record.records.byteLength;
    parts.zstdBytes += compress(raw, { compressionLevel: ZSTD_LEVEL }).byteLength;
  }
  return parts;
}

export function summed(all: readonly ObjectParts[]): ObjectParts {
  const sum = (key: keyof ObjectParts): number => all.reduce((total, parts) => total + parts[key], 0);
  return {
    objectBytes: sum('objectBytes'),
    storedBytes: sum('storedBytes'),
    zstdBytes: sum('zstdBytes'),
    extraBytes: sum('extraBytes'),
  };
}

/** The part of an object that is neither messages nor attachments: heads, indexes, summary. */
export const indexShareOf = ({ objectBytes, storedBytes, extraBytes }: ObjectParts): number =>
  (objectBytes - storedBytes - extraBytes) / objectBytes;
