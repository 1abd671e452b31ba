/**
 * Reading around the bad places of a disk. A sector that is gone must not cost the rest of the file: what cannot be read is
 * narrowed down to pages, filled with zeros and remembered. A disk that gives nothing any more is not a bad place; it is
 * away, and its file is not staged.
 */
import { isPitlaneError } from '@pitlane/base/errors';
import type { ByteSource } from '@pitlane/formats/recording';

/** The range [offset, offset + bytes) of a file. */
export interface Hole {
  readonly offset: number;
  readonly bytes: number;
}

/** The kernel reads whole pages, and disks have sectors of at most that. */
const PAGE_BYTES = 4096;
/** A dying disk takes seconds to say no; after so much of a file, the file is left for the next try. */
export const UNREADABLE_MAX_BYTES = 1024 * 1024;

export class Holes {
  readonly list: { offset: number; bytes: number }[] = [];
  #bytes = 0;

  /** False when there are too many by now. */
  add(offset: number, bytes: number): boolean {
    const last = this.list.at(-1);
    if (last && last.offset + last.bytes === offset) last.bytes += bytes;
    else this.list.push({ offset, bytes });
    this.#bytes += bytes;
    return this.#bytes <= UNREADABLE_MAX_BYTES;
  }
}

/** As `source.read`, with zeros where the disk has bad places. Errors: those of the source for all else. */
export async function readAround(source: ByteSource, offset: number, into: Uint8Array, holes: Holes): Promise<number> {
  try {
    return await source.read(offset, into);
  } catch (error) {
    if (!isBadPlace(error)) throw error;
    return readPages(source, offset, into, holes);
  }
}

async function readPages(source: ByteSource, offset: number, into: Uint8Array, holes: Holes): Promise<number> {
  const wanted = Math.min(into.byteLength, source.sizeBytes - offset);
  let at = 0;
  while (at < wanted) {
    const toPageEnd = PAGE_BYTES - ((offset + at) % PAGE_BYTES);
    const page = into.subarray(at, Math.min(at + toPageEnd, wanted));
    try {
      const got = await source.read(offset + at, page);
      if (got === 0) break;
      at += got;
    } catch (error) {
      if (!isBadPlace(error) || !holes.add(offset + at, page.byteLength)) throw error;
      page.fill(0);
      at += page.byteLength;
    }
  }
  return at;
}

/** The source says so of a place that cannot be read when others of the file may. */
const isBadPlace = (error: unknown): boolean =>
  isPitlaneError(error, 'unavailable') && error.details.isBadPlace === true;
