import { execFileSync } from 'node:child_process';
import { concatCopy, equalBytes } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededNumbers } from '../../../../test/support/mutations.ts';
import { collectPieces } from '../collect-pieces.fixture.ts';
import { compressionOf } from '../index.ts';
import { writeBz2 } from './write-bz2.fixture.ts';

const SEED = 20_261_126;
const read = (file: Uint8Array, limits = {}) => collectPieces(file, 'bz2', limits);
const textOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const CONTENTS = Array.from({ length: 9 }, (_, i) => textOf(`block ${i} ${'and so on '.repeat(i * 3)}`));
const WHOLE = writeBz2(CONTENTS);

/** Where each block begins and ends in the file. */
const stretchesOf = async (file: Uint8Array) => (await read(file)).stretches;

describe('bzip2', () => {
  it('is read block by block, wherever its blocks begin', async () => {
    const contents = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(contents, async (blocks) => {
        const { bytes, holes, stretches } = await read(writeBz2(blocks));
        expect(equalBytes(bytes, concatCopy(blocks))).toBe(true);
        expect([holes, stretches.length]).toEqual([[], blocks.length]);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('is read with runs of equal bytes, which it stores as counts', async () => {
    const runs = [1, 3, 4, 5, 254, 255, 256, 1000].map((length, i) => new Uint8Array(length).fill(i));
    expect(equalBytes((await read(writeBz2([concatCopy(runs)]))).bytes, concatCopy(runs))).toBe(true);
  });

  it('is read on where streams were appended to one another', async () => {
    const { bytes, holes } = await read(concatCopy([WHOLE, writeBz2([]), writeBz2([textOf('more')])]));
    expect(Buffer.from(bytes).toString()).toBe(`${Buffer.from(concatCopy(CONTENTS)).toString()}more`);
    expect(holes).toEqual([]);
  });

  it('says of what is cut off where it begins, and gives the blocks before, at every byte', async () => {
    const whole = await stretchesOf(WHOLE);
    for (let cut = 14; cut < WHOLE.byteLength; cut += 1) {
      const { bytes, holes } = await read(WHOLE.subarray(0, cut));
      // A block is known to be whole when the mark behind it is there.
      const given = whole.filter(([, , fileEnd]) => fileEnd + 6 <= cut);
      expect(bytes.byteLength, `cut at ${cut}`).toBeLessThanOrEqual(given.reduce((sum, [size]) => sum + size, 0));
      expect(bytes.byteLength, `cut at ${cut}`).toBeGreaterThanOrEqual(
        given.slice(0, -1).reduce((sum, [size]) => sum + size, 0),
      );
      if (cut < WHOLE.byteLength - 11) expect(holes.at(-1)?.reason, `cut at ${cut}`).toBe('truncated');
    }
  });

  it('loses the block alone that is broken', async () => {
    const whole = await stretchesOf(WHOLE);
    for (const [i, [, fileFrom, fileEnd]] of whole.entries()) {
      const broken = WHOLE.slice();
      const at = fileEnd - 4;
      broken[at] = (broken[at] as number) ^ 0x18;
      const { bytes, holes } = await read(broken);
      expect(equalBytes(bytes, concatCopy(CONTENTS.filter((_, j) => j !== i))), `block ${i}`).toBe(true);
      expect(holes.map((one) => [one.reason, one.fileFrom, one.fileEnd])).toEqual([
        ['corrupt-chunk', fileFrom, fileEnd],
      ]);
    }
  });

  it('says what makes no sense between its streams and behind them', async () => {
    const junk = textOf('what is this');
    const { bytes, holes } = await read(concatCopy([WHOLE, junk, WHOLE, junk]));
    expect(bytes.byteLength).toBe(2 * concatCopy(CONTENTS).byteLength);
    expect(holes.map(({ fileFrom, fileEnd }) => [fileFrom, fileEnd - fileFrom])).toEqual([
      [WHOLE.byteLength, junk.byteLength],
      [2 * WHOLE.byteLength + junk.byteLength, junk.byteLength],
    ]);
  });

  it('gives a block up that would give more than the limit, and one that is too long to be one', async () => {
    const bomb = writeBz2([new Uint8Array(300_000), textOf('after it')]);
    const { bytes, holes } = await read(bomb, { sourceChunkBytesMax: 100_000 });
    expect([Buffer.from(bytes).toString(), holes.length]).toEqual(['after it', 1]);
    const long = concatCopy([WHOLE.subarray(0, 40), new Uint8Array(5_000_000).fill(0x55), WHOLE.subarray(4)]);
    const back = await read(long);
    expect(equalBytes(back.bytes, concatCopy(CONTENTS))).toBe(true);
    expect(back.holes.map(({ fileEnd }) => fileEnd).at(-1)).toBe(5_000_040);
  });

  it('that is nothing but marks is given up soon', async () => {
    const mark = Uint8Array.of(0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ...new Uint8Array(24).fill(0xaa));
    const marks = concatCopy(new Array<Uint8Array>(20_000).fill(mark));
    let tried = 0;
    const bz2UpTo = (): never => {
      tried += 1;
      throw new Error('no block');
    };
    const { holes } = await collectPieces(concatCopy([textOf('BZh9'), marks]), 'bz2', {}, { bz2UpTo });
    expect([tried <= 600, holes.length, holes.at(-1)?.fileEnd]).toEqual([true, 257, 4 + marks.byteLength]);
  });

  it('is known by its first block', () => {
    expect(compressionOf(WHOLE)).toBe('bz2');
    expect(compressionOf(textOf('BZh9 is no block'))).toBe('none');
    expect(compressionOf(WHOLE.subarray(0, 9))).toBe('none');
  });

  it.skipIf(!hasBzip2())('of the tool itself is read, over several blocks', async () => {
    const below = seededNumbers(SEED);
    const content = Uint8Array.from({ length: 450_000 }, () => 97 + below(26));
    const file = new Uint8Array(execFileSync('bzip2', ['-1', '-c'], { input: content }));
    const { bytes, holes, stretches } = await read(file);
    expect([equalBytes(bytes, content), holes, stretches.length]).toEqual([true, [], 5]);
  });
});

function hasBzip2(): boolean {
  try {
    execFileSync('bzip2', ['--help'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
