/**
 * Follows the overflow pages of a payload that is too large for its cell. A chain is believed when it has exactly as many
 * pages as the payload needs and ends there, and none of them belongs to something else; that also ends every loop.
 */
import { u32 } from './numbers.ts';
import type { PageFile } from './page-file.ts';
import type { PageMap } from './page-map.ts';

/** `outside`: the chain leads to a page that the file does not have. */
export type Followed = 'whole' | 'broken' | 'outside';

/** Pages followed for nothing, as a multiple of the file's, before no further chain is tried: bounds a hostile file. */
const WASTE_FACTOR = 4;
const WASTE_FREE_PAGES = 10_000;

export class OverflowChains {
  /** The pages of the chain that was followed last, if it was whole and copied. */
  readonly pages: number[] = [];
  readonly #file: PageFile;
  readonly #map: PageMap;
  readonly #contentBytes: number;
  #wasteLeft: number;

  constructor(file: PageFile, map: PageMap, usableBytes: number) {
    this.#file = file;
    this.#map = map;
    this.#contentBytes = usableBytes - 4;
    this.#wasteLeft = WASTE_FACTOR * file.pages + WASTE_FREE_PAGES;
  }

  /** Copies the chain's content into all of `into`, and claims its pages if it is whole. */
  async copy(first: number, into: Uint8Array): Promise<Followed> {
    const followed = await this.#follow(first, into.byteLength, into);
    if (followed === 'whole') for (const page of this.pages) this.#map.claim(page);
    return followed;
  }

  /** Claims the pages of a chain whose content nobody needs. */
  async claim(first: number, bytes: number): Promise<Followed> {
    const followed = await this.#follow(first, bytes, undefined);
    let page = followed === 'whole' ? first : 0;
    while (page !== 0) {
      this.#map.claim(page);
      const content = this.#file.peek(page) ?? (await this.#file.load(page));
      page = content === undefined ? 0 : u32(content, 0);
    }
    return followed;
  }

  /** Whether the chain is whole, without taking anything. */
  measure(first: number, bytes: number): Promise<Followed> {
    return this.#follow(first, bytes, undefined);
  }

  async #follow(first: number, bytes: number, into: Uint8Array | undefined): Promise<Followed> {
    this.pages.length = 0;
    let page = first;
    let at = 0;
    let steps = 0;
    let end: Followed = 'whole';
    while (at < bytes && end === 'whole') {
      steps += 1;
      const content =
        page === 0 || this.#wasteLeft < 0 || this.#map.has(page)
          ? undefined
          : (this.#file.peek(page) ?? (await this.#file.load(page)));
      if (content === undefined) {
        end = page > this.#file.pages ? 'outside' : 'broken';
      } else {
        const part = Math.min(this.#contentBytes, bytes - at);
        into?.set(content.subarray(4, 4 + part), at);
        if (into !== undefined) this.pages.push(page);
        at += part;
        page = u32(content, 0);
        if (page === 0 && at < bytes) this.#map.miss(this.pages.at(-1) ?? 0);
      }
    }
    if (end === 'whole' && page !== 0) end = 'broken';
    if (end !== 'whole') this.#wasteLeft -= steps;
    return end;
  }
}
