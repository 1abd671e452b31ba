import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { requireData } from '../../../test/support/requires.ts';
import { collectBag, lineOf, type ReadBack } from './collect-bag.fixture.ts';
import { type FixtureMessage, writeBag } from './write-bag.fixture.ts';

const SEED = 20_261_122;
const data = requireData();
const topics = ['/a', '/b'].map((name) => ({ name, type: 'pkg/msg/Type' }));
const messagesOf = (count: number): FixtureMessage[] =>
  Array.from({ length: count }, (_, at) => ({
    topic: at % 2,
    timeNs: 1_700_000_000_000_000_000n + BigInt(at),
    data: new Uint8Array(at % 40 === 7 ? 3000 : at % 50).map((_byte, index) => (at + index) & 0xff),
  }));

/** A flipped bit in a topic renames all its messages, so they are compared without. */
const bare = (back: ReadBack): string[] => back.messages.map((one) => lineOf({ ...one, topic: '' }));
const read = (bytes: Uint8Array): Promise<ReadBack> => collectBag(memorySource(bytes));

function missingFrom(lines: readonly string[], wanted: readonly string[]): string[] {
  const left = new Set(lines);
  return wanted.filter((line) => !left.has(line));
}

function withFlipped(bytes: Uint8Array, bits: readonly number[]): Uint8Array {
  const damaged = bytes.slice();
  for (const bit of bits) damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return damaged;
}

const PAGE = 512;
const small = writeBag({ topics, messages: messagesOf(1500), pageBytes: PAGE });
/** The pages of the tables of topics; a flipped bit there can lose a whole topic. */
const TOPIC_PAGE = [...Array(small.byteLength / PAGE).keys()].find((page) =>
  Buffer.from(small.subarray(page * PAGE, (page + 1) * PAGE)).includes('/apkg/msg/Typecdr'),
);

describe('a bag with flipped bits', () => {
  it('keeps every message of the other pages, says what is lost, and repeats none', async () => {
    const full = await read(small);
    const original = bare(full);
    expect(new Set(original).size).toBe(1500);
    const rowsOn = new Map<number, number>();
    for (const { sourceOffset } of full.messages) rowsOn.set(sourceOffset, (rowsOn.get(sourceOffset) ?? 0) + 1);
    const anywhere = fc.sample(fc.integer({ min: 0, max: small.byteLength * 8 - 1 }), { seed: SEED, numRuns: 500 });
    const inFront = Array.from({ length: 800 }, (_, at) => at);
    const inHeaders = fc
      .sample(fc.tuple(fc.nat(small.byteLength / PAGE - 1), fc.nat(40 * 8)), { seed: SEED, numRuns: 700 })
      .map(([page, bit]) => page * PAGE * 8 + bit);
    for (const bit of [...inFront, ...anywhere, ...inHeaders]) {
      const back = await read(withFlipped(small, [bit]));
      const lines = bare(back);
      expect(new Set(lines).size, `bit ${bit}`).toBe(lines.length);
      const page = Math.floor(bit / 8 / PAGE);
      const missing = missingFrom(lines, original);
      if (page !== TOPIC_PAGE) {
        expect(missing.length, `bit ${bit} of page ${page + 1}`).toBeLessThanOrEqual(rowsOn.get(page * PAGE) ?? 1);
      }
      if (lines.length < original.length) expect(back.losses.length, `bit ${bit}`).toBeGreaterThan(0);
      expect(missingFrom(original, lines).length, `bit ${bit}`).toBeLessThanOrEqual(1);
    }
  });

  it('never throws and never repeats a message, however many bits there are', async () => {
    const flips = fc.array(fc.integer({ min: 0, max: small.byteLength * 8 - 1 }), { minLength: 2, maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(flips, async (bits) => {
        const lines = bare(await read(withFlipped(small, bits)));
        expect(new Set(lines).size).toBe(lines.length);
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  it.skipIf(data === undefined)('keeps nearly all of a real one', async () => {
    const whole = new Uint8Array(readFileSync(path.join(data ?? '', 'rosbag2/test_bag/test_bag_0.db3')));
    const original = bare(await read(whole));
    const bits = fc.sample(fc.integer({ min: 0, max: whole.byteLength * 8 - 1 }), { seed: SEED, numRuns: 100 });
    for (const bit of bits) {
      const back = await read(withFlipped(whole, [bit]));
      expect(missingFrom(bare(back), original).length, `bit ${bit}`).toBeLessThanOrEqual(30);
      expect(back.losses.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(3 * 4096);
    }
  });
});

describe('a bag that was cut off', () => {
  /** Every page that was not read is told of, up to the end. */
  async function expectCut(whole: Uint8Array, pageBytes: number, cut: number, original: readonly string[]) {
    const back = await read(whole.subarray(0, cut));
    const lines = bare(back);
    expect(missingFrom(original, lines), `cut at ${cut}`).toEqual([]);
    expect(new Set(lines).size).toBe(lines.length);
    if (cut === whole.byteLength) return back;
    expect(
      back.losses.some(({ reason, offset, bytes }) => reason === 'truncated' && offset + bytes === cut),
      `cut at ${cut}`,
    ).toBe(true);
    if (cut % pageBytes !== 0) expect(back.losses.some(({ bytes }) => bytes === cut % pageBytes)).toBe(true);
    return back;
  }

  it('gives every message whose pages are there, at any place', async () => {
    const full = await read(small);
    const original = bare(full);
    const cuts = fc.sample(fc.integer({ min: 1, max: small.byteLength - 1 }), { seed: SEED, numRuns: 150 });
    for (const cut of cuts) {
      const back = await expectCut(small, PAGE, cut, original);
      const isThere = full.messages.filter((one) => one.data.byteLength < 60 && one.sourceOffset + PAGE <= cut);
      const lines = bare(back);
      expect(missingFrom(lines, bare({ ...full, messages: isThere })), `cut at ${cut}`).toEqual([]);
    }
  });

  it.skipIf(data === undefined)('gives its share of a real one', async () => {
    const whole = new Uint8Array(readFileSync(path.join(data ?? '', 'rosbag2/scan_today_bag/scan_today_bag_0.db3')));
    const original = bare(await read(whole));
    const cuts = fc.sample(fc.integer({ min: 30_000, max: whole.byteLength - 1 }), { seed: SEED, numRuns: 100 });
    for (const cut of cuts) {
      const { messages } = await expectCut(whole, 4096, cut, original);
      expect(messages.length).toBeGreaterThan((492 * (cut - 30_000)) / whole.byteLength - 4);
    }
  });
});

describe('a bag with whole pages gone', () => {
  const original = async (): Promise<string[]> => bare(await read(small));

  it.each([0, 0xff, 0x0d])('filled with %i keeps the messages of all other pages', async (filling) => {
    const full = await read(small);
    const lines = await original();
    const rowsOn = new Map<number, number>();
    for (const { sourceOffset } of full.messages) rowsOn.set(sourceOffset, (rowsOn.get(sourceOffset) ?? 0) + 1);
    for (let page = 0; page < small.byteLength / PAGE; page += page < 20 ? 1 : 3) {
      if (page === TOPIC_PAGE) continue;
      const damaged = small.slice().fill(filling, page * PAGE, (page + 1) * PAGE);
      const back = await read(damaged);
      const missing = missingFrom(bare(back), lines);
      expect(missing.length, `page ${page + 1}`).toBeLessThanOrEqual(rowsOn.get(page * PAGE) ?? 1);
      // The last page of a message has no mark of its own: without it the message is another, as in SQLite.
      if (back.messages.length < lines.length) expect(back.losses.length, `page ${page + 1}`).toBeGreaterThan(0);
      expect(new Set(bare(back)).size).toBe(back.messages.length);
    }
  });
});
