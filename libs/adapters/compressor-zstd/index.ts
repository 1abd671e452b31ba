/**
 * Decodes what recordings are compressed with (zstd, LZ4 frames, bzip2) and encodes zstd for the chunks. It stands behind
 * the formats, which take the decoders as arguments, and behind the encoding workers; all of it is synchronous CPU work.
 * It never allocates beyond the size it is told, never returns another size, and never reads or writes a file.
 */
import zstd from 'zstd-napi/binding.js';

export { type Decompress, type Decompressors, decodeZstd, loadDecompressors } from './decode.ts';
export { encodedBytesMax, encodeZstd } from './encode-zstd.ts';
export { ZstdPool } from './pool.ts';
export { zstdStream, type ZstdStream } from './zstd-stream.ts';

/** The libraries behind it, as an object's metadata records them. */
export const versions: { readonly zstd: string } = { zstd: zstd.versionString() };
