/** A database as its journal says it is: pages of the journal where it has them, those of the file elsewhere. */
import type { ByteSource } from '../recording/index.ts';
import type { JournalPages } from './journal-pages.ts';

export interface JournalledPages {
  readonly pageBytes: number;
  /** How many pages the database has. */
  readonly pages: number;
  readonly inJournal: JournalPages;
}

export function pagedSource(file: ByteSource, journal: ByteSource, journalled: JournalledPages): ByteSource {
  const { pageBytes, pages, inJournal } = journalled;
  const sizeBytes = pages * pageBytes;
  return {
    name: file.name,
    sizeBytes,
    async read(offset, into) {
      const end = Math.min(offset + into.byteLength, sizeBytes);
      let at = offset;
      while (at < end) {
        const page = Math.floor(at / pageBytes) + 1;
        const index = inJournal.indexFrom(page);
        const next = inJournal.pageAt(index);
        const isJournalled = next === page;
        const until = Math.min(end, (isJournalled ? page : next - 1) * pageBytes);
        const part = into.subarray(at - offset, until - offset);
        const within = at - (page - 1) * pageBytes;
        const got = isJournalled
          ? await journal.read(inJournal.offsetAt(index) + within, part)
          : await file.read(at, part);
        // A page that neither has is one that was never written.
        part.fill(0, got);
        at = until;
      }
      return Math.max(0, end - offset);
    },
  };
}
