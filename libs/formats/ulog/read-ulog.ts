/**
 * Reads a ULog in the order of its bytes. A record that proves itself is taken; a loose one is taken if none begins inside
 * of it, of which one that proves itself is always a sign, and others only where the loose one is not followed. Behind damage the next record is searched for byte by byte, sync records among them,
 * and what lies between goes to the diary. Each byte is looked at a bounded number of times, so no file costs more than
 * its length.
 */
import { KIB } from '@pitlane/base/bytes';
import type { ByteSource, LossReason, ReadTools, RecordingEvent } from '../recording/index.ts';
import { ByteWindow } from './byte-window.ts';
import { isUlog, takeFileHeader, takeFlags } from './file-head.ts';
import {
  FILE_HEADER_BYTES,
  FLAGS_BYTES,
  isKnownKind,
  KIND,
  RECORD_BYTES_MAX,
  RECORD_HEADER_BYTES,
  u16,
} from './record.ts';
import { DISPUTED, FIRM, LOOSE, NONE, RecordShape, WEAK } from './record-shape.ts';
import { RecordTaker } from './take-record.ts';
import { UlogEvents } from './ulog-events.ts';

/** What must be in view to judge a record: the record, one that may begin in it, and the head of the next. */
const VIEW_BYTES = 2 * RECORD_BYTES_MAX + KIB;

/** What the synchronous part of the reader cannot do by itself. */
type Need = 'load' | 'hand-on' | 'end';

interface Broken {
  readonly offset: number;
  readonly reason: LossReason;
  readonly text: string;
}

export async function* readUlog(source: ByteSource, tools: ReadTools): AsyncGenerator<readonly RecordingEvent[]> {
  const window = new ByteWindow(source);
  const events = new UlogEvents(tools.limits);
  const reader = new UlogReader(window, events);
  for (;;) {
    const need = reader.readOn();
    // The slices that were collected end with the next load, so they go out first.
    if (!events.isEmpty) yield events.take();
    tools.signal?.throwIfAborted();
    if (need === 'end') break;
    if (need === 'load') await window.load(reader.at);
  }
  reader.finish();
  if (!events.isEmpty) yield events.take();
}

class UlogReader {
  /** Offset in the file of what is read or searched next. */
  at = 0;
  readonly #window: ByteWindow;
  readonly #events: UlogEvents;
  readonly #taker: RecordTaker;
  readonly #shape: RecordShape;
  /** Where data was appended, behind the cursor alone: a record before may be cut there. */
  #appended: number[] = [];
  /** Set while the next record is searched for. */
  #broken: Broken | undefined;

  constructor(window: ByteWindow, events: UlogEvents) {
    this.#window = window;
    this.#events = events;
    this.#taker = new RecordTaker(events);
    this.#shape = new RecordShape(events.formats, events.channels);
  }

  /** Reads records for as long as nothing is missing from view. */
  readOn(): Need {
    for (;;) {
      if (this.#events.isFull) return 'hand-on';
      if (!this.#window.holds(this.at, VIEW_BYTES)) return 'load';
      if (this.at >= this.#window.sizeBytes) return 'end';
      while (this.#appended[0] !== undefined && this.#appended[0] <= this.at) this.#appended.shift();
      if (this.#broken !== undefined) this.#search();
      else if (this.at === 0) this.#readHead();
      else this.#readRecord();
    }
  }

  /** Says what is known at the end of the file alone. */
  finish(): void {
    const size = this.#window.sizeBytes;
    this.#settle(size);
    const missing = this.#appended.find((offset) => offset > size);
    if (missing !== undefined) {
      const text = `the file ends before the data that was appended at ${missing}`;
      this.#events.lost({ reason: 'truncated', text, offset: size, end: size });
    }
    this.#events.finish(size);
  }

  get #cut(): number {
    return this.#appended[0] ?? Number.POSITIVE_INFINITY;
  }

  #readHead(): void {
    const head = this.#window.bytes.subarray(0, Math.min(FILE_HEADER_BYTES, this.#window.filled));
    if (!isUlog(head)) return this.#break('corrupt-record', 'no ULog begins here');
    if (head.byteLength < FILE_HEADER_BYTES) return this.#break('truncated', 'the file ends inside its header');
    takeFileHeader(head, this.#events);
    this.at = FILE_HEADER_BYTES;
  }

  #readRecord(): void {
    const { bytes, base, filled, sizeBytes } = this.#window;
    const start = this.at - base + RECORD_HEADER_BYTES;
    if (start > filled) return this.#break('truncated', 'the file ends inside the head of a record');
    const kind = bytes[start - 1] as number;
    const size = u16(bytes, start - RECORD_HEADER_BYTES);
    const end = base + start + size;
    if (end > sizeBytes) return this.#breakAtEnd(kind, size);
    const isFlags = kind === KIND.flags && this.at === FILE_HEADER_BYTES && size >= FLAGS_BYTES;
    const firmness = isFlags ? LOOSE : this.#shape.at(bytes, this.at - base, filled);
    if (this.#cut < end && this.#isCut(firmness, end))
      return this.#lose('truncated', 'a record was cut off', this.#cut);
    if (firmness === NONE) return this.#break('corrupt-record', `no record of kind ${nameOf(kind)} looks like this`);
    if (firmness < FIRM) {
      const isFollowed = this.#followsAt(end);
      const inner = this.#startWithin(this.at + 1, end, isFollowed ? FIRM : LOOSE);
      if (inner < end) return this.#lose('corrupt-record', 'a record declares more than it has', inner);
      if (!isFollowed && (firmness === WEAK || firmness === DISPUTED)) {
        return this.#break('corrupt-record', `nothing speaks for a record of kind ${nameOf(kind)}`);
      }
    }
    if (isFlags) this.#takeFlags(bytes.subarray(start, start + size));
    else this.#take(kind, start, start + size);
  }

  #takeFlags(body: Uint8Array): void {
    this.#appended = takeFlags(body, this.#events, this.at);
    this.at += RECORD_HEADER_BYTES + body.byteLength;
  }

  /** Takes the record under the cursor, whose body is `[start, bodyEnd)` in view, and moves behind it. */
  #take(kind: number, start: number, bodyEnd: number): void {
    const { bytes, base } = this.#window;
    const end = base + bodyEnd;
    const taken = this.#taker.take(kind, bytes, start, bodyEnd, this.at);
    if (taken === 'taken') this.at = end;
    else if (taken === 'unknown-channel') {
      this.#lose('unknown-channel', `messages of id ${u16(bytes, start)}, which nothing subscribes`, end);
    } else if (this.#followsAt(end))
      this.#lose('corrupt-record', `a record of kind ${nameOf(kind)} contradicts itself`, end);
    else this.#break('corrupt-record', `a record of kind ${nameOf(kind)} contradicts itself`);
  }

  #breakAtEnd(kind: number, size: number): void {
    if (!isKnownKind(kind)) return this.#break('corrupt-record', `no record is of kind ${nameOf(kind)}`);
    this.#break('truncated', `a record declares ${size} bytes, past the end of the file`);
  }

  /** Whether the record that reaches over appended data ends there; otherwise the offset is wrong, and is forgotten. */
  #isCut(firmness: number, end: number): boolean {
    const size = this.#window.sizeBytes;
    const isWhole = firmness === FIRM && (end === size || this.#firmnessAt(end) >= DISPUTED);
    if (!isWhole) return true;
    while (this.#cut < end) {
      this.#events.note(`data is said to be appended at ${this.#cut}, which is inside a sound record`);
      this.#appended.shift();
    }
    return false;
  }

  /** Looks on for the next start of a record, up to the edge of what can be judged. */
  #search(): void {
    const { end, sizeBytes } = this.#window;
    const judged = end >= sizeBytes ? end : Math.max(this.at + 1, end - VIEW_BYTES);
    const stop = Math.min(judged, this.#cut);
    this.at = this.#startWithin(this.at, stop, LOOSE);
    if (this.at < stop || stop === this.#cut) this.#settle(this.at);
  }

  /** The first offset in `[from, end)` where a record that is at least so firm can be believed to begin, or `end`. */
  #startWithin(from: number, end: number, least: number): number {
    const { bytes, base } = this.#window;
    const last = Math.min(end, this.#window.end - RECORD_HEADER_BYTES);
    for (let offset = from; offset < last; offset += 1) {
      if (isKnownKind(bytes[offset - base + 2] as number) && this.#isStart(offset, least)) return offset;
    }
    return end;
  }

  #isStart(offset: number, least: number): boolean {
    const firmness = this.#firmnessAt(offset);
    if (firmness < least) return false;
    const end = offset + RECORD_HEADER_BYTES + u16(this.#window.bytes, offset - this.#window.base);
    if (offset < this.#cut && this.#cut < end) return false;
    return firmness === FIRM || this.#followsAt(end);
  }

  #firmnessAt(offset: number): number {
    const { bytes, base, filled } = this.#window;
    return this.#shape.at(bytes, offset - base, filled);
  }

  /** Whether what stands at `end` speaks for the record before it: another, the end of the file, or one cut off there. */
  #followsAt(end: number): boolean {
    const { bytes, base, filled, sizeBytes } = this.#window;
    if (end === this.#cut || end + RECORD_HEADER_BYTES > sizeBytes) return true;
    const at = end - base;
    if (at + RECORD_HEADER_BYTES > filled) return false;
    if (!isKnownKind(bytes[at + 2] as number)) return false;
    return end + RECORD_HEADER_BYTES + u16(bytes, at) > sizeBytes || this.#shape.at(bytes, at, filled) >= DISPUTED;
  }

  #break(reason: LossReason, text: string): void {
    this.#broken = { offset: this.at, reason, text: `at ${this.at}: ${text}` };
    this.at += 1;
  }

  /** Ends a search: what was taken for the cut end of the file is damage if more records come behind it. */
  #settle(end: number): void {
    if (this.#broken === undefined) return;
    const { offset, reason, text } = this.#broken;
    this.#broken = undefined;
    const isCut = reason === 'truncated' && (end === this.#window.sizeBytes || end === this.#cut);
    this.#events.lost({ reason: isCut ? reason : 'corrupt-record', text, offset, end });
    this.at = end;
  }

  #lose(reason: LossReason, text: string, end: number): void {
    this.#events.lost({ reason, text: `at ${this.at}: ${text}`, offset: this.at, end });
    this.at = end;
  }
}

const nameOf = (kind: number): string =>
  kind > 0x20 && kind < 0x7f ? `"${String.fromCharCode(kind)}"` : `0x${kind.toString(16).padStart(2, '0')}`;
