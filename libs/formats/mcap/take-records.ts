/** Records of the top level that are neither messages nor chunks. */
import { crc32 } from 'node:zlib';
import { textFromBytes } from '@pitlane/base/units';
import { LandOpaque } from '../recording/index.ts';
import { ATTACHMENT_HEAD_BYTES_MAX, type Course, type Stop, VOUCH_BYTES_MIN } from './course.ts';
import { Cursor } from './cursor.ts';
import { takeInnerMagic, takeMagic } from './file-ends.ts';
import { MAGIC, Opcode, RECORD_HEAD_BYTES } from './opcodes.ts';
import * as records from './records.ts';
import { losePadding, takeChunk } from './take-chunk.ts';

/** What cannot stand behind the end-of-data record, unless another file begins there. */
const DATA_ONLY = new Set<number>([Opcode.Header, Opcode.MessageIndex, Opcode.Metadata, Opcode.DataEnd]);

/** Any record but a sound message; undefined when it was taken and the next can come. */
export function takeOther(course: Course, opcode: number, at: number, length: number): Stop | undefined {
  const left = course.window.fileEnd - course.at;
  if (opcode === MAGIC[0] && left >= MAGIC.byteLength && takeMagic(course, at)) return takeInnerMagic(course, left);
  if (RECORD_HEAD_BYTES + length > left) return 'beyond';
  if (opcode === Opcode.Chunk) return takeChunk(course, at, length);
  if (opcode === Opcode.Attachment) return takeAttachment(course, at, length);
  if (opcode < Opcode.Header || opcode > Opcode.DataEnd || opcode === Opcode.Message) return 'lost';
  if (course.dataEnded && DATA_ONLY.has(opcode)) return 'lost';
  if (length > course.tools.limits.headerBytesMax && opcode !== Opcode.MessageIndex) return 'lost';
  if (length > course.tools.limits.sourceChunkBytesMax) return 'lost';
  const recordBytes = RECORD_HEAD_BYTES + length;
  const recordEnd = course.at + recordBytes;
  if (recordBytes > VOUCH_BYTES_MIN && course.vouchedEnd !== recordEnd) return 'vouch';
  if (!course.window.holds(course.at, recordBytes)) return course.need(recordBytes);
  const contentAt = at + RECORD_HEAD_BYTES;
  const cursor = new Cursor(course.window.bytes, course.window.view, contentAt, contentAt + length);
  const usedEnd = takeSmall(course, opcode, cursor);
  if (usedEnd < 0) return 'lost';
  if (usedEnd < cursor.end && course.vouchedEnd !== recordEnd) return course.doubt(course.window.start + usedEnd);
  losePadding(course, recordEnd - (cursor.end - usedEnd), recordEnd);
  course.goOn(recordEnd, opcode === Opcode.MessageIndex);
  return undefined;
}

/** Takes a record whose content is in view: where its fields end, or -1 if they do not fit. */
function takeSmall(course: Course, opcode: number, cursor: Cursor): number {
  const { definitions } = course.gathering;
  const { bytes, view } = course.window;
  const idFits = cursor.end - cursor.at >= 2;
  switch (opcode) {
    case Opcode.Schema:
      if (course.dataEnded && idFits && definitions.knowsSchema(view.getUint16(cursor.at, true))) break;
      return definitions.takeSchema(bytes, view, cursor.at, cursor.end);
    case Opcode.Channel:
      if (course.dataEnded && idFits && definitions.knows(view.getUint16(cursor.at, true))) break;
      return definitions.takeChannel(bytes, view, cursor.at, cursor.end);
    case Opcode.Metadata:
      return takeMetadata(course, cursor);
    default:
  }
  return passRecord(course, opcode, cursor) ? cursor.at : -1;
}

/** Walks over a record that is no content, so that it is known to be what its opcode says. */
function passRecord(course: Course, opcode: number, cursor: Cursor): boolean {
  switch (opcode) {
    case Opcode.Header:
      return records.parseHeader(cursor) !== undefined;
    case Opcode.Schema:
      return records.parseSchema(cursor) !== undefined;
    case Opcode.Channel:
      return records.parseChannel(cursor) !== undefined;
    case Opcode.MessageIndex:
      return passMessageIndex(course, cursor);
    case Opcode.DataEnd:
      cursor.u32();
      if (cursor.sound && cursor.at === cursor.end) course.dataEnded = true;
      return course.dataEnded;
    case Opcode.Statistics:
      course.statistics = records.parseStatistics(cursor) ?? course.statistics;
      return cursor.sound;
    case Opcode.ChunkIndex:
      return records.parseChunkIndex(cursor) !== undefined;
    case Opcode.AttachmentIndex:
      return records.passIndex(cursor, 2);
    case Opcode.MetadataIndex:
      return records.passIndex(cursor, 1);
    case Opcode.SummaryOffset:
      cursor.slice(1 + 8 + 8);
      return cursor.sound;
    case Opcode.Footer:
      course.footerSeen = records.parseFooter(cursor) !== undefined && cursor.at === cursor.end;
      return course.footerSeen;
    default:
      return false;
  }
}

function passMessageIndex(course: Course, cursor: Cursor): boolean {
  const { definitions, diary } = course.gathering;
  const channelId = records.parseMessageIndex(cursor);
  if (channelId === undefined) return false;
  if (course.indexesTellLoss) {
    const channel = definitions.channels[channelId] ?? definitions.fallback?.channels[channelId];
    if (channel) diary.touch(channel.topic);
  }
  return true;
}

function takeMetadata(course: Course, cursor: Cursor): number {
  const metadata = records.parseMetadata(cursor);
  if (!metadata || cursor.repeatedKey) return -1;
  if (cursor.at < cursor.end && course.vouchedEnd !== course.window.start + cursor.end) return cursor.at;
  if (cursor.lossyText) course.gathering.diary.note('utf8 metadata', 'a metadata record has texts that are no UTF-8');
  course.gathering.batch.push({ kind: 'metadata', metadata: { ...metadata, sourceOffset: course.at } });
  return cursor.at;
}

function takeAttachment(course: Course, at: number, length: number): Stop | undefined {
  const { limits } = course.tools;
  const recordBytes = RECORD_HEAD_BYTES + length;
  const headBytes = Math.min(recordBytes, ATTACHMENT_HEAD_BYTES_MAX);
  if (!course.window.holds(course.at, headBytes)) return course.need(headBytes);
  const { bytes, view } = course.window;
  const contentAt = at + RECORD_HEAD_BYTES;
  const head = records.parseAttachmentHead(new Cursor(bytes, view, contentAt, at + headBytes), length);
  if (!head) return 'lost';
  const recordEnd = course.at + recordBytes;
  const crcAt = contentAt + head.dataAt + head.dataBytes;
  const exact = crcAt + 4 === at + recordBytes;
  const vouched = course.vouchedEnd === recordEnd;
  if (!exact && !vouched) return course.doubt(course.window.start + crcAt + 4);
  if (head.dataBytes > limits.messageBytesMax && !vouched) return 'vouch';
  if (head.dataBytes > limits.messageBytesMax) {
    throw new LandOpaque(
      `an attachment of ${textFromBytes(head.dataBytes)} is larger than ${textFromBytes(limits.messageBytesMax)}`,
    );
  }
  const usedBytes = crcAt + 4 - at;
  if (!course.window.holds(course.at, usedBytes)) return course.need(usedBytes);
  const crc = view.getUint32(crcAt, true);
  if (crc !== 0 && crc32(bytes.subarray(contentAt, crcAt)) !== crc) {
    const text = `the attachment at byte ${course.at} has another CRC than it says`;
    const timeNs = head.logTimeNs;
    course.gathering.diary.lose({
      reason: 'corrupt-record',
      text,
      offset: course.at,
      end: recordEnd,
      startTimeNs: timeNs,
      endTimeNs: timeNs,
    });
  } else {
    const { name, mediaType, logTimeNs, createTimeNs } = head;
    const data = bytes.subarray(contentAt + head.dataAt, crcAt);
    const attachment = { name, mediaType, logTimeNs, createTimeNs, data, sourceOffset: course.at };
    course.gathering.batch.push({ kind: 'attachment', attachment });
  }
  losePadding(course, course.at + usedBytes, recordEnd);
  course.goOn(recordEnd);
  return undefined;
}
