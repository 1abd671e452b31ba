/**
 * Cuts the decompressed stream into events. One that fits in front of the next is taken; behind damage, and within an
 * event that another should follow and none does, the next start is searched for byte by byte. A start is believed if the
 * event fits, is of about the time of those before, and is followed by another.
 */
import { MIB } from '@pitlane/base/bytes';
import type { Hole, Stretch } from '../compressed/index.ts';
import { LandOpaque, type LossReason, type ReadLimits } from '../recording/index.ts';
import { DecodedWindow } from './decoded-window.ts';
import { type EventHead, eventAt, mayBegin } from './event.ts';
import { memberName } from './member-names.ts';
import type { OpenpilotEvents } from './openpilot-events.ts';

/** Cap'n Proto's own readers refuse a larger message unless they are told otherwise. */
const EVENT_BYTES_MAX = 64 * MIB;
/** A larger event is not believed behind damage: it would have to be waited for. */
const FOUND_EVENT_BYTES_MAX = MIB;
/** What `mayBegin` looks at. */
const LOOK_BYTES = 8;
/** Events behind damage are of the same drive. */
const FOUND_WITHIN_NS = 3_600_000_000_000n;
/** So much of what is decompressed may make no sense in one go: a small file can give any amount of it. */
const ASTRAY_BYTES_MAX = 64 * MIB;

interface Broken {
  readonly fileFrom: number;
  /** At least up to here, and to the end of what the search passes over, unless a hole in the file explains all of it. */
  readonly fileEnd: number;
  readonly isHole: boolean;
  readonly reason: LossReason;
  readonly text: string;
  readonly topics: readonly string[];
  readonly startTimeNs: bigint | undefined;
}

export class EventFramer {
  readonly #events: OpenpilotEvents;
  readonly #window: DecodedWindow;
  readonly #eventBytesMax: number;
  readonly #fileBytes: number;
  /** Offset in the stream of what is read or searched next. */
  #at = 0;
  #isEnd = false;
  /** Set while the next event is searched for. */
  #broken: Broken | undefined;
  /** Where in the stream what is abandoned and not yet kept begins; and how much was, since the last event. */
  #abandonedFrom = 0;
  #astrayBytes = 0;

  constructor(events: OpenpilotEvents, isPlain: boolean, fileBytes: number, { messageBytesMax }: ReadLimits) {
    this.#events = events;
    this.#window = new DecodedWindow(isPlain);
    this.#fileBytes = fileBytes;
    this.#eventBytesMax = Math.min(messageBytesMax, EVENT_BYTES_MAX);
  }

  append(stretch: Stretch): void {
    this.#isEnd = false;
    this.#window.append(stretch, this.#at);
  }

  /** The stream ends here, or a hole comes: read on before that is told. */
  close(): void {
    this.#isEnd = true;
  }

  /** Reads for as long as nothing is missing; true where there is more to read once the events were handed on. */
  readOn(): boolean {
    for (;;) {
      if (this.#events.isFull) return true;
      if (this.#at >= this.#window.end) break;
      const isMoving = this.#broken === undefined ? this.#readEvent() : this.#search();
      if (!isMoving) break;
    }
    this.#abandon();
    return false;
  }

  /** What lies in the file between what was read and what comes next. */
  takeHole({ reason, text, fileFrom, fileEnd }: Hole): void {
    const hole = { reason, text, fileFrom, fileEnd, isHole: true };
    const broken = this.#broken;
    if (broken === undefined) this.#break(hole);
    // An event that is cut off in front of a hole is cut off by it.
    else if (broken.reason === 'truncated' && !broken.isHole) this.#broken = { ...broken, ...hole };
    else this.#broken = { ...broken, fileEnd, ...(reason === 'chunk-bomb' ? { reason, text } : {}) };
  }

  finish(): void {
    if (this.#broken === undefined) return;
    const { reason } = this.#broken;
    this.#settle(this.#at, reason, undefined);
  }

  #readEvent(): boolean {
    const { bytes, base, filled } = this.#window;
    const head = eventAt(bytes, this.#at - base, filled);
    if (head === 'see-more') return this.#isEnd && this.#breakHere('truncated', 'the log ends inside an event');
    if (head === 'none') return this.#breakHere('corrupt-record', 'no event begins here');
    const end = this.#at + head.bytes;
    const isPastEnd = end > (this.#window.isPlain ? this.#fileBytes : Number.POSITIVE_INFINITY);
    if (head.bytes > this.#eventBytesMax && !isPastEnd) {
      throw new LandOpaque(`an event of ${head.bytes} bytes is larger than ${this.#eventBytesMax}`);
    }
    if (end > this.#window.end) {
      if (!this.#isEnd && !isPastEnd) return false;
      return this.#breakHere('truncated', `the log ends inside an event of ${head.bytes} bytes`, head);
    }
    const next = this.#eventAfter(end);
    if (next === 'see-more') return false;
    const inner = next === 'none' ? this.#startWithin(this.#at + 1, end) : undefined;
    if (inner !== undefined) return this.#breakHere('corrupt-record', 'an event declares more than it has', head);
    this.#events.event(head, this.#window.slice(this.#at, end), this.#window.fileFrom(this.#at));
    this.#at = end;
    return true;
  }

  /** What stands at `end`; the end of what there is counts as the best that can follow. */
  #eventAfter(end: number): EventHead | 'none' | 'see-more' | 'end' {
    const { bytes, base, filled } = this.#window;
    const next = end === this.#window.end ? 'see-more' : eventAt(bytes, end - base, filled);
    return next === 'see-more' && this.#isEnd ? 'end' : next;
  }

  #search(): boolean {
    const { end } = this.#window;
    for (; this.#at < end; this.#at += 1) {
      const found = this.#startAt(this.#at);
      if (found === 'see-more') return false;
      if (found === 'none') continue;
      this.#settle(this.#at, 'corrupt-record', found.logMonoTimeNs);
      return true;
    }
    return false;
  }

  #startWithin(from: number, end: number): number | undefined {
    for (let offset = from; offset < end; offset += 1) {
      if (typeof this.#startAt(offset) === 'object') return offset;
    }
    return undefined;
  }

  #startAt(offset: number): EventHead | 'none' | 'see-more' {
    const { bytes, base, filled } = this.#window;
    const at = offset - base;
    if (at + LOOK_BYTES <= filled && !mayBegin(bytes, at)) return 'none';
    const head = eventAt(bytes, at, filled);
    if (head === 'see-more') return this.#isEnd ? 'none' : head;
    if (head === 'none' || head.bytes > FOUND_EVENT_BYTES_MAX || !this.#isNear(head)) return 'none';
    const end = offset + head.bytes;
    if (end > this.#window.end) return this.#isEnd ? 'none' : 'see-more';
    const next = this.#eventAfter(end);
    if (typeof next === 'object') return this.#isNear(next) ? head : 'none';
    return next === 'end' ? head : next;
  }

  #isNear({ logMonoTimeNs }: EventHead): boolean {
    const { lastTimeNs } = this.#events;
    if (lastTimeNs === undefined) return true;
    const differenceNs = logMonoTimeNs - lastTimeNs;
    return differenceNs < FOUND_WITHIN_NS && -differenceNs < FOUND_WITHIN_NS;
  }

  #breakHere(reason: LossReason, text: string, head?: EventHead): boolean {
    const place = this.#window.isPlain ? `at ${this.#at}` : `at ${this.#at} of what is decompressed`;
    const fileFrom = this.#window.fileFrom(this.#at);
    this.#break({ reason, text: `${place}: ${text}`, fileFrom, fileEnd: fileFrom, isHole: false }, head);
    this.#at += 1;
    return true;
  }

  #break(what: Omit<Broken, 'topics' | 'startTimeNs'>, head?: EventHead): void {
    const topics = head === undefined ? [] : [`/${memberName(head.member)}`];
    this.#broken = { ...what, topics, startTimeNs: this.#events.lastTimeNs ?? head?.logMonoTimeNs };
    this.#abandonedFrom = this.#at;
    this.#astrayBytes = 0;
  }

  /** Ends a search at `offset` in the stream; what was taken for the cut end is damage if events come behind it. */
  #settle(offset: number, reasonOfCut: LossReason, foundTimeNs: bigint | undefined): void {
    this.#abandon();
    if (this.#broken === undefined) return;
    const { fileFrom, fileEnd, isHole, reason, text, topics, startTimeNs } = this.#broken;
    this.#broken = undefined;
    const [from, to] = inOrder(startTimeNs ?? foundTimeNs, foundTimeNs ?? startTimeNs);
    const isKept = !this.#window.isPlain && this.#astrayBytes > 0;
    this.#events.lost({
      reason: reason === 'truncated' ? reasonOfCut : reason,
      text: isKept ? `${text}; ${this.#astrayBytes} bytes of what came out are kept as attachments` : text,
      offset: fileFrom,
      end: isHole ? fileEnd : Math.max(fileEnd, this.#window.fileEnd(offset)),
      topics,
      startTimeNs: from,
      endTimeNs: to,
    });
  }

  /** Keeps what was passed over, where the file does not have it as it is. */
  #abandon(): void {
    const from = this.#abandonedFrom;
    if (this.#broken === undefined || this.#at <= from) return;
    this.#abandonedFrom = this.#at;
    this.#astrayBytes += this.#at - from;
    if (this.#window.isPlain) return;
    if (this.#astrayBytes > ASTRAY_BYTES_MAX) throw new LandOpaque(`${this.#astrayBytes} bytes in it are no events`);
    this.#events.unframed(from, this.#window.slice(from, this.#at), this.#window.fileFrom(from));
  }
}

const inOrder = (
  one: bigint | undefined,
  other: bigint | undefined,
): readonly [bigint | undefined, bigint | undefined] =>
  one !== undefined && other !== undefined && one > other ? [other, one] : [one, other];
