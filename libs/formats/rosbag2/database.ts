/** One opened database: its header, its pages, and what has become of each of them so far. */
import { MIB } from '@pitlane/base/bytes';
import type { ByteSource } from '../recording/index.ts';
import { type DatabaseHeader, headerFrom } from './database-header.ts';
import { OverflowChains } from './overflow-chains.ts';
import { PageFile } from './page-file.ts';
import { PageMap } from './page-map.ts';

/** Enough to see 16 pages of the largest size. */
const HEAD_BYTES = MIB;

export interface Database {
  readonly header: DatabaseHeader;
  readonly file: PageFile;
  readonly map: PageMap;
  readonly chains: OverflowChains;
}

export async function openDatabase(source: ByteSource, bytesMax?: number): Promise<Database> {
  const head = new Uint8Array(Math.max(0, Math.min(HEAD_BYTES, source.sizeBytes)));
  const read = await source.read(0, head);
  const header = headerFrom(head.subarray(0, read), source.sizeBytes);
  const file = new PageFile(source, header.pageBytes, bytesMax);
  if (read < head.byteLength) file.sizeBytes = read;
  const map = new PageMap(file.pages);
  return { header, file, map, chains: new OverflowChains(file, map, header.usableBytes) };
}
