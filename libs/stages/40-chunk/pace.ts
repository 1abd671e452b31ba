/**
 * Holds the reader back while the compressor is behind: so many inner chunks are under way at most, whatever the size
 * of the recording. The reader asks between messages, which costs nothing while there is room.
 */
import type { ChunkCompressor, CompressedChunk } from '@pitlane/ports/compressor';

/** Bytes before compression that may be under way, besides the jobs that keep the workers busy. */
const BYTES_UNDER_WAY_MAX = 48 * 1024 * 1024;

export class Pace {
  readonly compressor: ChunkCompressor;
  #jobs = 0;
  #bytes = 0;
  #waiting: (() => void) | undefined;

  constructor(compressor: ChunkCompressor) {
    this.compressor = compressor;
  }

  get mustWait(): boolean {
    return this.#jobs > 0 && (this.#jobs >= this.compressor.jobsMax || this.#bytes > BYTES_UNDER_WAY_MAX);
  }

  /** Resolves when a job has been written out since; only the one reader waits here. */
  room(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  async compress(raw: Uint8Array, level: number): Promise<CompressedChunk> {
    const rawBytes = raw.byteLength;
    this.#jobs += 1;
    this.#bytes += rawBytes;
    try {
      const done = await this.compressor.compress(raw, level);
      return {
        ...done,
        release: () => {
          done.release();
          this.#leave(rawBytes);
        },
      };
    } catch (error) {
      this.#leave(rawBytes);
      throw error;
    }
  }

  #leave(rawBytes: number): void {
    this.#jobs -= 1;
    this.#bytes -= rawBytes;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }
}
