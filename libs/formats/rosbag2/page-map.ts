/**
 * What has become of every page: one bit each for "belongs to something that was understood" and "should have". A page
 * belongs to one thing only, which is what ends every loop that a hostile file can draw.
 */
export class PageMap {
  readonly pages: number;
  readonly #claimed: Uint8Array;
  #missed: Uint8Array | undefined;

  constructor(pages: number) {
    this.pages = pages;
    this.#claimed = new Uint8Array((pages >>> 3) + 1);
  }

  has(page: number): boolean {
    return isSet(this.#claimed, page);
  }

  claim(page: number): void {
    set(this.#claimed, page);
  }

  /** Something points to this page, and it is not what it should be: even if it is all zeros, it is lost. */
  miss(page: number): void {
    if (page < 1 || page > this.pages) return;
    this.#missed ??= new Uint8Array(this.#claimed.byteLength);
    set(this.#missed, page);
  }

  isMissed(page: number): boolean {
    return this.#missed !== undefined && isSet(this.#missed, page);
  }

  /** The next page from `page` on that nothing has claimed, or one past the last. */
  nextUnclaimed(page: number): number {
    let at = page;
    while (at <= this.pages) {
      if ((at & 7) === 0 && this.#claimed[at >>> 3] === 0xff) at += 8;
      else if (this.has(at)) at += 1;
      else return at;
    }
    return this.pages + 1;
  }
}

const isSet = (bits: Uint8Array, page: number): boolean => (((bits[page >>> 3] as number) >> (page & 7)) & 1) === 1;

function set(bits: Uint8Array, page: number): void {
  const at = page >>> 3;
  bits[at] = (bits[at] as number) | (1 << (page & 7));
}
