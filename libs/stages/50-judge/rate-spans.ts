/**
 * How many messages a topic has in spans of one second and, where it lasts longer, of two, four and so on: a bounded
 * number of counts however long the drive, and only where there are messages, so that times that jump cost nothing.
 */

/** Counts held of one topic. */
export const SPANS_MAX = 256;

export class RateSpans {
  /** Numbers of the spans since the base, ascending, and messages in each. */
  #spans: number[] = [];
  #counts: number[] = [];
  #widthS = 1;
  #at = 0;

  /** A power of two. */
  get widthS(): number {
    return this.#widthS;
  }

  get length(): number {
    return this.#spans.length;
  }

  /** Start of a span, in seconds from the base. */
  startOf(index: number): number {
    return (this.#spans[index] as number) * this.#widthS;
  }

  countOf(index: number): number {
    return this.#counts[index] as number;
  }

  /** @param seconds from the base, of a message or of the start of a span that is no wider than ours */
  add(seconds: number, count = 1): void {
    const span = Math.floor(seconds / this.#widthS);
    if (this.#spans[this.#at] === span) {
      this.#counts[this.#at] = (this.#counts[this.#at] as number) + count;
      return;
    }
    let low = 0;
    let high = this.#spans.length;
    if (high > 0 && (this.#spans[high - 1] as number) < span) low = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#spans[middle] as number) < span) low = middle + 1;
      else high = middle;
    }
    this.#at = low;
    if (this.#spans[low] === span) this.#counts[low] = (this.#counts[low] as number) + count;
    else {
      this.#spans.splice(low, 0, span);
      this.#counts.splice(low, 0, count);
      while (this.#spans.length > SPANS_MAX) this.widen(this.#widthS * 2);
    }
  }

  /** Makes the spans at least so wide; they must keep to powers of two. */
  widen(widthS: number): void {
    while (this.#widthS < widthS) {
      const [spans, counts] = [this.#spans, this.#counts];
      this.#spans = [];
      this.#counts = [];
      this.#widthS *= 2;
      spans.forEach((span, i) => {
        const half = Math.floor(span / 2);
        const last = this.#spans.length - 1;
        if (this.#spans[last] === half) this.#counts[last] = (this.#counts[last] as number) + (counts[i] as number);
        else {
          this.#spans.push(half);
          this.#counts.push(counts[i] as number);
        }
      });
      this.#at = 0;
    }
  }
}
