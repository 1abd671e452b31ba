/**
 * A database in SQLite together with the journal that its writer left beside it when it stopped without closing: what
 * SQLite would show whoever opened both, without opening either. It stands before the formats that live in SQLite. It
 * never writes, never believes a page whose checksum does not hold, and drops nothing that the journal takes back.
 *
 * A write-ahead log (`-wal`) holds newer pages: those of finished transactions are laid over the file. A rollback journal
 * (`-journal`) holds older pages: a transaction that never finished is taken back with them. What that takes out of the
 * file stands behind the content's end, and in the diary.
 */
import { contentOfFile, joinedSource, type Piece, type RecordingContent } from '../content/index.ts';
import type { ByteSource, Loss } from '../recording/index.ts';
import { type JournalledPages, pagedSource } from './paged-source.ts';
import { scanRollback } from './scan-rollback.ts';
import { scanWal } from './scan-wal.ts';
import { takenBack } from './taken-back.ts';

/** What the name of a journal has behind that of its database. */
export const WAL_ENDING = '-wal';
export const ROLLBACK_ENDING = '-journal';

/** Where the header of a database says how it is written and read. */
const MODES_OFFSET = 18;
const WAL_MODE = 2;

export interface Journals {
  readonly wal?: ByteSource | undefined;
  readonly rollback?: ByteSource | undefined;
}

/** @param bytesMax how far a journal is read */
export async function withJournals(
  file: ByteSource,
  { wal, rollback }: Journals,
  bytesMax = Number.POSITIVE_INFINITY,
): Promise<RecordingContent> {
  // As SQLite does: first what never finished is taken back, and a log in WAL mode needs no other journal.
  if (rollback !== undefined && rollback.sizeBytes > 0 && file.sizeBytes > 0) {
    const content = await rolledBack(file, rollback, bytesMax);
    if (content !== undefined) return content;
  }
  return wal === undefined ? withoutWal(file) : withWal(file, wal, bytesMax);
}

/** A database in WAL mode that was closed has no log beside it, and neither has one whose log was left behind. */
async function withoutWal(file: ByteSource): Promise<RecordingContent> {
  const modes = new Uint8Array(2);
  await file.read(MODES_OFFSET, modes);
  if (!modes.includes(WAL_MODE)) return contentOfFile(file);
  const note = `the database is in WAL mode and no ${WAL_ENDING} file lies beside it: if there was one, its messages are in it`;
  return { ...contentOfFile(file), notes: [note] };
}

async function rolledBack(
  file: ByteSource,
  journal: ByteSource,
  bytesMax: number,
): Promise<RecordingContent | undefined> {
  const { before, fault } = await scanRollback(journal, file.sizeBytes, bytesMax);
  if (before === undefined && fault === undefined) return undefined;
  const losses: Loss[] = [];
  if (fault) losses.push(lossOf('corrupt-record', `${journal.name} was not taken back whole: ${fault.text}`, 0, 0));
  if (before === undefined) return { ...contentOfFile(file), losses };
  const source = pagedSource(file, journal, before);
  const pieces = await takenBack(file, journal, before);
  const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
  if (bytes > 0) {
    const text =
      `${bytes} bytes were written by a transaction that never finished: ${journal.name} takes them back, ` +
      `as SQLite does, and they are kept (${placesOf(pieces)})`;
    losses.push(lossOf('rolled-back', text, source.sizeBytes, bytes));
  }
  const notes = [`read as it was before its last transaction: ${pagesText(before)} come from ${journal.name}`];
  return contentWith(source, pieces, losses, notes);
}

async function withWal(file: ByteSource, wal: ByteSource, bytesMax: number): Promise<RecordingContent> {
  if (wal.sizeBytes === 0) return contentOfFile(file);
  const { committed, unfinishedAt, fault } = await scanWal(wal, file.sizeBytes, bytesMax);
  const source = committed === undefined ? file : pagedSource(file, wal, committed);
  const losses: Loss[] = [];
  if (fault !== undefined) {
    losses.push(lossOf('corrupt-record', `${wal.name} was not read to its end: ${fault}`, source.sizeBytes, 0));
  }
  if (unfinishedAt !== undefined) {
    const text = `${wal.name} from byte ${unfinishedAt} on belongs to a transaction that never finished`;
    losses.push(lossOf('rolled-back', text, source.sizeBytes, 0));
  }
  const notes = committed === undefined ? [] : [`${pagesText(committed)} come from ${wal.name}`];
  return contentWith(source, committed === undefined ? [] : piecesBehind(file, source), losses, notes);
}

/** A database that became smaller still has its old end in the file. */
const piecesBehind = (file: ByteSource, { sizeBytes }: ByteSource): Piece[] =>
  file.sizeBytes > sizeBytes ? [{ source: file, offset: sizeBytes, bytes: file.sizeBytes - sizeBytes }] : [];

function contentWith(
  source: ByteSource,
  pieces: readonly Piece[],
  losses: readonly Loss[],
  notes: readonly string[],
): RecordingContent {
  const own = { source, offset: 0, bytes: source.sizeBytes };
  const kept = pieces.length > 0 ? joinedSource(source.name, [own, ...pieces]) : source;
  return { source, kept, losses, notes, [Symbol.asyncDispose]: () => Promise.resolve() };
}

const pagesText = ({ inJournal, pages }: JournalledPages): string => `${inJournal.count} of its ${pages} pages`;

function placesOf(pieces: readonly Piece[]): string {
  const [first] = pieces;
  const where = first === undefined ? '' : `from byte ${first.offset} of the file`;
  return pieces.length > 1 ? `${where}, in ${pieces.length} pieces` : where;
}

const lossOf = (reason: Loss['reason'], text: string, offset: number, bytes: number): Loss => ({
  reason,
  text,
  offset,
  bytes,
  topics: [],
  startTimeNs: undefined,
  endTimeNs: undefined,
});
