import { isPitlaneError } from '@pitlane/base/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeZstd, zstdStream } from './index.ts';

const SEED = 20_261_126;

/** Decompresses with as much at once as the stream asks for. */
function decoded(file: Uint8Array, outputBytes: number): Buffer {
  const stream = zstdStream();
  const output = new Uint8Array(outputBytes);
  const parts: Buffer[] = [];
  let wantedBytes = 5;
  for (let at = 0; at < file.byteLength; ) {
    const step = stream.push(file.subarray(at, at + wantedBytes), output);
    parts.push(Buffer.from(output.slice(0, step.producedBytes)));
    at += step.consumedBytes;
    wantedBytes = step.wantedBytes || 5;
  }
  return Buffer.concat(parts);
}

describe('a zstd stream', () => {
  it('gives what went in, frame after frame', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(pieces, (given) => {
        const file = Buffer.concat(given.map((piece) => Buffer.from(encodeZstd(piece, 3).slice())));
        expect(decoded(file, 256 * 1024).equals(Buffer.concat(given))).toBe(true);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('says when a frame ends by wanting nothing more', () => {
    const frame = encodeZstd(Buffer.from('one'), 3).slice();
    const step = zstdStream().push(frame, new Uint8Array(10));
    expect(step).toEqual({ consumedBytes: frame.byteLength, producedBytes: 3, wantedBytes: 0 });
  });

  it('refuses what is no frame, and windows of gigabytes, with a coded error', () => {
    for (const hex of ['00112233445566', '28b52ffd00f80100000000']) {
      let error: unknown;
      try {
        zstdStream().push(Buffer.from(hex, 'hex'), new Uint8Array(1000));
      } catch (thrown) {
        error = thrown;
      }
      expect(isPitlaneError(error, 'corrupt-input'), hex).toBe(true);
    }
  });
});
