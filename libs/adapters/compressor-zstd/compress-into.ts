/** One inner chunk: whether it is worth compressing, the compressing, and the CRC of what went in. */
import { crc32 } from '@node-rs/crc32';
import { encodedBytesMax, encodeZstd } from './encode-zstd.ts';

export interface CompressJob {
  readonly raw: Uint8Array;
  /** Room for `encodedBytesMax` of them. */
  readonly out: Uint8Array;
  readonly level: number;
}

export interface CompressResult {
  /** 0 where compressing gains under 3 %: the raw bytes are stored. */
  readonly compressedBytes: number;
  readonly crc32: number;
}

const GAIN_MIN = 0.03;
const SAMPLES = 4;
const SAMPLE_BYTES = 16 * 1024;

export function compressInto({ raw, out, level }: CompressJob): CompressResult {
  const crc = crc32(raw);
  if (!samplesCompress(raw, out)) return { compressedBytes: 0, crc32: crc };
  const compressedBytes = encodeZstd(raw, level, out).byteLength;
  return { compressedBytes: compressedBytes > raw.byteLength * (1 - GAIN_MIN) ? 0 : compressedBytes, crc32: crc };
}

/**
 * Four samples of 16 KiB, spread evenly, tell JPEG and video from the rest at a sixteenth of the work. It looks at the
 * bytes alone, so that equal chunks are always stored alike; anything small is simply compressed.
 */
function samplesCompress(bytes: Uint8Array, scratch: Uint8Array): boolean {
  if (bytes.byteLength < SAMPLES * SAMPLE_BYTES * 4) return true;
  let compressed = 0;
  for (let i = 0; i < SAMPLES; i += 1) {
    const at = Math.floor(((bytes.byteLength - SAMPLE_BYTES) * i) / (SAMPLES - 1));
    compressed += encodeZstd(bytes.subarray(at, at + SAMPLE_BYTES), 1, scratch).byteLength;
  }
  return compressed <= SAMPLES * SAMPLE_BYTES * (1 - GAIN_MIN);
}

export { encodedBytesMax };
