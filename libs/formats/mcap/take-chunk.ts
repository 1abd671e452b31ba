/** Chunks: checked by their head, decompressed, proven by their CRC, and only then read. */
import { crc32 } from 'node:zlib';
import { messageOf } from '@pitlane/base/errors';
import { type ChunkBody, readBody } from './chunk-body.ts';
import { type ChunkFault, chunkFault } from './chunk-faults.ts';
import type { Course, Stop } from './course.ts';
import { Cursor, lengthAt, viewOf } from './cursor.ts';
import { RECORD_HEAD_BYTES } from './opcodes.ts';
import * as records from './records.ts';

export function takeChunk(course: Course, at: number, length: number): Stop | undefined {
  const recordBytes = RECORD_HEAD_BYTES + length;
  const headBytes = Math.min(recordBytes, RECORD_HEAD_BYTES + records.CHUNK_HEAD_BYTES_MAX);
  if (!course.window.holds(course.at, headBytes)) return course.need(headBytes);
  const contentAt = at + RECORD_HEAD_BYTES;
  const { bytes, view } = course.window;
  const head = records.parseChunkHead(new Cursor(bytes, view, contentAt, at + headBytes), length);
  if (!head) return 'lost';
  const recordEnd = course.at + recordBytes;
  const usedBytes = RECORD_HEAD_BYTES + head.bodyAt + head.bodyBytes;
  if (usedBytes < recordBytes && course.vouchedEnd !== recordEnd) return course.doubt(course.at + usedBytes);
  course.head = head;
  course.fault = chunkFault(head, course.tools.limits, course.at);
  if (course.fault) return 'bad';
  if (!course.window.holds(course.at, usedBytes)) return course.need(usedBytes);
  if (head.compression !== '') return 'inflate';
  const bodyAt = contentAt + head.bodyAt;
  course.fault = openBody(course, bytes.subarray(bodyAt, bodyAt + head.bodyBytes), recordEnd, true);
  return course.fault ? 'bad' : takeBody(course);
}

/** Begins to read a chunk's body, unless its CRC is wrong. */
export function openBody(
  course: Course,
  bytes: Uint8Array,
  recordEnd: number,
  exact: boolean,
  cut = false,
): ChunkFault | undefined {
  const head = course.head as records.ChunkHead;
  if (!cut && head.crc !== 0 && crc32(bytes) !== head.crc) {
    return { reason: 'corrupt-chunk', text: `the chunk at byte ${course.at} has another CRC than it says` };
  }
  if (head.crc === 0 && bytes.byteLength > 0) {
    course.gathering.diary.note('crc', 'chunks carry no CRC: damage inside of them cannot be seen');
  }
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  course.chunks += 1;
  course.body = {
    bytes: plain,
    view: new DataView(plain.buffer, plain.byteOffset, plain.byteLength),
    at: 0,
    end: plain.byteLength,
    head,
    offset: course.at,
    fileEnd: recordEnd,
    fileBase: exact ? course.at + RECORD_HEAD_BYTES + head.bodyAt : undefined,
    cut,
  };
  return undefined;
}

/** The body under way; undefined when there is none or it is done and the next record can come. */
export function takeBody(course: Course): Stop | undefined {
  const body = course.body;
  if (!body) return undefined;
  const { diary } = course.gathering;
  const lossesBefore = diary.lossCount;
  const stop = readBody(body, course.gathering, course.summaryTried);
  if (stop !== 'done') return stop;
  course.body = undefined;
  if (body.cut && diary.lossCount === lossesBefore) loseHead(course, body);
  if (!body.cut) {
    losePadding(course, body.offset + RECORD_HEAD_BYTES + body.head.bodyAt + body.head.bodyBytes, body.fileEnd);
  }
  course.goOn(body.fileEnd);
  return body.fileBase === undefined ? 'full' : undefined;
}

/** A chunk cut exactly between two messages: its head is what stands for the bytes that never came. */
function loseHead(course: Course, body: ChunkBody): void {
  const { head, offset } = body;
  course.gathering.diary.lose({
    reason: 'truncated',
    text: `the file ends inside the chunk at byte ${offset}, between two messages; ${head.bodyBytes - body.end} bytes of it never came`,
    offset,
    end: Math.min(offset + RECORD_HEAD_BYTES + head.bodyAt, body.fileEnd),
    startTimeNs: head.startTimeNs,
    endTimeNs: head.endTimeNs,
  });
}

/** Decompresses the chunk at hand, which lies whole in the window. */
export async function inflate(course: Course): Promise<void> {
  const head = course.head as records.ChunkHead;
  const at = course.at - course.window.start;
  const recordEnd = course.at + RECORD_HEAD_BYTES + lengthAt(course.window.view, at + 1);
  const bodyAt = at + RECORD_HEAD_BYTES + head.bodyAt;
  const packed = course.window.bytes.subarray(bodyAt, bodyAt + head.bodyBytes);
  const decompress = head.compression === 'zstd' ? course.tools.decompressors.zstd : course.tools.decompressors.lz4;
  try {
    const body = decompress(packed, head.uncompressedBytes);
    course.fault =
      body.byteLength === head.uncompressedBytes
        ? openBody(course, body, recordEnd, false)
        : {
            reason: 'corrupt-chunk',
            text: `the chunk at byte ${course.at} decompresses to another size than it declares`,
          };
  } catch (error) {
    const text = `the chunk at byte ${course.at} does not decompress (${head.compression}): ${messageOf(error)}`;
    course.fault = { reason: 'corrupt-chunk', text };
  }
  if (course.fault) await loseChunk(course);
}

/** Gives up the chunk at hand, whose head is sound, and goes on behind it. */
export async function loseChunk(course: Course): Promise<void> {
  const { startTimeNs, endTimeNs, bodyBytes, bodyAt } = course.head as records.ChunkHead;
  const { reason, text } = course.fault as ChunkFault;
  await course.askSummary();
  const topics = course.summary?.damageIn(course.at, course.at + 1).topics ?? [];
  const head = await course.window.peek(course.at, RECORD_HEAD_BYTES);
  const length = head.byteLength < RECORD_HEAD_BYTES ? bodyAt + bodyBytes : lengthAt(viewOf(head), 1);
  const end = Math.min(course.at + RECORD_HEAD_BYTES + length, course.window.fileEnd);
  course.gathering.diary.lose({ reason, text, offset: course.at, end, topics, startTimeNs, endTimeNs });
  course.chunks += 1;
  course.goOn(end);
  course.indexesTellLoss = true;
}

/** Bytes behind the fields of a record, which the format lets be there: nobody knows what they are, so they are kept. */
export function losePadding(course: Course, offset: number, end: number): void {
  if (offset >= end) return;
  const text = `${end - offset} bytes stand behind the fields of a record, at byte ${offset}`;
  course.gathering.diary.lose({ reason: 'corrupt-record', text, offset, end });
}
