import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { collectBag } from '../rosbag2/collect-bag.fixture.ts';
import { withJournals } from './index.ts';
import { writeKilledBag } from './killed-bag.fixture.ts';
import { scanWal } from './scan-wal.ts';
import { WalChecksum } from './wal-checksum.ts';

const PAGE = 512;
const file = writeKilledBag({
  pageBytes: PAGE,
  mode: 'delete',
  transactions: [Array.from({ length: 40 }, () => 200)],
  unfinished: [],
}).file;

interface Frame {
  readonly page: number;
  /** Of the database after it, at the end of a transaction. */
  readonly pages: number;
  readonly fill?: Uint8Array;
}

/** A log with sound checksums, whatever it says. */
function walOf(frames: readonly Frame[], pageBytes = PAGE): Uint8Array {
  const bytes = new Uint8Array(32 + frames.length * (24 + pageBytes));
  const view = new DataView(bytes.buffer);
  for (const [i, value] of [0x377f0683, 3_007_000, pageBytes, 0, 7, 8].entries()) view.setUint32(4 * i, value);
  const checksum = new WalChecksum(true);
  const seal = (at: number): void => {
    view.setUint32(at, checksum.first);
    view.setUint32(at + 4, checksum.second);
  };
  checksum.add(view, 0, 24);
  seal(24);
  for (const [i, { page, pages, fill }] of frames.entries()) {
    const at = 32 + i * (24 + pageBytes);
    for (const [field, value] of [page, pages, 7, 8].entries()) view.setUint32(at + 4 * field, value);
    bytes.set(fill ?? file.subarray((page - 1) * PAGE, page * PAGE).subarray(0, pageBytes), at + 24);
    checksum.add(view, at, at + 8);
    checksum.add(view, at + 24, at + 24 + pageBytes);
    seal(at + 16);
  }
  return bytes;
}

const pages = file.byteLength / PAGE;
const opened = (wal: Uint8Array) =>
  withJournals(memorySource(file, 'bag.db3'), { wal: memorySource(wal, 'bag.db3-wal') });

describe('a hostile journal', () => {
  it('that is sound and says what the file says changes nothing', async () => {
    const { source, losses } = await opened(walOf([{ page: 2, pages }]));
    expect([source.sizeBytes, losses]).toEqual([file.byteLength, []]);
    expect((await collectBag(source)).messages.length).toBe(40);
  });

  it('cannot make the database larger than its pages could ever be', async () => {
    for (const claimed of [0xffff_ffff, 0x7fff_ffff, 1_000_000]) {
      const { source, losses } = await opened(walOf([{ page: 1, pages: claimed }]));
      expect(source.sizeBytes).toBe(file.byteLength);
      expect(losses[0]?.text).toContain('transactions end behind it');
    }
  });

  it('of pages far out costs no more than what stands in it', async () => {
    const { source } = await opened(
      walOf([
        { page: 0xffff_fffe, pages: 0 },
        { page: 1, pages },
      ]),
    );
    expect(source.sizeBytes).toBe(file.byteLength);
    const { committed } = await scanWal(memorySource(walOf([{ page: 9, pages }])), file.byteLength, Infinity);
    expect(committed?.inJournal.count).toBe(1);
  });

  it('of a page that stands in it again and again ends with the last of them', async () => {
    const frames = Array.from({ length: 500 }, (_, at) => ({ page: 2, pages, fill: new Uint8Array(PAGE).fill(at) }));
    const { source } = await opened(walOf(frames));
    const page = new Uint8Array(PAGE);
    await source.read(PAGE, page);
    expect(page.every((byte) => byte === (499 & 0xff))).toBe(true);
  });

  it('whose pages have another size than those of the file is read as it says, and nothing fails', async () => {
    for (const pageBytes of [1024, 65_536]) {
      const { source } = await opened(walOf([{ page: 1, pages: 1, fill: new Uint8Array(pageBytes) }], pageBytes));
      expect(source.sizeBytes).toBe(pageBytes);
    }
    for (const pageBytes of [0, 256, 1000]) {
      const { losses } = await opened(walOf([], pageBytes));
      expect(losses[0]?.text).toContain('its header is of no known kind');
    }
  });

  it('that takes pages away leaves them to be kept', async () => {
    const { source, kept } = await opened(walOf([{ page: 1, pages: 2 }]));
    expect([source.sizeBytes, kept.sizeBytes]).toEqual([2 * PAGE, file.byteLength]);
  });
});
