/**
 * The last look at the file: every page that nothing has claimed and that is not all zeros becomes a loss, neighbours
 * together, and so does what lies behind the last whole page.
 */
import type { Database } from './database.ts';
import type { PageDiary } from './page-diary.ts';

export async function sweep(database: Database, diary: PageDiary, sizeBytes: number): Promise<void> {
  const { file, map, header } = database;
  const zeros = Buffer.alloc(header.pageBytes);
  let first = 0;
  let last = 0;
  const tell = (): void => {
    if (first === 0) return;
    const which = first === last ? `page ${first} belongs` : `pages ${first} to ${last} belong`;
    diary.pages(first, last, 'corrupt-record', `${which} to nothing that could be read`);
  };
  for (let page = map.nextUnclaimed(1); page <= file.pages; page = map.nextUnclaimed(page + 1)) {
    if (!map.isMissed(page)) {
      const bytes = file.peek(page) ?? (await file.load(page));
      if (bytes !== undefined && zeros.equals(bytes)) continue;
    }
    if (first === 0 || page !== last + 1) {
      tell();
      first = page;
    }
    last = page;
  }
  tell();
  sayWhatIsMissing(database, diary, sizeBytes);
}

/** Bytes that the database speaks of and that the file does not have, or has only a part of. */
function sayWhatIsMissing({ file, header }: Database, diary: PageDiary, sizeBytes: number): void {
  const { pages } = file;
  const isCut = pages * header.pageBytes < file.sizeBytes;
  if (isCut) diary.pages(pages + 1, pages + 1, 'truncated', `the file ends inside page ${pages + 1}`);
  else if (file.sizeBytes < sizeBytes) diary.endIsMissing(`${file.sizeBytes} of ${sizeBytes} bytes could be read`);
  const declared = header.pagesDeclared ?? 0;
  if (!isCut && declared > pages) diary.endIsMissing(`it has ${pages} of ${declared} pages`);
}
