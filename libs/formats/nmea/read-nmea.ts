/** Reads a log of sentences and frames. What has no right checksum is lost; blank lines and comments are understood. */
import { type BlockView, quoted, readUnits, SEE_MORE, TextEvents } from '../lines/index.ts';
import type { ByteSource, ReadTools, RecordingEvent } from '../recording/index.ts';
import { SentenceClock } from './sentence-clock.ts';
import { type SaidTime, saidTime } from './sentence-times.ts';
import { ubxTopic } from './ubx-frame.ts';
import { ubxTime } from './ubx-time.ts';
import { UnitCutter, type UnitKind } from './unit-cutter.ts';

export function readNmea(source: ByteSource, tools: ReadTools): AsyncGenerator<readonly RecordingEvent[]> {
  const events = new TextEvents(tools.limits);
  return readUnits(source, tools, events, new NmeaUnits(events));
}

class NmeaUnits {
  readonly #events: TextEvents;
  readonly #cutter = new UnitCutter();
  readonly #clock = new SentenceClock();
  #prefixed = 0;
  #isDated = false;
  /** No sentence of the first block says what time it is. */
  #isTimedByFrames = false;
  #firstUndated: number | undefined;
  /** Whether the last unit made no sense: what looks blank behind it may be a piece of a broken frame. */
  #isAstray = false;

  constructor(events: TextEvents) {
    this.#events = events;
  }

  /**
   * Looks ahead in the first block for what time it is before the first sentence that says it, or the first frame where no
   * sentence does.
   */
  begin(view: BlockView): void {
    const cutter = new UnitCutter();
    let firstTime: SaidTime | undefined;
    let firstOfFrames: SaidTime | undefined;
    for (let at = 0; at < view.length; at = cutter.next) {
      const kind = cutter.cut(view, at);
      if (kind === 'see-more') break;
      if (kind === 'ubx') firstOfFrames ??= ubxTime(view.bytes, at, cutter.next);
      const said = kind === 'sentence' ? timeIn(view, cutter) : undefined;
      firstTime ??= said;
      if (firstTime === undefined || said?.dayNs === undefined) continue;
      this.#isDated = true;
      return this.#clock.begin(firstTime, said);
    }
    if (firstTime !== undefined) return this.#clock.begin(firstTime, undefined);
    this.#isTimedByFrames = true;
    if (firstOfFrames !== undefined) this.#clock.begin(firstOfFrames, firstOfFrames);
    this.#isDated = firstOfFrames !== undefined;
  }

  take(view: BlockView, at: number): number {
    const cutter = this.#cutter;
    const kind = cutter.cut(view, at);
    if (kind === 'see-more') return SEE_MORE;
    const offset = view.start + at;
    const end = view.start + cutter.next;
    if (kind === 'sentence') this.#takeSentence(view, at);
    else if (kind === 'ubx') this.#takeFrame(view, at);
    else this.#takeOther(kind, view, offset, end);
    this.#isAstray = kind !== 'sentence' && kind !== 'ubx' && (this.#isAstray || !isUnderstood(kind));
    return cutter.next;
  }

  #takeOther(kind: UnitKind, view: BlockView, offset: number, end: number): void {
    if (kind === 'blank' && !this.#isAstray) return;
    if (kind === 'comment' && !this.#isAstray) {
      this.#events.note(`at ${offset}: comment ${quoted(view.bytes, offset - view.start, this.#cutter.contentEnd)}`);
    } else if (kind === 'cut-off') {
      this.#events.lost({
        reason: 'truncated',
        text: `at ${offset}: the file ends inside a sentence or frame`,
        offset,
        end,
      });
    } else if (kind === 'too-long') {
      this.#events.lost({ reason: 'corrupt-record', text: `at ${offset}: a line is too long`, offset, end });
    } else {
      const text = `at ${offset}: no sentence or frame with a right checksum`;
      this.#events.lost({ reason: 'corrupt-record', text, offset, end });
    }
  }

  finish(): void {
    if (this.#prefixed > 0) {
      this.#events.note(`${this.#prefixed} lines have text before their sentence; it is kept in their messages`);
    }
    if (this.#firstUndated !== undefined) {
      const text = 'no date in the first MiB: until one comes, times count from 1970-01-01';
      this.#events.note(`at ${this.#firstUndated}: ${text}`);
    }
  }

  #takeFrame(view: BlockView, at: number): void {
    const said = this.#isTimedByFrames ? ubxTime(view.bytes, at, this.#cutter.next) : undefined;
    if (said !== undefined) {
      this.#clock.see(said);
      this.#isDated = true;
    }
    if (this.#isTimedByFrames && !this.#isDated) this.#firstUndated ??= view.start + at;
    this.#takeMessage(ubxTopic(view.bytes, at), 'ubx', view);
  }

  #takeSentence(view: BlockView, at: number): void {
    const { sentence, contentStart } = this.#cutter;
    if (sentence === undefined) return;
    if (contentStart > at) {
      const offset = view.start + at;
      const text = `at ${offset}: what stands before a sentence makes no sense`;
      this.#events.lost({ reason: 'corrupt-record', text, offset, end: view.start + contentStart });
    } else if (sentence.at > at) this.#prefixed += 1;
    const said = timeIn(view, this.#cutter);
    if (said !== undefined) {
      this.#clock.see(said);
      if (said.dayNs !== undefined) this.#isDated = true;
    }
    if (!this.#isDated) this.#firstUndated ??= view.start + contentStart;
    this.#takeMessage(`/nmea/${sentence.address}`, 'nmea', view);
  }

  #takeMessage(topic: string, messageEncoding: string, view: BlockView): void {
    const { contentStart, contentEnd } = this.#cutter;
    const channel = this.#events.channel(topic, messageEncoding, undefined);
    const data = view.slice(contentStart, contentEnd);
    this.#events.message(channel, this.#clock.nowNs, data, view.start + contentStart);
  }
}

const isUnderstood = (kind: UnitKind): boolean => kind === 'blank' || kind === 'comment';

function timeIn({ bytes }: BlockView, { sentence }: UnitCutter): SaidTime | undefined {
  if (sentence === undefined) return undefined;
  return saidTime(sentence.address, bytes.toString('latin1', sentence.at + 1, sentence.star));
}
