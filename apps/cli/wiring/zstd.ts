/** How replays decompress, and compress what they write. */
export { loadDecompressors, ZstdPool } from '@pitlane/compressor-zstd';
