import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import type { RecordingContent } from '../content/index.ts';
import type { ByteSource } from '../recording/index.ts';
import { collectBag, lineOf } from '../rosbag2/collect-bag.fixture.ts';
import { withJournals } from './index.ts';
import { type KilledBag, type KilledFiles, writeKilledBag } from './killed-bag.fixture.ts';

const opened = ({ file, wal, rollback }: KilledFiles): Promise<RecordingContent> =>
  withJournals(memorySource(file, 'bag.db3'), {
    wal: wal && memorySource(wal, 'bag.db3-wal'),
    rollback: rollback && memorySource(rollback, 'bag.db3-journal'),
  });

async function linesIn(source: ByteSource): Promise<string[]> {
  return (await collectBag(source)).messages.map(lineOf);
}

const bytesOf = async (source: ByteSource): Promise<Uint8Array> => {
  const bytes = new Uint8Array(source.sizeBytes);
  expect(await source.read(0, bytes)).toBe(source.sizeBytes);
  return bytes;
};

const typical = (mode: KilledBag['mode'], pageBytes = 1024): KilledBag => ({
  pageBytes,
  mode,
  transactions: [Array.from({ length: 50 }, () => 300), Array.from({ length: 50 }, () => 400)],
  unfinished: Array.from({ length: 60 }, () => 2000),
});

describe('a bag whose recorder was killed', () => {
  it('keeps all of its file: what is taken back stands behind the content', async () => {
    const files = writeKilledBag(typical('delete'));
    const { source, kept, losses, notes } = await opened(files);
    expect(losses.map(({ reason }) => reason)).toEqual(['rolled-back']);
    const [loss] = losses;
    expect([loss?.offset, (loss?.offset ?? 0) + (loss?.bytes ?? 0)]).toEqual([source.sizeBytes, kept.sizeBytes]);
    expect(loss?.text).toContain('bag.db3-journal takes them back');
    expect(notes[0]).toMatch(
      /^read as it was before its last transaction: \d+ of its \d+ pages come from bag\.db3-journal$/,
    );
    const [content, all] = [await bytesOf(source), await bytesOf(kept)];
    expect(Buffer.from(all.subarray(0, content.byteLength)).equals(content)).toBe(true);
    // Every page of the file is in what is kept.
    const pages = new Set<string>();
    for (let at = 0; at < all.byteLength; at += 1024)
      pages.add(Buffer.from(all.subarray(at, at + 1024)).toString('base64'));
    for (let at = 0; at < files.file.byteLength; at += 1024) {
      expect(pages.has(Buffer.from(files.file.subarray(at, at + 1024)).toString('base64')), `page at ${at}`).toBe(true);
    }
  });

  it('is recognised and read where all of it stands in the log', async () => {
    const files = writeKilledBag({ ...typical('wal', 512), unfinished: [] });
    expect(files.file.byteLength).toBeLessThanOrEqual(1024);
    const { source, losses, notes } = await opened(files);
    expect([losses, (await linesIn(source)).length]).toEqual([[], 100]);
    expect(notes).toEqual([expect.stringMatching(/pages come from bag\.db3-wal$/)]);
  });

  it('is told of as unfinished by the byte from which on its log was not read', async () => {
    const { losses } = await opened(writeKilledBag(typical('wal')));
    expect(losses).toMatchObject([{ reason: 'rolled-back', bytes: 0 }]);
    expect(losses[0]?.text).toMatch(/^bag\.db3-wal from byte \d+ on belongs to a transaction that never finished$/);
  });
});

describe('journals that are none', () => {
  const files = writeKilledBag(typical('delete'));
  const whole = writeKilledBag({ ...typical('delete'), unfinished: [] });
  const withRollback = (rollback: Uint8Array): Promise<RecordingContent> => opened({ ...whole, rollback });

  it('change nothing: empty, cleared, or of no transaction', async () => {
    for (const rollback of [new Uint8Array(0), new Uint8Array(2000)]) {
      const { source, losses, notes } = await withRollback(rollback);
      expect([source.sizeBytes, losses, notes]).toEqual([whole.file.byteLength, [], []]);
    }
    const { source, losses } = await opened({ ...whole, wal: new Uint8Array(0) });
    expect([source.sizeBytes, losses]).toEqual([whole.file.byteLength, []]);
  });

  it('are told of when damaged, and the file is read as it is', async () => {
    const rollback = (files.rollback as Uint8Array).slice();
    rollback[3] = 0x55;
    const odd = Buffer.from('no journal at all, but a file of that name');
    for (const given of [{ rollback }, { rollback: odd }, { wal: odd }, { wal: odd.subarray(0, 7) }]) {
      const { source, losses } = await opened({ ...whole, ...given });
      expect(source.sizeBytes).toBe(whole.file.byteLength);
      expect(losses).toMatchObject([{ reason: 'corrupt-record', bytes: 0 }]);
      expect((await linesIn(source)).length).toBe(100);
    }
  });

  it('say in which record a rollback journal is damaged, and take back what stands before', async () => {
    const rollback = (files.rollback as Uint8Array).slice();
    const header = new DataView(rollback.buffer);
    const [records, sectorBytes] = [header.getUint32(8), header.getUint32(20)];
    expect(records).toBeGreaterThan(0);
    const record = sectorBytes + (records - 1) * (1024 + 8);
    rollback[record + 4 + 1024 - 200] = (rollback[record + 4 + 1024 - 200] as number) ^ 1;
    const { losses } = await opened({ ...files, rollback });
    expect(losses[0]?.text).toBe(
      `bag.db3-journal was not taken back whole: the checksum of a record does not hold (byte ${record})`,
    );
  });
});

describe('a database in WAL mode without its log', () => {
  it('is told of, for its last messages may be in it', async () => {
    const files = writeKilledBag({ ...typical('wal'), unfinished: [], checkpointAfter: 2 });
    const { source, notes } = await opened({ ...files, wal: undefined });
    expect(notes).toEqual([expect.stringContaining('no -wal file lies beside it')]);
    expect((await linesIn(source)).length).toBe(100);
  });
});
