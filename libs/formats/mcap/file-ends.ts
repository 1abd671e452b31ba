/** The two ends of a file: its magic, its last bytes, and what there is to say once all is read. */
import type { Course, Stop } from './course.ts';
import { MAGIC } from './opcodes.ts';

export function takeMagic(course: Course, index: number): boolean {
  const { bytes, start, end } = course.window;
  if (start + index + MAGIC.byteLength > end) return false;
  return Buffer.compare(bytes.subarray(index, index + MAGIC.byteLength), MAGIC) === 0;
}

/** The file's opening bytes where no file begins: recordings were glued together. */
export function takeInnerMagic(course: Course, left: number): Stop | undefined {
  const closes = left === MAGIC.byteLength && course.footerSeen;
  if (!closes)
    course.gathering.diary.note('magic', `an MCAP file begins or ends at byte ${course.at}, inside this one`);
  course.dataEnded = false;
  course.closed = closes;
  course.goOn(course.at + MAGIC.byteLength);
  return undefined;
}

/** Fewer bytes than a record's head are left: the closing magic, or a rest. */
export function takeStub(course: Course, left: number): Stop {
  if (!course.window.holds(course.at, left)) return course.need(left);
  if (left === MAGIC.byteLength && takeMagic(course, course.at - course.window.start)) {
    takeInnerMagic(course, left);
  } else {
    const text = `the file ends inside the ${course.footerSeen ? 'closing magic' : 'head of a record'} at byte ${course.at}`;
    course.gathering.diary.lose({ reason: 'truncated', text, offset: course.at, end: course.window.fileEnd });
    course.goOn(course.window.fileEnd);
  }
  return 'end';
}

export function finish(course: Course): void {
  const { diary, messages } = course.gathering;
  diary.flush();
  if (!course.closed) {
    const missing = course.footerSeen ? 'closing magic' : 'footer';
    diary.note('unclosed', `the file has no ${missing}: it was not closed when recording ended`);
  }
  const counted = course.statistics?.messages;
  if (counted !== undefined && counted !== BigInt(messages)) {
    diary.note('statistics', `the summary counts ${counted} messages, ${messages} were read`);
  }
}
