/**
 * What the chunker's process says of itself so that its honest work is not taken for a hang. While a thread decodes or
 * compresses a large piece nothing of it can speak, so it says beforehand how much CPU the piece may take: by its size,
 * which was checked against a cap, at a tenth of the speed that is measured. It never vouches for a reader that goes
 * round in circles.
 */
import type { Decompressors, ZstdStream } from '@pitlane/formats/recording';
import type { ChunkCompressor } from '@pitlane/ports/compressor';
import type { ImageScaler } from '@pitlane/ports/image-scaler';
import type { OpenSourceFile } from '@pitlane/ports/drive-source';

/** Below so much of it the patience that every silence is given will do. */
const SPOKEN_OF_MS = 100;
const ALIVE_MS = 250;
/** Milliseconds of CPU for a MiB that goes in or comes out, ten times what was measured. */
const MS_PER_MIB = { zstd: 25, lz4: 25, bz2: 500, compress: 100, walk: 40 } as const;
/** CPU for a picture as large as one may be. */
const SCALE_MS = 6000;
const MIB = 1024 * 1024;
/** A reader that reads a file more often than this goes round in circles, the first few MiB aside. */
const READINGS_MAX = 8;
const READ_FREELY_BYTES = 256 * MIB;
/** A smaller reading counts as so much: it takes its time too. */
const READING_BYTES = 16 * 1024;

export type TellAlive = (honestMs: number) => void;

/** The source, telling now and then that it gave bytes, which are walked next: a slow disk is not a hanging decoder. */
export function vouchedSource(
  source: OpenSourceFile,
  tell: TellAlive,
  nowMs: () => number = () => performance.now(),
): OpenSourceFile {
  const tellOf = nowAndThen(tell, nowMs);
  let trustedBytes = READ_FREELY_BYTES + READINGS_MAX * source.sizeBytes;
  return {
    ...source,
    async read(offset, into) {
      const got = await source.read(offset, into);
      trustedBytes -= Math.max(got, READING_BYTES);
      if (trustedBytes > 0) tellOf(honestMs('walk', got));
      return got;
    },
  };
}

export function vouchedDecompressors(
  { zstd, lz4, bz2, bz2UpTo, zstdStream }: Decompressors,
  tell: TellAlive,
  nowMs: () => number = () => performance.now(),
): Decompressors {
  const tellOf = nowAndThen(tell, nowMs);
  const vouched = <T>(codec: 'zstd' | 'lz4' | 'bz2', decompress: (input: Uint8Array, sizeBytes: number) => T) => {
    return (input: Uint8Array, sizeBytes: number): T => {
      const decodeMs = honestMs(codec, input.byteLength + sizeBytes);
      if (decodeMs > SPOKEN_OF_MS) tell(decodeMs);
      const output = decompress(input, sizeBytes);
      // What came out is walked and hashed next, in one go where it is one message.
      if (decodeMs > SPOKEN_OF_MS) tell(honestMs('walk', sizeBytes));
      return output;
    };
  };
  return {
    zstd: vouched('zstd', zstd),
    lz4: vouched('lz4', lz4),
    bz2: vouched('bz2', bz2),
    bz2UpTo: vouched('bz2', bz2UpTo),
    zstdStream: () => vouchedStream(zstdStream(), tellOf),
  };
}

/** Its steps are small and checked against caps, and a small file may hold many. */
function vouchedStream(stream: ZstdStream, tellOf: TellAlive): ZstdStream {
  return {
    push(input, output) {
      const step = stream.push(input, output);
      tellOf(honestMs('zstd', step.consumedBytes + step.producedBytes) + honestMs('walk', step.producedBytes));
      return step;
    },
  };
}

/** What is compressed was read: a log of many small messages is walked for long between two readings. */
export function vouchedCompressor(
  compressor: ChunkCompressor,
  tell: TellAlive,
  nowMs: () => number = () => performance.now(),
): ChunkCompressor {
  const tellOf = nowAndThen(tell, nowMs);
  return {
    jobsMax: compressor.jobsMax,
    compress(raw, level) {
      tellOf(honestMs('compress', raw.byteLength));
      return compressor.compress(raw, level);
    },
    close: () => compressor.close(),
  };
}

/** Decoding a picture takes its time, which its declared size bounds; a scaler gives up long before. */
export const vouchedScaler = (scaler: ImageScaler, tell: TellAlive): ImageScaler => ({
  async scale(picture, edgePixelsMax) {
    tell(SCALE_MS);
    const small = await scaler.scale(picture, edgePixelsMax);
    tell(0);
    return small;
  },
});

/** Tells of a large piece each time, of small ones so often that it is known to be alive. */
function nowAndThen(tell: TellAlive, nowMs: () => number): TellAlive {
  let toldMs = nowMs();
  return (pieceMs) => {
    if (pieceMs <= SPOKEN_OF_MS && nowMs() - toldMs <= ALIVE_MS) return;
    toldMs = nowMs();
    tell(pieceMs);
  };
}

const honestMs = (work: keyof typeof MS_PER_MIB, bytes: number): number => Math.ceil((bytes / MIB) * MS_PER_MIB[work]);
