import { concatCopy, equalBytes } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import zstd from 'zstd-napi/binding.js';
import { seededNumbers } from '../../../../test/support/mutations.ts';
import { collectPieces, type StretchPlace } from '../collect-pieces.fixture.ts';
import { compressionOf } from '../index.ts';

const SEED = 20_261_126;
const MIB = 1024 * 1024;
const read = (file: Uint8Array, limits = {}) => collectPieces(file, 'zstd', limits);

/** A frame as a streaming writer makes it: it does not say its size. */
function frameOf(content: Uint8Array, hasChecksum = true): Uint8Array {
  const context = new zstd.CCtx();
  context.setParameter(zstd.CParameter.checksumFlag, hasChecksum ? 1 : 0);
  const room = new Uint8Array(content.byteLength + 64 * 1024);
  let written = 0;
  for (let at = 0; at < content.byteLength; ) {
    const [, more, used] = context.compressStream2(
      room.subarray(written),
      content.subarray(at, at + 50_000),
      zstd.EndDirective.continue,
    );
    at += used;
    written += more;
  }
  const [, rest] = context.compressStream2(room.subarray(written), new Uint8Array(0), zstd.EndDirective.end);
  return room.slice(0, written + rest);
}

/** Words in random order, some 600 KiB: five blocks. */
const below = seededNumbers(SEED);
const CONTENT = new Uint8Array(
  Buffer.from(Array.from({ length: 100_000 }, () => ['speed', 'wheel', 'torque', 'lane'][below(4)]).join(' ')),
);
const FRAME = frameOf(CONTENT);

describe('zstd', () => {
  it('is read frame by frame and block by block, sizes declared or not', async () => {
    const contents = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(contents, fc.boolean(), async (frames, hasChecksum) => {
        const { bytes, holes } = await read(concatCopy(frames.map((content) => frameOf(content, hasChecksum))));
        expect([equalBytes(bytes, concatCopy(frames)), holes]).toEqual([true, []]);
      }),
      { seed: SEED, numRuns: 60 },
    );
    const { bytes, holes, stretches } = await read(FRAME);
    expect([equalBytes(bytes, CONTENT), holes]).toEqual([true, []]);
    expect(stretches.length).toBeGreaterThan(4);
  });

  it('passes over frames of somebody’s own data', async () => {
    const own = Uint8Array.of(0x5e, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5);
    const { bytes, holes } = await read(concatCopy([own, FRAME, own]));
    expect([equalBytes(bytes, CONTENT), holes]).toEqual([true, []]);
    expect((await read(own.subarray(0, 12))).holes.map(({ reason }) => reason)).toEqual(['truncated']);
    expect([compressionOf(own), compressionOf(FRAME), compressionOf(CONTENT)]).toEqual(['zstd', 'zstd', 'none']);
  });

  it('that was cut off gives every whole block', async () => {
    const { stretches } = await read(FRAME);
    for (const cut of [19, 100, 5000, 20_000, FRAME.byteLength - 5, FRAME.byteLength - 4, FRAME.byteLength - 1]) {
      const { bytes, holes } = await read(FRAME.subarray(0, cut));
      const whole = stretches.filter(([, , fileEnd]) => fileEnd <= cut);
      const wanted = whole.reduce((sum, [size]) => sum + size, 0);
      expect(equalBytes(bytes, CONTENT.subarray(0, wanted)), `cut at ${cut}`).toBe(true);
      expect(holes.map((one) => [one.reason, one.fileEnd])).toEqual([['truncated', cut]]);
      expect(holes[0]?.fileFrom).toBeGreaterThanOrEqual(whole.at(-1)?.[2] ?? 0);
    }
  });

  it('loses what follows a broken block in its frame, and no other frame', async () => {
    const file = concatCopy([FRAME, FRAME, FRAME]);
    const { stretches } = await read(FRAME);
    const [, fileFrom, fileEnd] = stretches[2] as StretchPlace;
    file.fill(0xff, FRAME.byteLength + fileFrom + 3, FRAME.byteLength + fileEnd);
    const { bytes, holes } = await read(file);
    const kept = stretches.slice(0, 2).reduce((sum, [size]) => sum + size, 0);
    expect(equalBytes(bytes, concatCopy([CONTENT, CONTENT.subarray(0, kept), CONTENT]))).toBe(true);
    expect(holes.map((one) => [one.reason, one.fileFrom, one.fileEnd])).toEqual([
      ['corrupt-chunk', FRAME.byteLength + fileFrom, 2 * FRAME.byteLength],
    ]);
  });

  it('finds the next frame where the sizes in a broken one lead nowhere', async () => {
    const file = concatCopy([FRAME, FRAME]);
    const { stretches } = await read(FRAME);
    const [, fileFrom] = stretches[1] as StretchPlace;
    file.fill(0xff, fileFrom, fileFrom + 3);
    const { bytes, holes } = await read(file);
    expect(equalBytes(bytes, concatCopy([CONTENT.subarray(0, stretches[0]?.[0]), CONTENT]))).toBe(true);
    expect(holes.map((one) => [one.fileFrom, one.fileEnd])).toEqual([[fileFrom, FRAME.byteLength]]);
    const junk = new Uint8Array(3 * MIB).fill(0x28);
    const behindJunk = await read(concatCopy([FRAME, junk, FRAME]));
    expect(behindJunk.bytes.byteLength).toBe(2 * CONTENT.byteLength);
    expect(behindJunk.holes.map((one) => one.fileEnd - one.fileFrom)).toEqual([junk.byteLength]);
  });

  it('tells of a frame with another checksum than its content has', async () => {
    const file = FRAME.slice();
    file[file.byteLength - 1] = (file.at(-1) as number) ^ 1;
    const { bytes, holes } = await read(file);
    expect(equalBytes(bytes, CONTENT)).toBe(true);
    expect(holes.map(({ text }) => text)).toEqual([expect.stringContaining('checksum')]);
  });

  it('that blows up is stopped at the ratio that is believable', async () => {
    const bomb = frameOf(new Uint8Array(80 * MIB));
    expect(bomb.byteLength).toBeLessThan(10_000);
    const { bytes, holes } = await read(bomb, { ratioMax: 1000 });
    expect(bytes.byteLength).toBeLessThanOrEqual(64 * MIB);
    expect(holes.map((one) => [one.reason, one.fileEnd])).toEqual([['chunk-bomb', bomb.byteLength]]);
  });

  it('that is nothing but headers is given up soon', async () => {
    const header = FRAME.subarray(0, 6);
    const headers = concatCopy(new Array<Uint8Array>(20_000).fill(concatCopy([header, Uint8Array.of(2, 0, 0)])));
    let made = 0;
    const zstdStream = () => {
      made += 1;
      return {
        push: () => {
          throw new Error('no frame');
        },
      };
    };
    const { holes } = await collectPieces(headers, 'zstd', {}, { zstdStream });
    expect([made < 600, holes.at(-1)?.fileEnd]).toEqual([true, headers.byteLength]);
  });

  it('gives the same from any damaged bytes, or says what is lost', async () => {
    const small = frameOf(CONTENT.subarray(0, 3000));
    await fc.assert(
      fc.asyncProperty(fc.nat(small.byteLength * 8 - 1), async (bit) => {
        const file = concatCopy([small, small]);
        file[bit >> 3] = (file[bit >> 3] as number) ^ (1 << (bit & 7));
        const { bytes, holes } = await read(file);
        const isWhole = equalBytes(bytes, concatCopy([CONTENT.subarray(0, 3000), CONTENT.subarray(0, 3000)]));
        expect(isWhole || holes.length > 0, `bit ${bit}`).toBe(true);
        expect(equalBytes(bytes.subarray(-3000), CONTENT.subarray(0, 3000)), `bit ${bit}`).toBe(true);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
