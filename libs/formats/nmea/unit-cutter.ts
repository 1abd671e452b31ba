/**
 * Cuts a log into units: u-blox frames, and between them lines. A line ends at its line end or where a sound frame begins,
 * so that damage to one is never damage to the other.
 */
import { type BlockView, isBlank, LINE_BYTES_MAX, SEE_MORE } from '../lines/index.ts';
import { type FoundSentence, findSentence, isLogPrefix } from './find-sentence.ts';
import { SYNC_1, UbxFrames } from './ubx-frame.ts';

const COMMENT = 0x23;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;

export type UnitKind =
  | 'see-more'
  | 'ubx'
  | 'sentence' // with whatever a logger wrote before it
  | 'comment'
  | 'blank'
  | 'bad'
  | 'too-long'
  | 'cut-off'; // the file ends in it

export class UnitCutter {
  /** Of a sentence: where its message begins. What stands between the unit's beginning and this makes no sense. */
  contentStart = 0;
  /** End of the unit without its line end. */
  contentEnd = 0;
  /** Where the next unit begins. */
  next = 0;
  sentence: FoundSentence | undefined;
  readonly #frames = new UbxFrames();
  #isInLongLine = false;

  cut(view: BlockView, at: number): UnitKind {
    const frameEnd = view.bytes[at] === SYNC_1 ? this.#frames.endOf(view, at) : 'none';
    if (frameEnd === 'see-more') return 'see-more';
    if (typeof frameEnd === 'number') {
      this.#isInLongLine = false;
      this.contentStart = at;
      this.contentEnd = frameEnd;
      this.next = frameEnd;
      return 'ubx';
    }
    const end = this.#lineEnd(view, at);
    if (end === SEE_MORE) return 'see-more';
    const { bytes, length, isLast } = view;
    const hasLineEnd = bytes[end] === LINE_FEED && end < length;
    this.next = hasLineEnd ? end + 1 : end;
    this.contentEnd = end > at && bytes[end - 1] === RETURN ? end - 1 : end;
    const isTooLong = end - at > LINE_BYTES_MAX;
    const isTooLongByNow = isTooLong || this.#isInLongLine;
    this.#isInLongLine = isTooLong && !hasLineEnd;
    if (isTooLongByNow) return 'too-long';
    const kind = this.#judge(bytes, at);
    const isCutOff = frameEnd === 'past-end' || (isLast && end === length && !hasLineEnd);
    return kind === 'bad' && isCutOff ? 'cut-off' : kind;
  }

  /** Index of the line feed, or of the frame or the end of the file before it, or of where a line is given up. */
  #lineEnd(view: BlockView, at: number): number {
    const { bytes, length, isLast } = view;
    const bound = Math.min(length, at + LINE_BYTES_MAX + 1);
    for (let i = at; i < bound; i += 1) {
      const byte = bytes[i];
      if (byte === LINE_FEED) return i;
      if (byte !== SYNC_1 || i === at) continue;
      const frameEnd = this.#frames.endOf(view, i);
      if (frameEnd === 'see-more') return SEE_MORE;
      if (typeof frameEnd === 'number') return i;
    }
    return bound < length || isLast || bound - at > LINE_BYTES_MAX ? bound : SEE_MORE;
  }

  #judge(bytes: Uint8Array, at: number): UnitKind {
    const end = this.contentEnd;
    this.contentStart = at;
    this.sentence = findSentence(bytes, at, end);
    if (this.sentence !== undefined) {
      if (this.sentence.at > at && !isLogPrefix(bytes, at, this.sentence.at)) this.contentStart = this.sentence.at;
      return 'sentence';
    }
    if (isBlank(bytes, at, end)) return 'blank';
    return bytes[at] === COMMENT ? 'comment' : 'bad';
  }
}
