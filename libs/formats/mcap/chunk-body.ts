/** Reads what stands inside a chunk: schemas, channels and messages, until the end, a full batch or an open question. */
import { lengthAt } from './cursor.ts';
import { BATCH_EVENTS_MAX, type Gathering } from './gathering.ts';
import { Opcode, RECORD_HEAD_BYTES } from './opcodes.ts';
import { type ChunkHead, MESSAGE_HEAD_BYTES } from './records.ts';

export interface ChunkBody {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** The next record in `bytes`; moves on while the body is read. */
  at: number;
  readonly end: number;
  readonly head: ChunkHead;
  /** The chunk's record in the file, `[offset, fileEnd)`. */
  readonly offset: number;
  readonly fileEnd: number;
  /** File offset of the first byte of `bytes` where the body stands in the file as it is; undefined if decompressed. */
  readonly fileBase: number | undefined;
  /** The file ends inside this chunk. */
  readonly cut: boolean;
}

/** `done`: the body is at its end; `full`: hand the batch over; `summary`: a channel is unknown, and only it may know. */
export type BodyStop = 'done' | 'full' | 'summary';

export function readBody(body: ChunkBody, gathering: Gathering, summaryTried: boolean): BodyStop {
  const { bytes, view, end, head, fileBase } = body;
  const { definitions, batch } = gathering;
  const { channels } = definitions;
  let at = body.at;
  while (at < end) {
    body.at = at;
    if (batch.length >= BATCH_EVENTS_MAX) return 'full';
    const contentAt = at + RECORD_HEAD_BYTES;
    if (contentAt > end) break;
    const length = lengthAt(view, at + 1);
    if (length > end - contentAt) break;
    const next = contentAt + length;
    if (bytes[at] === Opcode.Message && length >= MESSAGE_HEAD_BYTES) {
      const channelId = view.getUint16(contentAt, true);
      const channel = channels[channelId];
      if (channel !== undefined) {
        const sourceOffset = fileBase === undefined ? body.offset : fileBase + at;
        const timeNs = gathering.takeMessage(channel, bytes, view, contentAt, next, sourceOffset);
        if (timeNs < head.startTimeNs || timeNs > head.endTimeNs) noteTime(body, gathering);
      } else if (!summaryTried) {
        return 'summary';
      } else if (definitions.adopt(channelId)) {
        continue;
      } else {
        const logTimeNs = view.getBigUint64(contentAt + 6, true);
        const range = rangeOf(body, at, next);
        gathering.diary.loseMessage(channelId, range.offset, range.end, logTimeNs);
      }
    } else {
      takeDefinition(body, gathering, at, next);
    }
    at = next;
  }
  if (at < end) loseRest(body, gathering, at);
  body.at = end;
  return 'done';
}

function takeDefinition(body: ChunkBody, gathering: Gathering, at: number, next: number): void {
  const { bytes, view } = body;
  const contentAt = at + RECORD_HEAD_BYTES;
  const opcode = bytes[at];
  const fits = next - contentAt <= gathering.limits.headerBytesMax;
  let usedEnd = -1;
  if (fits && opcode === Opcode.Schema) usedEnd = gathering.definitions.takeSchema(bytes, view, contentAt, next);
  else if (fits && opcode === Opcode.Channel) usedEnd = gathering.definitions.takeChannel(bytes, view, contentAt, next);
  if (usedEnd === next) return;
  const what = fits ? 'a record that does not belong there or contradicts itself' : 'a schema or channel over the cap';
  gathering.diary.lose({
    reason: 'corrupt-record',
    text: `the chunk at byte ${body.offset} holds ${what} (opcode ${opcode}, ${next - contentAt} bytes)`,
    ...rangeOf(body, usedEnd < 0 ? at : usedEnd, next),
  });
}

/** The records end before the body does. */
function loseRest(body: ChunkBody, gathering: Gathering, at: number): void {
  const { head } = body;
  gathering.diary.lose({
    reason: body.cut ? 'truncated' : 'corrupt-record',
    text: body.cut
      ? `the file ends inside the chunk at byte ${body.offset}; its whole messages were read`
      : `the chunk at byte ${body.offset} holds a record that is longer than what is left of it`,
    startTimeNs: head.startTimeNs,
    endTimeNs: head.endTimeNs,
    ...rangeOf(body, at, body.end),
  });
}

/** Where `[at, next)` of the body stands in the file; a decompressed body can only name its whole chunk. */
function rangeOf(body: ChunkBody, at: number, next: number): { offset: number; end: number } {
  if (body.fileBase === undefined) return { offset: body.offset, end: body.fileEnd };
  return { offset: body.fileBase + at, end: body.fileBase + next };
}

function noteTime(body: ChunkBody, gathering: Gathering): void {
  gathering.diary.note('chunk-time', `the chunk at byte ${body.offset} holds a message outside of its declared times`);
}
