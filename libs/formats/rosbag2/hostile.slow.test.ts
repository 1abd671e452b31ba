import { bytesFromUtf8 } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { LandOpaque } from '../recording/index.ts';
import { collectBag, lineOf, type ReadBack, toolsWith } from './collect-bag.fixture.ts';
import { isPointerMap, lockPage } from './database-header.ts';
import { rosbag2 } from './index.ts';
import { u32 } from './numbers.ts';
import { linesBySqlite, writeBag } from './write-bag.fixture.ts';

const SEED = 20_261_122;
const PAGE = 512;
const topics = ['/a', '/b'].map((name) => ({ name, type: 'pkg/msg/Type' }));
const messages = Array.from({ length: 1500 }, (_, at) => ({
  topic: at % 2,
  timeNs: BigInt(at),
  data: bytesFromUtf8(`message ${at}${'-'.repeat(at % 100 === 3 ? 2000 : 0)}`),
}));
const whole = writeBag({ topics, messages, pageBytes: PAGE });
const pages = whole.byteLength / PAGE;
const view = new DataView(whole.buffer);
const pagesOf = (type: number): number[] =>
  Array.from({ length: pages - 1 }, (_, at) => at + 1).filter((page) => whole[page * PAGE] === type);
const read = (bytes: Uint8Array): Promise<ReadBack> => collectBag(memorySource(bytes));

/** A copy in which one 32-bit number is another. */
function withNumber(at: number, value: number): Uint8Array {
  const copy = whole.slice();
  new DataView(copy.buffer).setUint32(at, value);
  return copy;
}

async function expectAll(bytes: Uint8Array): Promise<ReadBack> {
  const back = await read(bytes);
  expect(back.messages.map(lineOf).sort()).toEqual(linesBySqlite(whole).sort());
  return back;
}

describe('written bags of any content', () => {
  it('read back equal and in the order of their rows', async () => {
    const bags = fc.record({
      topics: fc.array(fc.record({ name: fc.string({ minLength: 1 }), type: fc.constant('p/msg/T') }), {
        minLength: 1,
        maxLength: 4,
      }),
      messages: fc.array(
        fc.record({
          topic: fc.constant(0),
          timeNs: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
          data: fc.oneof(
            fc.uint8Array({ maxLength: 100 }),
            fc.integer({ min: 0, max: 9000 }).map((bytes) => new Uint8Array(bytes).fill(7)),
          ),
        }),
        { maxLength: 60 },
      ),
      pageBytes: fc.constantFrom(512, 1024, 4096, 65_536),
      encoding: fc.constantFrom('UTF-8' as const, 'UTF-16le' as const, 'UTF-16be' as const),
      autoVacuum: fc.constantFrom('NONE' as const, 'FULL' as const),
    });
    await fc.assert(
      fc.asyncProperty(bags, async (bag) => {
        const bytes = writeBag(bag);
        const back = await read(bytes);
        expect([back.losses, back.notes]).toEqual([[], []]);
        expect(back.messages.map(lineOf)).toEqual(linesBySqlite(bytes));
      }),
      { seed: SEED, numRuns: 150 },
    );
  });
});

describe('a hostile bag', () => {
  it('whose pages of pointers point in circles is read by its leaves', async () => {
    const interiors = pagesOf(0x05);
    expect(interiors.length).toBeGreaterThan(2);
    const top = interiors[0] as number;
    for (const page of interiors) {
      const { losses } = await expectAll(withNumber(page * PAGE + 8, top + 1));
      expect(losses.length).toBeGreaterThan(0);
    }
  });

  it.each([0, 1, 0x7fff_ffff, 0xffff_ffff])('whose pointers lead to page %i is read by its leaves', async (target) => {
    for (const page of pagesOf(0x05)) await expectAll(withNumber(page * PAGE + 8, target));
  });

  it('whose overflow pages run in a circle loses these messages and no more', async () => {
    const chained = Array.from({ length: pages }, (_, at) => at).filter((page) => {
      const next = u32(whole, page * PAGE);
      return (
        next > 1 &&
        next <= pages &&
        Buffer.from(whole.subarray(page * PAGE + 4, page * PAGE + 60)).every((byte) => byte === 0x2d)
      );
    });
    expect(chained.length).toBeGreaterThan(20);
    for (const page of chained.slice(0, 20)) {
      for (const target of [page + 1, 1, 3, 0, 0xffff_fff0]) {
        const back = await read(withNumber(page * PAGE, target));
        expect(back.messages.length).toBe(1499);
        expect(back.losses.some((loss) => loss.topics.length === 1 && loss.startTimeNs !== undefined)).toBe(true);
      }
    }
  });

  it.each([
    ['freelist', 32],
    ['count of free pages', 36],
    ['count of pages', 28],
    ['change counter', 24],
    ['version', 92],
    ['vacuum root', 52],
    ['encoding', 56],
    ['page size and versions', 16],
    ['reserved bytes', 20],
  ])('that lies about its %s is read whole', async (_, at) => {
    for (const value of [0, 1, 2, 3, 0x1000_0101, 0x7fff_ffff, 0xffff_ffff]) await expectAll(withNumber(at, value));
  });

  it('with one cell pointed to by all pointers of its page gives the message once', async () => {
    const page = pagesOf(0x0d).at(-1) as number;
    const copy = whole.slice();
    const cells = view.getUint16(page * PAGE + 3);
    for (let at = 0; at < cells; at += 1) copy.copyWithin(page * PAGE + 8 + 2 * at, page * PAGE + 8, page * PAGE + 10);
    const back = await read(copy);
    const lines = back.messages.map(lineOf);
    expect(new Set(lines).size).toBe(lines.length);
    expect(back.losses.length).toBeGreaterThan(0);
  });

  it('whose payloads claim to be huge is not obeyed', async () => {
    const leaf = pagesOf(0x0d).at(-1) as number;
    const cell = leaf * PAGE + view.getUint16(leaf * PAGE + 8);
    const copy = whole.slice().fill(0xff, cell, cell + 9);
    const back = await collectBag(memorySource(copy), { messageBytesMax: 10_000 });
    expect(back.messages.length).toBeGreaterThan(1400);
    expect(back.losses.length).toBeGreaterThan(0);
  });

  it('is opaque past the limits of messages and channels', async () => {
    await expect(collectBag(memorySource(whole), { messageBytesMax: 1000 })).rejects.toThrow(LandOpaque);
    await expect(collectBag(memorySource(whole), { messageBytesMax: 5 })).rejects.toThrow(LandOpaque);
    await expect(collectBag(memorySource(whole), { channelsMax: 1 })).rejects.toThrow(LandOpaque);
  });

  it('made of noise behind a true head ends, and inspects to nothing', async () => {
    const noise = fc.uint8Array({ minLength: 0, maxLength: 20_000 });
    await fc.assert(
      fc.asyncProperty(noise, fc.nat(4096), async (random, kept) => {
        const bytes = new Uint8Array(20_480);
        bytes.set(whole.subarray(0, kept));
        bytes.set(random, kept > 480 ? 480 : kept);
        await read(bytes);
        await rosbag2.inspect(memorySource(bytes), toolsWith());
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('whose first page is gone is read by its leaves, and says that the page is lost', async () => {
    const { losses } = await expectAll(whole.slice().fill(0, 0, PAGE));
    expect(losses[0]).toMatchObject({ offset: 0, reason: 'corrupt-record' });
    expect(losses[0]?.bytes).toBeGreaterThanOrEqual(PAGE);
  });

  it('of no bytes, or of zeros, has nothing in it', async () => {
    for (const bytes of [0, 1, 3, 100, 511, 513, 100_000]) {
      const back = await read(new Uint8Array(bytes));
      expect(back.messages).toEqual([]);
      await rosbag2.inspect(memorySource(new Uint8Array(bytes)), toolsWith());
    }
  });
});

describe('pages that SQLite sets aside', () => {
  it('are the page of the locks at 1 GiB, and a map of parents before each group of pages', () => {
    const header = { pageBytes: 4096, usableBytes: 4096 } as Parameters<typeof isPointerMap>[1];
    expect(lockPage(4096)).toBe(262_145);
    expect([2, 3, 821, 822, 1642].map((page) => isPointerMap(page, header))).toEqual([true, false, false, true, true]);
  });
});
