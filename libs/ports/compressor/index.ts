/**
 * The compressor: turns the raw bytes of one inner chunk into what is stored, off the event loop. Chunking feeds it.
 * What it gives depends on the bytes and the level alone: never on time, load or the order of calls.
 */

export interface CompressedChunk {
  /** "" where compressing gains under 3 %: then `stored` is the raw bytes. */
  readonly compression: '' | 'zstd';
  /** Valid until `release` is called. */
  readonly stored: Uint8Array;
  /** CRC-32 (IEEE) of the raw bytes. */
  readonly crc32: number;
  /** Gives the buffers back for the next job. */
  release(): void;
}

export interface ChunkCompressor {
  /**
   * Copies the bytes before it returns: they are the caller's again at once. Jobs queue without bound here: the caller holds
   * back by `jobsMax`.
   */
  compress(raw: Uint8Array, level: number): Promise<CompressedChunk>;
  /** So many jobs under way keep all workers busy; more only fill memory. */
  readonly jobsMax: number;
  close(): Promise<void>;
}
