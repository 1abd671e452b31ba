/** What of the file a rollback journal takes back: pages that differ from those in it, and all behind the old end. */
import { equalBytes } from '@pitlane/base/bytes';
import type { Piece } from '../content/index.ts';
import type { ByteSource } from '../recording/index.ts';
import type { JournalledPages } from './paged-source.ts';

export async function takenBack(
  file: ByteSource,
  journal: ByteSource,
  { pageBytes, pages, inJournal }: JournalledPages,
): Promise<Piece[]> {
  const pieces: Piece[] = [];
  const now = new Uint8Array(pageBytes);
  const before = new Uint8Array(pageBytes);
  for (let index = 0; index < inJournal.count; index += 1) {
    const offset = (inJournal.pageAt(index) - 1) * pageBytes;
    const got = await file.read(offset, now);
    await journal.read(inJournal.offsetAt(index), before);
    if (got > 0 && !equalBytes(now.subarray(0, got), before.subarray(0, got))) add(pieces, file, offset, got);
  }
  const end = pages * pageBytes;
  if (file.sizeBytes > end) add(pieces, file, end, file.sizeBytes - end);
  return pieces;
}

/** Neighbours are one piece. */
function add(pieces: Piece[], source: ByteSource, offset: number, bytes: number): void {
  const last = pieces.at(-1);
  if (last !== undefined && last.offset + last.bytes === offset) {
    pieces[pieces.length - 1] = { ...last, bytes: last.bytes + bytes };
  } else pieces.push({ source, offset, bytes });
}
