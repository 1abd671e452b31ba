import { equalBytes } from '@pitlane/base/bytes';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Decompressors, encodeZstd, loadDecompressors } from './index.ts';
import { checkedFrame, emptyFrame, linkedFrame, lz4FrameContent } from './lz4-frames.fixture.ts';

const SEED = 20_261_122;
const HELLO_BZ2 = new Uint8Array(
  Buffer.from('QlpoOTFBWSZTWX78x88AAAMZgEACEAAyRoiQIAAiCMmmxCAaAMxKhYKglaLuSKcKEg/fmPng', 'base64'),
);
const HELLO = new TextEncoder().encode('hello wasm-bz2');

type Codec = 'zstd' | 'lz4' | 'bz2';

let decompressors: Decompressors;
beforeAll(async () => {
  decompressors = await loadDecompressors();
});

/** One sound frame per codec, with its content. */
const samples = (): { codec: Codec; frame: Uint8Array; content: Uint8Array }[] => [
  { codec: 'zstd', frame: encodeZstd(lz4FrameContent(), 3).slice(), content: lz4FrameContent() },
  { codec: 'lz4', frame: linkedFrame(), content: lz4FrameContent() },
  { codec: 'lz4', frame: checkedFrame(), content: lz4FrameContent() },
  { codec: 'bz2', frame: HELLO_BZ2, content: HELLO },
];

/** Compared as a whole: a matcher that walks the elements takes most of the time of thousands of such comparisons. */
const expectDecodes = (codec: Codec, frame: Uint8Array, content: Uint8Array): void =>
  expect(equalBytes(decompressors[codec](frame, content.byteLength), content), `the sound ${codec} frame`).toBe(true);

/** Decodes, and lets through only what the contract allows: the declared size, or a `corrupt-input`. */
function outcome(codec: Codec, frame: Uint8Array, sizeBytes: number): Uint8Array | PitlaneError {
  try {
    const output = decompressors[codec](frame, sizeBytes);
    expect(output.byteLength).toBe(sizeBytes);
    return output;
  } catch (error) {
    if (!isPitlaneError(error, 'corrupt-input')) throw error;
    return error;
  }
}

describe('the decompressors', () => {
  it('decode what other libraries encoded', () => {
    for (const { codec, frame, content } of samples()) {
      expectDecodes(codec, frame, content);
    }
    expect(decompressors.lz4(emptyFrame(), 0).byteLength).toBe(0);
  });

  it('refuse a size that is one byte off in either direction, and sizes that are none', () => {
    for (const { codec, frame, content } of samples()) {
      for (const sizeBytes of [
        0,
        content.byteLength - 1,
        content.byteLength + 1,
        -1,
        0.5,
        Number.NaN,
        2 ** 32,
        2 ** 53,
      ]) {
        expect(outcome(codec, frame, sizeBytes), `${codec} as ${sizeBytes}`).toBeInstanceOf(PitlaneError);
      }
    }
  });

  it('refuse every truncation, and decode the sound frame right after each', () => {
    for (const { codec, frame, content } of samples()) {
      for (let end = 0; end < frame.byteLength; end += codec === 'bz2' ? 1 : 37) {
        expect(outcome(codec, frame.subarray(0, end), content.byteLength)).toBeInstanceOf(PitlaneError);
        expectDecodes(codec, frame, content);
      }
    }
  });

  it('survive flipped bits: the declared size or a coded error, and no memory of it afterwards', () => {
    for (const { codec, frame, content } of samples()) {
      fc.assert(
        fc.property(fc.array(fc.nat(frame.byteLength * 8 - 1), { minLength: 1, maxLength: 6 }), (flips) => {
          const damaged = frame.slice();
          for (const flip of flips) damaged[flip >> 3] = (damaged[flip >> 3] ?? 0) ^ (1 << (flip & 7));
          outcome(codec, damaged, content.byteLength);
          expectDecodes(codec, frame, content);
        }),
        { seed: SEED, numRuns: 200 },
      );
    }
  });

  it('survive bytes that were never a frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(10_000), (bytes, sizeBytes) => {
        for (const codec of ['zstd', 'lz4', 'bz2'] as const) outcome(codec, bytes, sizeBytes);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('refuse a zstd bomb without growing to it', () => {
    const bomb = encodeZstd(new Uint8Array(64 * 1024 * 1024), 3).slice();
    expect(bomb.byteLength).toBeLessThan(16 * 1024);
    expect(outcome('zstd', bomb, 1000)).toBeInstanceOf(PitlaneError);
  });

  it('hand out memory of their own', () => {
    for (const { codec, frame, content } of samples()) {
      const first = decompressors[codec](frame, content.byteLength);
      decompressors[codec](frame, content.byteLength).fill(0);
      expect(first).toEqual(content);
    }
  });

  it('leave no listener on the process', () => {
    const before = process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
    for (let round = 0; round < 5; round += 1) outcome('bz2', HELLO, 5);
    expect(process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection')).toBe(before);
  });

  it('give what a bzip2 block holds up to a bound, and say where there is more', () => {
    expect(equalBytes(decompressors.bz2UpTo(HELLO_BZ2, 1000) as Uint8Array, HELLO)).toBe(true);
    expect(equalBytes(decompressors.bz2UpTo(HELLO_BZ2, HELLO.byteLength) as Uint8Array, HELLO)).toBe(true);
    expect(decompressors.bz2UpTo(HELLO_BZ2, HELLO.byteLength - 1)).toBe('more');
    const broken = HELLO_BZ2.map((byte, at) => (at === 30 ? byte ^ 1 : byte));
    for (const input of [HELLO_BZ2.subarray(0, -4), broken, new Uint8Array(50)]) {
      expect(() => decompressors.bz2UpTo(input, 1000)).toThrow(PitlaneError);
    }
    expect(equalBytes(decompressors.bz2UpTo(HELLO_BZ2, 1000) as Uint8Array, HELLO)).toBe(true);
  });

  it('decode zstd step by step, a byte in or a byte out, and refuse what is broken', () => {
    const content = lz4FrameContent();
    const frame = encodeZstd(content, 3).slice();
    for (const [inBytes, outBytes] of [
      [1, content.byteLength],
      [frame.byteLength, 1],
      [7, 100],
    ] as const) {
      const stream = decompressors.zstdStream();
      const out = new Uint8Array(content.byteLength);
      let [taken, written, wantedBytes] = [0, 0, 1];
      while (wantedBytes > 0) {
        const step = stream.push(frame.subarray(taken, taken + inBytes), out.subarray(written, written + outBytes));
        taken += step.consumedBytes;
        written += step.producedBytes;
        ({ wantedBytes } = step);
      }
      expect([taken, equalBytes(out, content)]).toEqual([frame.byteLength, true]);
    }
    expect(() => decompressors.zstdStream().push(new Uint8Array(50).fill(7), new Uint8Array(50))).toThrow(PitlaneError);
  });
});
