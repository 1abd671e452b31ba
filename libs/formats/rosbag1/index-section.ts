/**
 * Reads what a closed bag says of itself: the bag header, and the index section at its end with every connection and a
 * line per chunk. It serves the inspection, gives connections whose own record is damaged, and names the topics and
 * times of a chunk that is lost. It is a second opinion only: the reader never skips what the index does not list.
 */
import { MIB } from '@pitlane/base/bytes';
import { type ByteSource, LandOpaque, type ReadLimits } from '../recording/index.ts';
import { nextCandidate } from './find-record.ts';
import { OP, parseRecord, RecordView, timeNsOf, u32 } from './record.ts';

export const MAGIC = '#ROSBAG V2.0\n';

/** A larger index section is left unread. */
const INDEX_BYTES_MAX = 16 * MIB;

/** Where the position is wrong, the section is looked for in this much of the file's end. */
const TAIL_BYTES = 2 * MIB;

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

const NOTHING: BagIndex = { position: undefined, isWhole: false, connections: new Map(), chunks: new Map() };

/** Throws only `LandOpaque` (for an encrypted bag) and what `source.read` throws. */
export async function readIndexSection(source: ByteSource, limits: ReadLimits): Promise<BagIndex> {
  const view = new RecordView();
  const head = await readAt(source, MAGIC.length, BAG_HEADER_BYTES);
  const parsed = parseRecord(head, 0, head.byteLength, view, limits.headerBytesMax);
  if (parsed !== 'whole' || view.op !== OP.bagHeader || !view.typical) return atEnd(source, undefined);
  if (view.encrypted) throw new LandOpaque('the bag is encrypted');
  const { position, connCount, chunkCount } = view;
  if (position < MAGIC.length || position > source.sizeBytes) return { ...NOTHING, position };
  if (source.sizeBytes - position > INDEX_BYTES_MAX) return atEnd(source, position);
  const section = await readAt(source, position, source.sizeBytes - position);
  const lists = listsFrom(section, 0);
  const isAtEnd = lists.end === section.byteLength;
  if (!isAtEnd && lists.connections.size === 0) return atEnd(source, position);
  const isWhole = isAtEnd && lists.connections.size === connCount && lists.chunks.size === chunkCount;
  return { position, isWhole, connections: lists.connections, chunks: lists.chunks };
}

/**
 * Looks for the section in the file's tail: connections that are followed by chunk lines stand nowhere else. It helps
 * where the bag header is broken, or where bytes are missing or too many before it.
 */
async function atEnd(source: ByteSource, position: number | undefined): Promise<BagIndex> {
  const bytes = Math.min(source.sizeBytes, TAIL_BYTES);
  const tail = await readAt(source, source.sizeBytes - bytes, bytes);
  const view = new RecordView();
  let search = 0;
  for (;;) {
    const candidate = nextCandidate(tail, search, tail.byteLength, search, view);
    if (candidate === undefined) return { ...NOTHING, position };
    search = candidate.hit + 1;
    if (candidate.start < 0 || view.op !== OP.connection) continue;
    const { end, connections, chunks } = listsFrom(tail, candidate.start);
    if (chunks.size > 0) return { position, isWhole: false, connections, chunks };
    search = Math.max(search, end); // whatever begins between here and there ends there as well
  }
}

interface Lists {
  readonly connections: Map<number, IndexedConnection>;
  readonly chunks: Map<number, IndexedChunk>;
  /** Where the connections and chunk lines end. */
  readonly end: number;
}

function listsFrom(section: Uint8Array, from: number): Lists {
  const connections = new Map<number, IndexedConnection>();
  const chunks = new Map<number, IndexedChunk>();
  const view = new RecordView();
  let at = from;
  while (parseRecord(section, at, section.byteLength, view, section.byteLength) === 'whole') {
    if (view.dataEnd > section.byteLength || !view.typical) break;
    const data = section.subarray(view.dataStart, view.dataEnd);
    if (view.op === OP.connection) {
      connections.set(view.conn, { conn: view.conn, topic: view.text(section), header: data });
    } else if (view.op === OP.chunkInfo) {
      chunks.set(view.position, chunkFrom(view, data));
    } else {
      break;
    }
    at = view.dataEnd;
  }
  return { connections, chunks, end: at };
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
