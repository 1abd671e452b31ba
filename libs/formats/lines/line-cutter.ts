/**
 * Cuts lines that end in `\n` or `\r\n`. A line longer than the bound is given out in pieces, all of them `too-long`, so
 * that a file without line ends costs no memory.
 */
import { KIB } from '@pitlane/base/bytes';
import type { BlockView } from './block-view.ts';

export const LINE_BYTES_MAX = 64 * KIB;

/** `last` has no line end, for the file ends there; `see-more` says that the view has to move first. */
export type Cut = 'line' | 'last' | 'too-long' | 'see-more';

export class LineCutter {
  /** End of what was cut, without its line end; an index into the view like `next`. */
  end = 0;
  next = 0;
  #isInLongLine = false;

  cut({ bytes, length, isLast }: BlockView, at: number): Cut {
    const bound = Math.min(length, at + LINE_BYTES_MAX + 1);
    let i = at;
    while (i < bound && bytes[i] !== 0x0a) i += 1;
    if (i < bound) {
      this.end = i > at && bytes[i - 1] === 0x0d ? i - 1 : i;
      this.next = i + 1;
      return this.#endsLongLine() ? 'too-long' : 'line';
    }
    this.end = bound;
    this.next = bound;
    if (bound - at > LINE_BYTES_MAX) {
      this.#isInLongLine = true;
      return 'too-long';
    }
    if (!isLast) return 'see-more';
    if (bound > at && bytes[bound - 1] === 0x0d) this.end = bound - 1;
    return this.#endsLongLine() ? 'too-long' : 'last';
  }

  #endsLongLine(): boolean {
    const isEnd = this.#isInLongLine;
    this.#isInLongLine = false;
    return isEnd;
  }
}
