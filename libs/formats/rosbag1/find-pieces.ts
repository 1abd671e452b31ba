/**
 * Which chunks of a bag can be read alone, from the index section of one that was closed: each holds whole messages, and
 * the section has all connections.
 */
import { utf8FromBytes } from '@pitlane/base/bytes';
import { joinedSource, sourceOfBytes } from '../content/index.ts';
import {
  type ByteSource,
  type IndexedPiece,
  type IndexedPieces,
  LandOpaque,
  type ReadTools,
} from '../recording/index.ts';
import { type BagIndex, MAGIC, readIndexSection } from './index-section.ts';

/** A bag header of nothing but its kind and "there is no index": what stands behind is read as of a bag never closed. */
const UNINDEXED_HEADER = recordHead([
  ['op', Buffer.of(3)],
  ['index_pos', Buffer.alloc(8)],
  ['conn_count', Buffer.alloc(4)],
  ['chunk_count', Buffer.alloc(4)],
]);

export async function findBagPieces(source: ByteSource, { limits }: ReadTools): Promise<IndexedPieces | undefined> {
  let index: BagIndex;
  try {
    index = await readIndexSection(source, limits);
  } catch (error) {
    if (error instanceof LandOpaque) return undefined;
    throw error;
  }
  const { position, connections, chunks, isWhole } = index;
  if (!isWhole || position === undefined || chunks.size === 0) return undefined;
  const topics = new Map([...connections.values()].map(({ conn, topic }) => [conn, utf8FromBytes(topic)]));
  const head = Buffer.concat([Buffer.from(MAGIC), UNINDEXED_HEADER]);
  const first = { source: sourceOfBytes(source.name, head), offset: 0, bytes: head.byteLength };
  const defining = { source, offset: position, bytes: source.sizeBytes - position };
  return {
    pieces: piecesOf(index, position),
    topics,
    only: (wanted) =>
      joinedSource(source.name, [first, defining, ...wanted.map(({ offset, bytes }) => ({ source, offset, bytes }))]),
  };
}

/** A chunk reaches, with its index records, to the next one. */
function piecesOf({ chunks }: BagIndex, position: number): IndexedPiece[] {
  const places = [...chunks].filter(([offset]) => offset < position).sort(([a], [b]) => a - b);
  return places.map(([offset, { startTimeNs, endTimeNs, messages }], i) => ({
    offset,
    bytes: (places[i + 1]?.[0] ?? position) - offset,
    startTimeNs,
    endTimeNs,
    channels: messages.flatMap(([conn, count]) => (count > 0 ? [conn] : [])),
  }));
}

/** A record without data: its header with lengths in front of it and of each field. */
function recordHead(fields: readonly (readonly [name: string, value: Buffer])[]): Buffer {
  const parts = fields.map(([name, value]) => sized(Buffer.concat([Buffer.from(`${name}=`), value])));
  return Buffer.concat([sized(Buffer.concat(parts)), Buffer.alloc(4)]);
}

function sized(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.byteLength);
  return Buffer.concat([length, bytes]);
}
