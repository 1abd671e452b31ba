/**
 * The first 100 bytes of an SQLite file. Only what reading needs is taken, and each part of it is checked against the
 * file, because one flipped bit here would make nonsense of every page.
 */
import { BtreePage, DATABASE_HEADER_BYTES } from './btree-page.ts';
import { u16, u32 } from './numbers.ts';

export const SQLITE_MAGIC = 'SQLite format 3\0';

export const PAGE_BYTES_MIN = 512;
export const PAGE_BYTES_MAX = 65_536;
const USABLE_BYTES_MIN = 480;

export interface DatabaseHeader {
  readonly pageBytes: number;
  /** What of each page SQLite uses; the rest is reserved for extensions. */
  readonly usableBytes: number;
  /** How many pages the file should have; undefined where the header does not know. */
  readonly pagesDeclared: number | undefined;
  readonly freelistTrunk: number;
  readonly isAutoVacuum: boolean;
  /** What is odd about it, as sentences. */
  readonly notes: readonly string[];
}

/** @param head the first bytes of the file, enough to judge the size of its pages. */
export function headerFrom(head: Uint8Array, sizeBytes: number): DatabaseHeader {
  const bytes = new Uint8Array(DATABASE_HEADER_BYTES);
  bytes.set(head.subarray(0, DATABASE_HEADER_BYTES));
  const notes: string[] = [];
  const pageBytes = pageBytesFrom(bytes, head, sizeBytes, notes);
  const usableBytes = usableBytesFrom(bytes, head, pageBytes, notes);
  const pages = u32(bytes, 28);
  const isCounted = pages > 0 && u32(bytes, 24) === u32(bytes, 92);
  if (!isCounted) notes.push('the header does not say how many pages there are: the size of the file does');
  const pagesDeclared = isCounted ? pages : undefined;
  return {
    pageBytes,
    usableBytes,
    pagesDeclared,
    freelistTrunk: u32(bytes, 32),
    isAutoVacuum: u32(bytes, 52) !== 0,
    notes,
  };
}

/** What the header says if page 1 and the size of the file bear it out, else the size under which most pages make sense. */
function pageBytesFrom(bytes: Uint8Array, head: Uint8Array, sizeBytes: number, notes: string[]): number {
  const declared = u16(bytes, 16) === 1 ? PAGE_BYTES_MAX : u16(bytes, 16);
  const isSize = declared >= PAGE_BYTES_MIN && (declared & (declared - 1)) === 0;
  if (isSize && declared * u32(bytes, 28) === sizeBytes) return declared;
  let best = isSize ? declared : 0;
  let most = isSize ? pagesThatFit(head, declared) : 0;
  for (let pageBytes = PAGE_BYTES_MIN; pageBytes <= PAGE_BYTES_MAX; pageBytes *= 2) {
    const pages = pagesThatFit(head, pageBytes);
    if (pages <= most) continue;
    most = pages;
    best = pageBytes;
  }
  if (isSize && best === declared) return declared;
  if (best === 0) best = 4096;
  notes.push(`the header says ${declared} bytes a page; the pages look like ${best}`);
  return best;
}

/** How many pages of the head are whole b-tree pages in every cell, if pages are of that size. */
function pagesThatFit(head: Uint8Array, pageBytes: number, usableBytes = pageBytes): number {
  const page = new BtreePage(pageBytes, usableBytes);
  let count = 0;
  for (let number = 1; number * pageBytes <= head.byteLength; number += 1) {
    if (isWhole(page, number, head.subarray((number - 1) * pageBytes, number * pageBytes))) count += 1;
  }
  return count;
}

export function isWhole(page: BtreePage, number: number, bytes: Uint8Array): boolean {
  if (!page.load(number, bytes)) return false;
  for (let index = 0; index < page.cells; index += 1) if (!page.take(index)) return false;
  return page.isAccounted();
}

/** The pages tell whether bytes are reserved: with a wrong number their cells do not come to what is in use. */
function usableBytesFrom(bytes: Uint8Array, head: Uint8Array, pageBytes: number, notes: string[]): number {
  const declared = pageBytes - (bytes[20] as number);
  if (declared === pageBytes) return pageBytes;
  const fitting = declared < USABLE_BYTES_MIN ? 0 : pagesThatFit(head, pageBytes, declared);
  if (fitting > 0 && fitting >= pagesThatFit(head, pageBytes)) return declared;
  notes.push(`the header reserves ${pageBytes - declared} bytes of each page, but the pages use them`);
  return pageBytes;
}

/** The page that SQLite leaves unused because locks are taken at its bytes, 1 GiB into the file. */
export const lockPage = (pageBytes: number): number => 2 ** 30 / pageBytes + 1;

/** Whether a page of an auto-vacuum database holds pointers to the parents of the pages behind it. */
export function isPointerMap(page: number, { pageBytes, usableBytes }: DatabaseHeader): boolean {
  if (page < 2) return false;
  const group = Math.floor(usableBytes / 5) + 1;
  const map = Math.floor((page - 2) / group) * group + 2;
  return page === (map === lockPage(pageBytes) ? map + 1 : map);
}
