import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeZstd, encodedBytesMax, encodeZstd, versions } from './index.ts';

const SEED = 20_261_122;

/** Bytes with some structure: short random pieces, each repeated. */
const raws = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 60 })), { maxLength: 12 })
  .map(
    (pieces) =>
      new Uint8Array(pieces.flatMap(([bytes, times]) => Array.from({ length: times }, () => [...bytes]).flat())),
  );

describe('encodeZstd', () => {
  it('gives back what went in, at every level in use', () => {
    fc.assert(
      fc.property(raws, fc.constantFrom(-5, 1, 3, 6, 9, 12), (raw, level) => {
        const frame = encodeZstd(raw, level);
        expect(frame.byteLength).toBeLessThanOrEqual(encodedBytesMax(raw.byteLength));
        expect(decodeZstd(frame, raw.byteLength)).toEqual(raw);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('gives the same frame whatever was encoded before', () => {
    fc.assert(
      fc.property(raws, raws, fc.constantFrom(1, 3, 6, 12), (raw, other, level) => {
        const first = encodeZstd(raw, level).slice();
        encodeZstd(other, level);
        expect(encodeZstd(raw, level)).toEqual(first);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('writes the content size and no checksum into the frame header', () => {
    const descriptor = encodeZstd(new Uint8Array(300), 3)[4] ?? 0;
    expect(descriptor >> 6 !== 0 || (descriptor & 0x20) !== 0).toBe(true);
    expect(descriptor & 0x04).toBe(0);
  });

  it('writes into the caller’s buffer when it gets one, and asserts that it is large enough', () => {
    const raw = new Uint8Array(1000).fill(7);
    const into = new Uint8Array(encodedBytesMax(1000));
    expect(encodeZstd(raw, 3, into).buffer).toBe(into.buffer);
    expect(() => encodeZstd(raw, 3, new Uint8Array(10))).toThrow('output buffer');
    expect(() => encodeZstd(raw, 99)).toThrow('level 99');
  });

  it('reuses its scratch for small inputs and lets go of it for large ones', () => {
    const small = encodeZstd(new Uint8Array(1000), 3).buffer;
    expect(encodeZstd(new Uint8Array(1000), 3).buffer).toBe(small);
    encodeZstd(new Uint8Array(20 * 1024 * 1024), 1);
    expect(encodeZstd(new Uint8Array(1000), 3).buffer).toBe(small);
  });

  it('names the library’s version', () => {
    expect(versions.zstd).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
