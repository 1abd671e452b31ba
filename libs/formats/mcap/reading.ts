/** One reading of one file: records in the order of its bytes, handed over in batches. */
import type { ByteSource, ReadTools, RecordingEvent } from '../recording/index.ts';
import { Course, type Stop, VOUCH_BYTES_MIN } from './course.ts';
import { lengthAt } from './cursor.ts';
import { findWay, goBeyond, vouch } from './damage.ts';
import { finish, takeMagic, takeStub } from './file-ends.ts';
import { BATCH_EVENTS_MAX } from './gathering.ts';
import { MAGIC, Opcode, RECORD_HEAD_BYTES } from './opcodes.ts';
import { MESSAGE_HEAD_BYTES } from './records.ts';
import { headFits, isIndexInDisguise } from './record-fit.ts';
import { inflate, loseChunk, takeBody } from './take-chunk.ts';
import { takeOther } from './take-records.ts';

export async function* readMcap(source: ByteSource, tools: ReadTools): AsyncGenerator<readonly RecordingEvent[]> {
  const course = new Course(source, tools);
  const { gathering, window } = course;
  await window.moveTo(0, MAGIC.byteLength);
  course.at = takeMagic(course, 0) ? MAGIC.byteLength : 0;
  for (;;) {
    tools.signal?.throwIfAborted();
    const stop = takeBody(course) ?? takeRecords(course);
    if (stop === 'end') break;
    // What was given out points into the window or the decompressed chunk, so it goes before either moves on.
    if (gathering.batch.length > 0) yield gathering.handOver();
    if (stop === 'more') await window.moveTo(course.at, course.needBytes);
    else if (stop === 'summary') await course.askSummary();
    else if (stop === 'inflate') await inflate(course);
    else if (stop === 'vouch') await vouch(course);
    else if (stop === 'beyond') await goBeyond(course);
    else if (stop === 'lost') await findWay(course);
    else if (stop === 'bad') await loseChunk(course);
  }
  finish(course);
  if (gathering.batch.length > 0) yield gathering.handOver();
}

/** Records of the top level, as long as they lie whole in the window. */
function takeRecords(course: Course): Stop {
  const window = course.window;
  const { channels } = course.gathering.definitions;
  for (;;) {
    if (course.gathering.batch.length >= BATCH_EVENTS_MAX) return 'full';
    const offset = course.at;
    const left = window.fileEnd - offset;
    if (left <= 0) return 'end';
    if (left < RECORD_HEAD_BYTES) return takeStub(course, left);
    if (!window.holds(offset, RECORD_HEAD_BYTES)) return course.need(RECORD_HEAD_BYTES);
    const { bytes, view, start, end } = window;
    const at = offset - start;
    const opcode = bytes[at];
    const length = lengthAt(view, at + 1);
    const recordBytes = RECORD_HEAD_BYTES + length;
    if (opcode === Opcode.Message && !course.dataEnded && length >= MESSAGE_HEAD_BYTES && recordBytes <= left) {
      if (course.vouchedEnd !== offset + recordBytes) {
        if (recordBytes > VOUCH_BYTES_MIN) return 'vouch';
        const next = at + recordBytes;
        const headBytes = Math.min(RECORD_HEAD_BYTES, left - recordBytes);
        if (start + next + headBytes > end) return course.need(recordBytes + headBytes);
        if (
          headBytes === RECORD_HEAD_BYTES &&
          !headFits(bytes, view, next, end - start, left - recordBytes - headBytes)
        )
          return 'lost';
      } else if (offset + recordBytes > end) return course.need(recordBytes);
      const contentAt = at + RECORD_HEAD_BYTES;
      if (course.head && isIndexInDisguise(view, contentAt, length, course.head.uncompressedBytes)) return 'lost';
      const channelId = view.getUint16(contentAt, true);
      const channel = channels[channelId];
      if (channel) {
        course.gathering.takeMessage(channel, bytes, view, contentAt, at + recordBytes, offset);
      } else if (!course.summaryTried) {
        return 'summary';
      } else if (course.gathering.definitions.adopt(channelId)) {
        continue;
      } else {
        course.gathering.diary.loseMessage(
          channelId,
          offset,
          offset + recordBytes,
          view.getBigUint64(contentAt + 6, true),
        );
      }
      course.goOn(offset + recordBytes);
      continue;
    }
    const stop = takeOther(course, opcode as number, at, length);
    if (stop) return stop;
  }
}
