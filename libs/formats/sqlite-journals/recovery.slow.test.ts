import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { collectBag, lineOf } from '../rosbag2/collect-bag.fixture.ts';
import { withJournals } from './index.ts';
import { type KilledBag, type KilledFiles, linesRecovered, writeKilledBag } from './killed-bag.fixture.ts';

const SEED = 20_261_126;
const PAGE_SIZES = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];

async function linesOf({ file, wal, rollback }: KilledFiles): Promise<string[]> {
  const { source } = await withJournals(memorySource(file), {
    wal: wal && memorySource(wal),
    rollback: rollback && memorySource(rollback),
  });
  return (await collectBag(source)).messages.map(lineOf);
}

const sizes = fc.array(fc.oneof(fc.nat(80), fc.integer({ min: 0, max: 6000 })), { maxLength: 12 });
const bags = (modes: KilledBag['mode'][]): fc.Arbitrary<KilledBag> =>
  fc.record({
    pageBytes: fc.constantFrom(...PAGE_SIZES),
    mode: fc.constantFrom(...modes),
    transactions: fc.array(sizes, { maxLength: 6 }),
    checkpointAfter: fc.nat(8),
    unfinished: fc.array(fc.nat(6000), { maxLength: 40 }),
  });

describe('a bag whose recorder was killed', () => {
  it('is read as SQLite recovers it, whatever was written and wherever it ended', async () => {
    await fc.assert(
      fc.asyncProperty(bags(['wal', 'delete', 'persist']), async (bag) => {
        const files = writeKilledBag(bag);
        expect(await linesOf(files)).toEqual(linesRecovered(files));
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('is read as SQLite recovers it when its log is damaged or cut off anywhere', async () => {
    const files = writeKilledBag({
      pageBytes: 1024,
      mode: 'wal',
      transactions: [Array.from({ length: 50 }, () => 300), Array.from({ length: 50 }, () => 400)],
      checkpointAfter: 1,
      unfinished: Array.from({ length: 60 }, () => 2000),
    });
    const wal = files.wal as Uint8Array;
    await fc.assert(
      fc.asyncProperty(fc.nat(wal.byteLength - 1), fc.nat(7), fc.boolean(), async (at, bit, isCut) => {
        const damaged = isCut ? wal.slice(0, at) : wal.slice();
        if (!isCut) damaged[at] = (damaged[at] as number) ^ (1 << bit);
        const broken = { ...files, wal: damaged };
        expect(await linesOf(broken)).toEqual(linesRecovered(broken));
      }),
      { seed: SEED, numRuns: 100 },
    );
  });
});
