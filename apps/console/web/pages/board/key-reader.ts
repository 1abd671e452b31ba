/**
 * Keys as fingers and as scanners press them. A scanner types like a keyboard, but a whole code within milliseconds and Enter
 * behind it; a finger presses one key at a time. So a key counts by itself once a moment passed without another, and what
 * came in a burst is one code: letters in a serial number never act by themselves.
 */

/** Between two keys of a scanner, at most. Fingers that roll over keys are rarely as fast, and never for five keys. */
export const BURST_GAP_MS = 45;
/** Codes are short; more is the noise of something that lies on the keyboard. */
const CODE_MAX = 128;

export type Read =
  | { readonly type: 'key'; readonly key: string }
  /** With Enter behind it. */
  | { readonly type: 'code'; readonly text: string };

export class KeyReader {
  #text = '';
  #lastAtMs = Number.NEGATIVE_INFINITY;

  /** What the key before it was, if that is known only now. @param key one character, or `Enter` */
  press(key: string, atMs: number): readonly Read[] {
    const isBurst = this.#text !== '' && atMs - this.#lastAtMs <= BURST_GAP_MS;
    if (key === 'Enter') {
      const text = this.#text;
      this.#text = '';
      if (text.length > 1 && isBurst) return [{ type: 'code', text }];
      return [...keysOf(text), { type: 'key', key }];
    }
    const before = isBurst ? [] : this.flush(atMs);
    this.#text = (this.#text + key).slice(0, CODE_MAX);
    this.#lastAtMs = atMs;
    return before;
  }

  /** Something is held back: ask `flush` after the gap. */
  get isHolding(): boolean {
    return this.#text !== '';
  }

  /** Keys that stood alone for so long that they are no code. A burst without Enter is none, and no keys either. */
  flush(atMs: number): readonly Read[] {
    if (this.#text === '' || atMs - this.#lastAtMs <= BURST_GAP_MS) return [];
    const text = this.#text;
    this.#text = '';
    return keysOf(text);
  }
}

/** Fast fingers press so many within the gap. */
const ROLLED_OVER_MAX = 3;

const keysOf = (text: string): Read[] =>
  text.length > ROLLED_OVER_MAX ? [] : Array.from(text, (key) => ({ type: 'key', key }));
