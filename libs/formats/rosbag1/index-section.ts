/**
 * Reads what a closed bag says of itself: the bag header, and the index section at its end with every connection and a
 * line per chunk. It serves the inspection, gives connections whose own record is damaged, and names the topics and
 * times of a chunk that is lost. It is a second opinion only: the reader never skips what the index does not list.
 */
import { MIB } from '@pitlane/base/bytes';
import { type ByteSource, LandOpaque, type ReadLimits } from '../recording/index.ts';
import { OP, parseRecord, RecordView, timeNsOf, u32 } from './record.ts';

export const MAGIC = '#ROSBAG V2.0\n';

/** A larger index section is left unread. */
const INDEX_BYTES_MAX = 16 * MIB;

const BAG_HEADER_BYTES = 4096;

export interface IndexedConnection {
  readonly conn: number;
  readonly topic: Uint8Array;
  readonly header: Uint8Array;
}

export interface IndexedChunk {
  readonly startTimeNs: bigint;
  readonly endTimeNs: bigint;
  /** Messages by connection. */
  readonly messages: readonly (readonly [conn: number, count: number])[];
}

export interface BagIndex {
  /** Where the index section should begin; 0 in a bag that was never closed, undefined if the bag header is broken. */
  readonly position: number | undefined;
  /** Whether all connections and chunks that the bag header counts were found. */
  readonly isWhole: boolean;
  readonly connections: ReadonlyMap<number, IndexedConnection>;
  /** By the offset of the chunk record. */
  readonly chunks: ReadonlyMap<number, IndexedChunk>;
}

/** Throws only `LandOpaque` (for an encrypted bag) and what `source.read` throws. */
export async function readIndexSection(source: ByteSource, limits: ReadLimits): Promise<BagIndex> {
  const connections = new Map<number, IndexedConnection>();
  const chunks = new Map<number, IndexedChunk>();
  const view = new RecordView();
  const head = await readAt(source, MAGIC.length, BAG_HEADER_BYTES);
  const isHeader =
    parseRecord(head, 0, head.byteLength, view, limits.headerBytesMax) === 'whole' && view.op === OP.bagHeader;
  if (!isHeader) return { position: undefined, isWhole: false, connections, chunks };
  if (view.encrypted) throw new LandOpaque('the bag is encrypted');
  const { position, connCount, chunkCount } = view;
  if (position < MAGIC.length || position > source.sizeBytes || source.sizeBytes - position > INDEX_BYTES_MAX) {
    return { position, isWhole: false, connections, chunks };
  }
  const section = await readAt(source, position, source.sizeBytes - position);
  let at = 0;
  while (parseRecord(section, at, section.byteLength, view, limits.headerBytesMax) === 'whole') {
    if (view.dataEnd > section.byteLength) break;
    const data = section.subarray(view.dataStart, view.dataEnd);
    if (view.op === OP.connection)
      connections.set(view.conn, { conn: view.conn, topic: view.text(section), header: data });
    if (view.op === OP.chunkInfo && view.typical) chunks.set(view.position, chunkFrom(view, data));
    at = view.dataEnd;
  }
  const isWhole = at === section.byteLength && connections.size === connCount && chunks.size === chunkCount;
  return { position, isWhole, connections, chunks };
}

function chunkFrom(view: RecordView, data: Uint8Array): IndexedChunk {
  const messages: [number, number][] = [];
  for (let at = 0; at + 8 <= data.byteLength; at += 8) messages.push([u32(data, at), u32(data, at + 4)]);
  return {
    startTimeNs: timeNsOf(view.startSecs, view.startNsecs),
    endTimeNs: timeNsOf(view.endSecs, view.endNsecs),
    messages,
  };
}

async function readAt(source: ByteSource, offset: number, bytes: number): Promise<Uint8Array> {
  const into = new Uint8Array(Math.max(0, Math.min(bytes, source.sizeBytes - offset)));
  return into.subarray(0, await source.read(offset, into));
}
