/**
 * The compressor port over worker threads. What goes to a thread and comes back lies in memory that both see and that is used
 * again for the next job: buffers that are handed over instead would be told to the collector as new each time, and have it
 * look through the whole heap every few dozen. Jobs below 32 KiB are done on the spot, where a round trip would cost more.
 */
import type { Worker } from 'node:worker_threads';
import { PitlaneError } from '@pitlane/base/errors';
import { moduleBeside, startWorker } from '@pitlane/base/spawn';
import type { ChunkCompressor, CompressedChunk } from '@pitlane/ports/compressor';
import { type CompressJob, type CompressResult, compressInto, encodedBytesMax } from './compress-into.ts';
import { type Slot, Slots } from './slots.ts';

const INLINE_BYTES_MAX = 32 * 1024;
/** A compressing thread makes hardly any objects. */
const YOUNG_MIB = 4;
/** A thread with so many jobs before it is busy. */
const BUSY_JOBS = 2;

interface Seat {
  readonly worker: Worker;
  /** Jobs in the worker's queue, in order. */
  readonly jobs: { settle: (done: CompressResult & CompressJob) => void; fail: (error: Error) => void }[];
}

export class ZstdPool implements ChunkCompressor {
  readonly jobsMax: number;
  readonly #workers: number;
  readonly #seats: Seat[] = [];
  readonly #slots = new Slots();
  readonly #smallOut = new Uint8Array(encodedBytesMax(INLINE_BYTES_MAX));

  constructor(workers: number) {
    this.jobsMax = workers * 6;
    this.#workers = workers;
    this.#seats.push(this.#seat());
  }

  async compress(raw: Uint8Array, level: number): Promise<CompressedChunk> {
    if (raw.byteLength <= INLINE_BYTES_MAX) return this.#inline(raw, level);
    const slot = this.#slots.take(raw.byteLength);
    slot.raw.set(raw);
    const job = { raw: slot.raw.subarray(0, raw.byteLength), out: slot.out, level };
    return chunkFrom(await this.#send(job, slot), () => this.#slots.giveBack(slot));
  }

  async close(): Promise<void> {
    await Promise.all(this.#seats.map(({ worker }) => worker.terminate()));
  }

  #inline(raw: Uint8Array, level: number): CompressedChunk {
    const job = { raw, out: this.#smallOut, level };
    const chunk = chunkFrom({ ...compressInto(job), ...job }, () => {});
    // A copy: `slice` of a Buffer would be none.
    return { ...chunk, stored: new Uint8Array(chunk.stored) };
  }

  #send(job: CompressJob, { transferred }: Slot): Promise<CompressResult & CompressJob> {
    const seat = this.#seatFor();
    return new Promise((settle, fail) => {
      seat.jobs.push({ settle, fail });
      seat.worker.postMessage(job, transferred);
    });
  }

  /** The seat with the shortest queue; another thread starts only when all are busy. */
  #seatFor(): Seat {
    const shortest = this.#seats.reduce((a, b) => (b.jobs.length < a.jobs.length ? b : a));
    if (shortest.jobs.length < BUSY_JOBS || this.#seats.length >= this.#workers) return shortest;
    const seat = this.#seat();
    this.#seats.push(seat);
    return seat;
  }

  #seat(): Seat {
    const worker = startWorker(moduleBeside(import.meta.url, './compress.worker'), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    const seat: Seat = { worker, jobs: [] };
    worker.unref();
    worker.on('message', (done: CompressResult & CompressJob) => seat.jobs.shift()?.settle(done));
    worker.on('error', (cause) => {
      const error = new PitlaneError('internal', `a compressing thread died: ${cause.message}`, { cause });
      for (const job of seat.jobs.splice(0)) job.fail(error);
    });
    return seat;
  }
}

const chunkFrom = (
  { compressedBytes, crc32, raw, out }: CompressResult & CompressJob,
  release: () => void,
): CompressedChunk => ({
  compression: compressedBytes > 0 ? 'zstd' : '',
  stored: compressedBytes > 0 ? out.subarray(0, compressedBytes) : raw,
  crc32,
  release,
});
