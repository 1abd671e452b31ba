/**
 * Claims the pages that a database keeps without content: the list of free pages, the maps of parents in auto-vacuum
 * files, the page of the locks. It comes after the tables, so that no damaged list can take a page away from them.
 */
import type { Database } from './database.ts';
import { isPointerMap, lockPage } from './database-header.ts';
import { u32 } from './numbers.ts';

export async function claimFreePages(database: Database): Promise<void> {
  const { file, map, header } = database;
  let trunk = header.freelistTrunk;
  while (trunk >= 1 && trunk <= map.pages && !map.has(trunk)) {
    const bytes = file.peek(trunk) ?? (await file.load(trunk));
    if (bytes === undefined) return;
    const leaves = u32(bytes, 4);
    if (leaves > header.usableBytes / 4 - 2) return;
    map.claim(trunk);
    for (let index = 0; index < leaves; index += 1) {
      const leaf = u32(bytes, 8 + 4 * index);
      if (leaf >= 1 && leaf <= map.pages) map.claim(leaf);
    }
    trunk = u32(bytes, 0);
  }
}

export async function claimSpecialPages({ file, map, header }: Database): Promise<void> {
  const lock = lockPage(header.pageBytes);
  if (lock <= map.pages) map.claim(lock);
  if (!header.isAutoVacuum) return;
  const group = Math.floor(header.usableBytes / 5) + 1;
  for (let first = 2; first <= map.pages; first += group) {
    const page = isPointerMap(first, header) ? first : first + 1;
    if (page > map.pages || map.has(page)) continue;
    const bytes = file.peek(page) ?? (await file.load(page));
    if (bytes !== undefined && isMapOfParents(bytes, header.usableBytes, map.pages)) map.claim(page);
  }
}

/** Entries of five bytes: a kind from 1 to 5 and a page; zeros behind the last. */
function isMapOfParents(bytes: Uint8Array, usableBytes: number, pages: number): boolean {
  for (let at = 0; at + 5 <= usableBytes; at += 5) {
    if ((bytes[at] as number) > 5 || u32(bytes, at + 1) > pages) return false;
  }
  return true;
}
