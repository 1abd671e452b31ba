/**
 * Walks the records of one decompressed chunk in memory. What is damaged inside is passed over up to the next record
 * that is followed by another; the file's own bytes of it are the whole chunk, so one loss stands for all of it.
 */
import { LandOpaque, type ReadLimits, type RecordingEvent } from '../recording/index.ts';
import type { BagEvents } from './bag-events.ts';
import { isDamagedNext, nextCandidate } from './find-record.ts';
import { OP, parseRecord, RecordView } from './record.ts';

export interface ChunkPlace {
  /** Offset of the chunk record in the file, and of its end. */
  readonly offset: number;
  readonly end: number;
}

/** Yields when a batch is full; what is left in `events` at the end is the caller's to hand on. */
export function* readChunk(
  content: Uint8Array,
  place: ChunkPlace,
  events: BagEvents,
  limits: ReadLimits,
): Generator<readonly RecordingEvent[]> {
  const view = new RecordView();
  const ahead = new RecordView();
  const end = content.byteLength;
  const parse = (at: number, into: RecordView) => parseRecord(content, at, end, into, limits.headerBytesMax);
  const isStart = (at: number) => at === end || (at < end && parse(at, ahead) === 'whole');
  let damagedAt = -1;
  let unknownConn = -1;
  let at = 0;
  while (at < end) {
    if (events.isFull) yield events.take();
    const isRecord = parse(at, view) === 'whole' && view.typical && view.dataEnd <= end;
    const isBelieved =
      isRecord && (isStart(view.dataEnd) || isDamagedNext(content, view.dataStart, view.dataEnd, end, ahead));
    const taken = isBelieved ? takeRecord(view, content, place.offset, events, limits) : 'corrupt';
    if (taken === 'corrupt' && damagedAt < 0) damagedAt = at;
    if (taken === 'unknown-channel') unknownConn = view.conn;
    at = isBelieved ? view.dataEnd : findIn(content, at + 1, view, isStart);
  }
  if (damagedAt >= 0) {
    const text = `the chunk at ${place.offset} has a broken record ${damagedAt} bytes into its content; the sound ones were read`;
    events.lost({ reason: 'corrupt-record', text, ...place });
  } else if (unknownConn >= 0) {
    const text = `the chunk at ${place.offset} has messages of connection ${unknownConn}, which is declared nowhere`;
    events.lost({ reason: 'unknown-channel', text, ...place });
  }
}

function takeRecord(view: RecordView, content: Uint8Array, offset: number, events: BagEvents, limits: ReadLimits) {
  switch (view.op) {
    case OP.message:
      if (view.dataBytes > limits.messageBytesMax) throw messageTooLarge(view.dataBytes, limits);
      return events.message(view, content, offset);
    case OP.connection:
      return view.dataBytes > limits.headerBytesMax ? 'corrupt' : events.connection(view, content);
    case OP.indexData:
    case OP.chunkInfo:
    case OP.bagHeader:
      return 'taken';
    default:
      return 'corrupt'; // a chunk within a chunk, or no operation at all
  }
}

export const messageTooLarge = (bytes: number, limits: ReadLimits): LandOpaque =>
  new LandOpaque(`a message of ${bytes} bytes is larger than ${limits.messageBytesMax}`);

/** The next record from `from` on that another one follows, or the end. */
function findIn(content: Uint8Array, from: number, view: RecordView, isStart: (at: number) => boolean): number {
  let search = from;
  for (let hits = 0; hits < FIND_HITS_MAX; hits += 1) {
    const candidate = nextCandidate(content, search, content.byteLength, from, view);
    if (candidate === undefined) break;
    if (candidate.start >= 0 && isStart(view.dataEnd)) return candidate.start;
    search = candidate.hit + 1;
  }
  return content.byteLength;
}

/** Past this many false starts the rest of a chunk is given up. */
const FIND_HITS_MAX = 20_000;
