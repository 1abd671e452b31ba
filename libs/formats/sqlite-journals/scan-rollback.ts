/**
 * Reads a rollback journal as SQLite plays it back: pages as they were before a transaction that never ended. A journal
 * is hot when its first header is whole; its writer clears that header when the transaction ends. Several segments may
 * stand one behind another, each with a header at the start of a sector.
 */
import type { ByteSource } from '../recording/index.ts';
import { JournalPages, PLACES_MAX } from './journal-pages.ts';
import type { JournalledPages } from './paged-source.ts';
import { isPageSize } from './page-size.ts';

const MAGIC = Buffer.from('d9d505f920a163d7', 'hex');
const HEADER_BYTES = 28;
const SECTOR_BYTES_MAX = 65_536;
/** The writer did not count its records: there are as many as fit. */
const UNCOUNTED = 0xffff_ffff;
/** Of every so many bytes, counted from the end of a page, one goes into its checksum. */
const CHECKSUM_STEP = 200;
/** The name of a journal over several databases stands at the end, between a page number and this. */
const SUPER_JOURNAL_TAIL_BYTES = 16;

export interface ScannedRollback {
  /** The database as it was; undefined if the journal is not hot. */
  readonly before: JournalledPages | undefined;
  readonly fault: { readonly text: string; readonly at: number } | undefined;
}

interface SegmentHeader {
  readonly records: number;
  readonly nonce: number;
  readonly pages: number;
  readonly sectorBytes: number;
  readonly pageBytes: number;
}

/** @param bytesMax how far it is read; what lies behind is as if it were not there */
export async function scanRollback(journal: ByteSource, fileBytes: number, bytesMax: number): Promise<ScannedRollback> {
  const sizeBytes = Math.min(journal.sizeBytes, bytesMax);
  const first = await headerAt(journal, 0);
  if (first === 'cleared') return { before: undefined, fault: undefined };
  if (first === undefined) return faulty('its header is damaged');
  const { pages, pageBytes } = first;
  // A transaction rolls back to what the file had; it may have taken pages away since.
  if (pages > 4 * Math.ceil(fileBytes / pageBytes) + PLACES_MAX) return faulty(`its header speaks of ${pages} pages`);
  if (await isOfSeveral(journal)) return faulty('it was written for several databases at once');
  const found = await playBack(journal, first, sizeBytes);
  const inJournal = new JournalPages(Uint32Array.from(found.pages), (place) => found.offsets[place] as number);
  return { before: { pageBytes, pages, inJournal }, fault: found.fault };
}

const faulty = (text: string): ScannedRollback => ({ before: undefined, fault: { text, at: 0 } });

interface PlayedBack {
  readonly pages: number[];
  readonly offsets: number[];
  fault: ScannedRollback['fault'];
}

async function playBack(journal: ByteSource, first: SegmentHeader, sizeBytes: number): Promise<PlayedBack> {
  const played: PlayedBack = { pages: [], offsets: [], fault: undefined };
  const { sectorBytes, pageBytes } = first;
  const recordBytes = pageBytes + 8;
  const record = new Uint8Array(recordBytes);
  let header: SegmentHeader | undefined = first;
  let at = 0;
  while (header !== undefined) {
    at += sectorBytes;
    const fitting = Math.max(0, Math.floor((sizeBytes - at) / recordBytes));
    const records: number = header.records === UNCOUNTED ? fitting : header.records;
    for (let index = 0; index < records; index += 1, at += recordBytes) {
      const text = await takeRecord(journal, at, record, header, played);
      if (text === undefined) continue;
      // Of records that nobody counted, the first that is not whole is the end.
      if (header.records !== UNCOUNTED) played.fault = { text: `${text} (byte ${at})`, at };
      return played;
    }
    at = Math.ceil(at / sectorBytes) * sectorBytes;
    const next = at + HEADER_BYTES <= sizeBytes ? await headerAt(journal, at) : undefined;
    header = typeof next === 'object' && next.records > 0 ? { ...next, sectorBytes, pageBytes } : undefined;
  }
  return played;
}

/** Takes one record in; a clause about it if it is not whole. */
async function takeRecord(
  journal: ByteSource,
  at: number,
  record: Uint8Array,
  { nonce, pages }: SegmentHeader,
  played: PlayedBack,
): Promise<string | undefined> {
  if ((await journal.read(at, record)) < record.byteLength) return 'it ends within a record';
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const pageBytes = record.byteLength - 8;
  let sum = nonce;
  for (let byte = pageBytes - CHECKSUM_STEP; byte > 0; byte -= CHECKSUM_STEP) sum += record[4 + byte] as number;
  if (sum >>> 0 !== view.getUint32(4 + pageBytes)) return 'the checksum of a record does not hold';
  const page = view.getUint32(0);
  if (page === 0) return 'a record is of no page';
  if (played.pages.length === PLACES_MAX) return `it has more than ${PLACES_MAX} records`;
  if (page > pages) return undefined;
  played.pages.push(page);
  played.offsets.push(at + 4);
  return undefined;
}

/** `cleared`: zeros, as its writer leaves it when a transaction ended. Undefined: no header. */
async function headerAt(journal: ByteSource, at: number): Promise<SegmentHeader | 'cleared' | undefined> {
  const bytes = new Uint8Array(HEADER_BYTES);
  const got = await journal.read(at, bytes);
  if (bytes.every((byte) => byte === 0)) return 'cleared';
  if (got < HEADER_BYTES || !MAGIC.equals(bytes.subarray(0, MAGIC.byteLength))) return undefined;
  const view = new DataView(bytes.buffer);
  const [records, nonce, pages, sectorBytes, pageBytes] = [8, 12, 16, 20, 24].map((field) => view.getUint32(field));
  const header = { records, nonce, pages, sectorBytes, pageBytes } as SegmentHeader;
  const isSector = header.sectorBytes >= 32 && header.sectorBytes <= SECTOR_BYTES_MAX;
  const isPowerOfTwo = (header.sectorBytes & (header.sectorBytes - 1)) === 0;
  // Only the first header has the sizes; those behind it have them again, or zeros.
  return at > 0 || (isSector && isPowerOfTwo && isPageSize(header.pageBytes)) ? header : undefined;
}

async function isOfSeveral(journal: ByteSource): Promise<boolean> {
  if (journal.sizeBytes < SUPER_JOURNAL_TAIL_BYTES) return false;
  const tail = new Uint8Array(MAGIC.byteLength);
  await journal.read(journal.sizeBytes - MAGIC.byteLength, tail);
  return MAGIC.equals(tail);
}
