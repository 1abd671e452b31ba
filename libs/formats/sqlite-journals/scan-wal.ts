/**
 * Reads a write-ahead log as SQLite recovers it: frames in order, as long as their salts are those of the header and
 * their checksums hold. What was committed last counts. Frames behind it belong to a transaction that never ended; SQLite
 * writes over them while it goes on, so that checksums there need not hold. Where a later transaction did end behind a
 * checksum that does not hold, that is damage. Frames with other salts are left over from before the log was begun again.
 */
import { MIB } from '@pitlane/base/bytes';
import type { ByteSource } from '../recording/index.ts';
import { JournalPages, PLACES_MAX } from './journal-pages.ts';
import type { JournalledPages } from './paged-source.ts';
import { isPageSize } from './page-size.ts';
import { WalChecksum } from './wal-checksum.ts';

const MAGIC = 0x377f0682;
const VERSION = 3_007_000;
export const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const BLOCK_BYTES = MIB;

export interface ScannedWal {
  /** The database after the last commit; undefined if nothing was committed. */
  readonly committed: JournalledPages | undefined;
  /** From where on it belongs to a transaction that never ended; undefined if there is none. */
  readonly unfinishedAt: number | undefined;
  /** A clause about damage, for which it was not read to its end. */
  readonly fault: string | undefined;
}

/** @param bytesMax how far it is read; what lies behind is as if it were not there */
export async function scanWal(wal: ByteSource, fileBytes: number, bytesMax: number): Promise<ScannedWal> {
  const header = new Uint8Array(WAL_HEADER_BYTES);
  if ((await wal.read(0, header)) < WAL_HEADER_BYTES) return faulty('it ends within its header');
  const view = new DataView(header.buffer);
  const magic = view.getUint32(0);
  if (magic !== MAGIC && magic !== MAGIC + 1) return faulty('it does not begin as a write-ahead log does');
  const checksum = new WalChecksum(magic === MAGIC + 1);
  checksum.add(view, 0, 24);
  const pageBytes = view.getUint32(8);
  if (!checksum.isAt(view, 24)) return faulty('the checksum of its header does not hold');
  if (view.getUint32(4) !== VERSION || !isPageSize(pageBytes)) return faulty('its header is of no known kind');
  return new WalScan(wal, view, pageBytes, checksum).run(fileBytes, Math.min(bytesMax, wal.sizeBytes));
}

const faulty = (fault: string): ScannedWal => ({ committed: undefined, unfinishedAt: undefined, fault });

class WalScan {
  readonly #wal: ByteSource;
  readonly #header: DataView;
  readonly #pageBytes: number;
  readonly #frameBytes: number;
  readonly #checksum: WalChecksum;
  #pages = new Uint32Array(1024);
  #frames = 0;
  #committedFrames = 0;
  #committedPages = 0;
  /** Why reading stopped: a clause on the first frame that is not believed. */
  #stopped: string | undefined;
  #seen = 0;
  /** Frames up to the last that has the salts of this log, believed or not. */
  #ownFrames = 0;
  /** Transactions of this log that ended behind the frame that is not believed. */
  #endedBehind = 0;

  constructor(wal: ByteSource, header: DataView, pageBytes: number, checksum: WalChecksum) {
    this.#wal = wal;
    this.#header = header;
    this.#pageBytes = pageBytes;
    this.#frameBytes = FRAME_HEADER_BYTES + pageBytes;
    this.#checksum = checksum;
  }

  async run(fileBytes: number, walBytes: number): Promise<ScannedWal> {
    const block = new Uint8Array(Math.max(1, Math.floor(BLOCK_BYTES / this.#frameBytes)) * this.#frameBytes);
    const view = new DataView(block.buffer);
    for (let at = WAL_HEADER_BYTES; at < walBytes; at += block.byteLength) {
      const got = await this.#wal.read(at, block.subarray(0, Math.min(block.byteLength, walBytes - at)));
      for (let frame = 0; frame + FRAME_HEADER_BYTES <= got; frame += this.#frameBytes) {
        this.#take(view, frame, got, fileBytes);
      }
      if (got < block.byteLength) break;
    }
    const isDamaged = this.#endedBehind > 0;
    return {
      committed: this.#committedFrames > 0 ? this.#committed() : undefined,
      unfinishedAt:
        !isDamaged && this.#ownFrames > this.#committedFrames ? this.#offsetOf(this.#committedFrames) : undefined,
      fault: isDamaged ? `${this.#stopped}, and ${this.#endedBehind} transactions end behind it` : undefined,
    };
  }

  #take(view: DataView, at: number, end: number, fileBytes: number): void {
    this.#seen += 1;
    const isOwn = [8, 12].every((salt) => view.getUint32(at + salt) === this.#header.getUint32(salt + 8));
    if (!isOwn) {
      this.#stopped ??= `a frame is of another log ${this.#where()}`;
      return;
    }
    this.#ownFrames = this.#seen;
    const pages = view.getUint32(at + 4);
    this.#stopped ??= this.#believe(view, at, end, fileBytes);
    if (this.#stopped === undefined) {
      this.#frames += 1;
      if (pages > 0) [this.#committedFrames, this.#committedPages] = [this.#frames, pages];
    } else if (pages > 0) this.#endedBehind += 1;
  }

  #where(): string {
    return `(frame ${this.#seen}, byte ${this.#offsetOf(this.#seen - 1)})`;
  }

  /** Takes the page of a frame in; a clause if the frame is not believed. */
  #believe(view: DataView, at: number, end: number, fileBytes: number): string | undefined {
    const where = this.#where();
    if (end - at < this.#frameBytes) return `it ends within a frame ${where}`;
    this.#checksum.add(view, at, at + 8);
    this.#checksum.add(view, at + FRAME_HEADER_BYTES, at + this.#frameBytes);
    if (!this.#checksum.isAt(view, at + 16)) return `the checksum of a frame does not hold ${where}`;
    if (this.#frames === PLACES_MAX) return `it has more than ${PLACES_MAX} frames ${where}`;
    const page = view.getUint32(at);
    const pages = view.getUint32(at + 4);
    if (page === 0) return `a frame is of no page ${where}`;
    if (!this.#isPlausible(pages, fileBytes)) return `a frame says that the database has ${pages} pages ${where}`;
    if (this.#frames === this.#pages.length) this.#pages = grown(this.#pages);
    this.#pages[this.#frames] = page;
    return undefined;
  }

  #offsetOf(frame: number): number {
    return WAL_HEADER_BYTES + frame * this.#frameBytes;
  }

  /** Pages may be set aside without being written, but not many more than there are. */
  #isPlausible(pages: number, fileBytes: number): boolean {
    return pages <= 4 * (Math.ceil(fileBytes / this.#pageBytes) + this.#frames + 1) + 1024;
  }

  #committed(): JournalledPages {
    const offsetOf = (frame: number): number => this.#offsetOf(frame) + FRAME_HEADER_BYTES;
    const inJournal = new JournalPages(this.#pages.subarray(0, this.#committedFrames), offsetOf);
    return { pageBytes: this.#pageBytes, pages: this.#committedPages, inJournal };
  }
}

function grown(pages: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * pages.length);
  larger.set(pages);
  return larger;
}
