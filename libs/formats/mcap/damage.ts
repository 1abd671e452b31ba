/** What to do off the road: a record that ends behind the file, or one that contradicts itself. */
import { textFromBytes } from '@pitlane/base/units';
import { LandOpaque } from '../recording/index.ts';
import { chunkFault } from './chunk-faults.ts';
import { ATTACHMENT_HEAD_BYTES_MAX, type Course } from './course.ts';
import { Cursor, lengthAt, viewOf } from './cursor.ts';
import { Opcode, RECORD_HEAD_BYTES } from './opcodes.ts';
import * as records from './records.ts';
import { openBody } from './take-chunk.ts';

/** Looks at what stands behind the record at hand before the record is believed. */
export async function vouch(course: Course): Promise<void> {
  const length = lengthAt(course.window.view, course.at - course.window.start + 1);
  const recordEnd = course.at + RECORD_HEAD_BYTES + length;
  const { paddingAt } = course;
  if (paddingAt > course.at && (await course.resync.vouches(paddingAt, 1, true))) {
    const text = `the record at byte ${course.at} says that it is longer than its fields, where another record begins`;
    course.gathering.diary.lose({ reason: 'corrupt-record', text, offset: course.at, end: paddingAt });
    course.goOn(paddingAt);
    return;
  }
  if (!(await course.resync.vouches(recordEnd))) return findWay(course);
  const dataBytes = length - records.MESSAGE_HEAD_BYTES;
  const cap = course.tools.limits.messageBytesMax;
  if (course.window.bytes[course.at - course.window.start] === Opcode.Message && dataBytes > cap) {
    throw new LandOpaque(`a message of ${textFromBytes(dataBytes)} is larger than ${textFromBytes(cap)}`);
  }
  course.vouchedEnd = recordEnd;
}

/** The record at hand says that it ends behind the file: cut off, or its length is wrong. */
export async function goBeyond(course: Course): Promise<void> {
  const window = course.window;
  const left = window.fileEnd - course.at;
  await window.moveTo(course.at, Math.min(left, ATTACHMENT_HEAD_BYTES_MAX));
  const opcode = window.bytes[course.at - window.start];
  const contentAt = course.at - window.start + RECORD_HEAD_BYTES;
  const length = lengthAt(window.view, contentAt - 8);
  const cursor = new Cursor(window.bytes, window.view, contentAt, window.end - window.start);
  if (opcode === Opcode.Attachment) {
    const attachment = records.parseAttachmentHead(cursor, length);
    const exact = attachment && attachment.dataAt + attachment.dataBytes + 4 === length;
    return exact ? loseTail(course, 'attachment') : findWay(course);
  }
  const head = opcode === Opcode.Chunk ? records.parseChunkHead(cursor, length) : undefined;
  if (!head || head.bodyAt + head.bodyBytes !== length) return findWay(course);
  course.head = head;
  const readable = head.compression === '' && chunkFault(head, course.tools.limits, course.at) === undefined;
  if (!readable) return loseTail(course, 'chunk', head);
  await window.moveTo(course.at, left);
  const bodyAt = course.at - window.start + RECORD_HEAD_BYTES + head.bodyAt;
  openBody(
    course,
    window.bytes.subarray(bodyAt, Math.min(bodyAt + head.bodyBytes, window.end - window.start)),
    window.fileEnd,
    true,
    true,
  );
}

function loseTail(course: Course, what: string, head?: records.ChunkHead): void {
  const end = course.window.fileEnd;
  course.gathering.diary.lose({
    reason: 'truncated',
    text: `the file ends inside the ${what} at byte ${course.at}`,
    offset: course.at,
    end,
    startTimeNs: head?.startTimeNs,
    endTimeNs: head?.endTimeNs,
  });
  course.goOn(end);
}

/** Gives up what stands here and goes on at the next place that is a record. */
export async function findWay(course: Course): Promise<void> {
  const window = course.window;
  const from = course.at;
  const head = await window.peek(from, RECORD_HEAD_BYTES);
  const opcode = head[0] as number;
  const length = head.byteLength < RECORD_HEAD_BYTES ? 0 : lengthAt(viewOf(head), 1);
  const recordEnd = from + RECORD_HEAD_BYTES + length;
  let target: number | undefined;
  let text = `the record at byte ${from} (opcode ${opcode}, ${length} bytes) is not known, or contradicts itself`;
  if (recordEnd <= window.fileEnd && (await course.resync.vouches(recordEnd))) {
    target = recordEnd;
  } else {
    target = await nextRecord(course, from);
    if (target !== undefined) text = `the bytes from ${from} to ${target} make no records`;
  }
  const end = target ?? window.fileEnd;
  const known = opcode >= Opcode.Header && opcode <= Opcode.DataEnd && length < 2 ** 40;
  const cut = target === undefined && known && recordEnd > window.fileEnd;
  if (cut) text = `the file ends inside the record at byte ${from}`;
  const reason = cut ? 'truncated' : opcode === Opcode.Chunk ? 'corrupt-chunk' : 'corrupt-record';
  course.gathering.diary.lose({ reason, text, offset: from, end, ...course.summary?.damageIn(from, end) });
  course.goOn(end);
  course.indexesTellLoss = true;
}

async function nextRecord(course: Course, from: number): Promise<number | undefined> {
  await course.askSummary();
  if (course.summary && course.summary.chunks > 0) {
    for (const anchor of course.summary.anchorsAfter(from)) {
      if (await course.resync.isAnchor(anchor)) return anchor;
    }
  }
  const chunked = course.chunks > 0 || (course.summary?.chunks ?? 0) > 0 || (await course.resync.seesChunks(from + 1));
  return course.resync.search(from + 1, !chunked);
}
