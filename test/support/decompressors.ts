/** Decompressors made by others, for tests: the formats take theirs as arguments. */
import type { Decompressors } from '@pitlane/formats/recording';
import { loadDecompressHandlers } from '@mcap/support';
import zstd from 'zstd-napi/binding.js';

/** What bzip2 answers where its output is full. */
const BZ_OUTBUFF_FULL = ' -8 ';

export async function testDecompressors(): Promise<Decompressors> {
  const handlers = await loadDecompressHandlers();
  const exactly = (name: string, output: Uint8Array, sizeBytes: number): Uint8Array => {
    if (output.byteLength !== sizeBytes)
      throw new Error(`${name} gave ${output.byteLength} bytes instead of ${sizeBytes}`);
    return output;
  };
  return {
    zstd: (input, sizeBytes) =>
      exactly('zstd', handlers['zstd']?.(input, BigInt(sizeBytes)) ?? new Uint8Array(0), sizeBytes),
    lz4: (input, sizeBytes) =>
      exactly('lz4', handlers['lz4']?.(input, BigInt(sizeBytes)) ?? new Uint8Array(0), sizeBytes),
    bz2: (input, sizeBytes) =>
      exactly('bz2', handlers['bz2']?.(input, BigInt(sizeBytes)) ?? new Uint8Array(0), sizeBytes),
    bz2UpTo(input, sizeBytesMax) {
      try {
        return handlers['bz2']?.(input, BigInt(sizeBytesMax)) ?? new Uint8Array(0);
      } catch (error) {
        if (String(error).includes(BZ_OUTBUFF_FULL)) return 'more';
        throw error;
      }
    },
    zstdStream: () => {
      const context = new zstd.DCtx();
      return {
        push(input, output) {
          const [wantedBytes, producedBytes, consumedBytes] = context.decompressStream(output, input);
          return { wantedBytes, producedBytes, consumedBytes };
        },
      };
    },
  };
}
