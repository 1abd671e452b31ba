/**
 * Which pages of a database stand in its journal, and where. It is held as two sorted arrays of numbers, 12 bytes a page,
 * because a journal may be as long as its writer liked.
 */
export class JournalPages {
  readonly count: number;
  readonly #numbers: Uint32Array;
  readonly #offsets: Float64Array;

  /** @param numbers page by place in the journal; of a page that stands there more than once the last counts. */
  constructor(numbers: Uint32Array, offsetOf: (place: number) => number) {
    const { length } = numbers;
    // Page and place as one number: natively sorted, and exact as long as there are no more than 2^20 places.
    const keys = new Float64Array(length);
    for (let place = 0; place < length; place += 1) keys[place] = (numbers[place] as number) * PLACES_MAX + place;
    keys.sort();
    this.#numbers = new Uint32Array(length);
    this.#offsets = new Float64Array(length);
    let count = 0;
    for (const key of keys) {
      const page = Math.floor(key / PLACES_MAX);
      if (count > 0 && this.#numbers[count - 1] === page) count -= 1;
      this.#numbers[count] = page;
      this.#offsets[count] = offsetOf(key % PLACES_MAX);
      count += 1;
    }
    this.count = count;
  }

  /** Index of the first page from `page` on; `count` if there is none. */
  indexFrom(page: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#numbers[middle] as number) < page) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  pageAt(index: number): number {
    return index < this.count ? (this.#numbers[index] as number) : Number.POSITIVE_INFINITY;
  }

  /** Where in the journal the page's bytes begin. */
  offsetAt(index: number): number {
    return this.#offsets[index] as number;
  }
}

/** What is read of one journal: 4 GiB of pages of the usual size. */
export const PLACES_MAX = 2 ** 20;
