/**
 * Zstandard encoding with fixed parameters: one thread, content size in the frame header, no checksum (MCAP has its own
 * CRC), no dictionary. The same bytes at the same level give the same frame, whatever was encoded before.
 */
import { assert } from '@pitlane/base/errors';
import zstd from 'zstd-napi/binding.js';

/** Scratch memory larger than this is not kept between calls. */
const SCRATCH_KEPT_BYTES_MAX = 8 * 1024 * 1024;

const contexts = new Map<number, zstd.CCtx>();
let scratch = new Uint8Array(0);

/** The most bytes that `rawBytes` bytes can become. */
export const encodedBytesMax = (rawBytes: number): number => zstd.compressBound(rawBytes);

/**
 * Encodes `raw` as one frame and returns a slice of `into`, which must hold `encodedBytesMax(raw.byteLength)` bytes.
 * Without `into` the slice lies in a shared buffer and is valid until the next call.
 */
export function encodeZstd(raw: Uint8Array, level: number, into?: Uint8Array): Uint8Array {
  const bound = zstd.compressBound(raw.byteLength);
  assert(into === undefined || into.byteLength >= bound, `the output buffer holds ${bound} bytes`);
  const output = into ?? scratchOf(bound);
  return output.subarray(0, contextFor(level).compress2(output, raw));
}

function contextFor(level: number): zstd.CCtx {
  let context = contexts.get(level);
  if (context === undefined) {
    assert(
      Number.isInteger(level) && level >= zstd.minCLevel() && level <= zstd.maxCLevel(),
      `zstd has a level ${level}`,
    );
    context = new zstd.CCtx();
    context.setParameter(zstd.CParameter.compressionLevel, level);
    context.setParameter(zstd.CParameter.contentSizeFlag, 1);
    context.setParameter(zstd.CParameter.checksumFlag, 0);
    contexts.set(level, context);
  }
  return context;
}

function scratchOf(bytes: number): Uint8Array {
  if (bytes > SCRATCH_KEPT_BYTES_MAX) return new Uint8Array(bytes);
  if (scratch.byteLength < bytes)
    scratch = new Uint8Array(Math.max(bytes, Math.min(2 * scratch.byteLength, SCRATCH_KEPT_BYTES_MAX)));
  return scratch;
}
