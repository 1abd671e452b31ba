/** Decompressors made by others, for tests: the formats take theirs as arguments. */
import type { Decompressors } from '@pitlane/formats/recording';
import { loadDecompressHandlers } from '@mcap/support';

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
  };
}
