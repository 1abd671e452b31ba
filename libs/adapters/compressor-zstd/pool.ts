/**
 * The compressor port over worker threads. Buffers travel to a worker and back with their job and are used again, so a
 * long run allocates nothing; jobs below 32 KiB are done on the spot, where a thread's round trip would cost more.
 */
import type { Worker } from 'node:worker_threads';
import { PitlaneError } from '@pitlane/base/errors';
import { moduleBeside, startWorker } from '@pitlane/base/spawn';
import type { ChunkCompressor, CompressedChunk } from '@pitlane/ports/compressor';
import { type CompressResult, compressInto, encodedBytesMax } from './compress-into.ts';

const INLINE_BYTES_MAX = 32 * 1024;
/** Buffers come in steps, so that a used one fits the next job. */
const STEP_BYTES = 256 * 1024;
const SMALL_BYTES = 64 * 1024;
/** A compressing thread makes hardly any objects. */
const YOUNG_MIB = 4;
/** A thread with so many jobs before it is busy. */
const BUSY_JOBS = 2;
/** What lies idle for the next job. */
const IDLE_BYTES_MAX = 48 * 1024 * 1024;

class BufferShelf {
  readonly #idle: ArrayBuffer[] = [];
  #bytes = 0;

  take(bytes: number): ArrayBuffer {
    const fit = this.#idle.findLastIndex(
      (buffer) => buffer.byteLength >= bytes && buffer.byteLength <= bytes * 4 + STEP_BYTES,
    );
    if (fit < 0)
      return new ArrayBuffer(bytes <= SMALL_BYTES ? SMALL_BYTES : Math.ceil(bytes / STEP_BYTES) * STEP_BYTES);
    const [buffer] = this.#idle.splice(fit, 1) as [ArrayBuffer];
    this.#bytes -= buffer.byteLength;
    return buffer;
  }

  put(buffer: ArrayBuffer): void {
    if (this.#bytes + buffer.byteLength > IDLE_BYTES_MAX) return;
    this.#idle.push(buffer);
    this.#bytes += buffer.byteLength;
  }
}

interface Seat {
  readonly worker: Worker;
  /** Jobs in the worker's queue, in order. */
  readonly jobs: {
    settle: (result: CompressResult & { raw: ArrayBuffer; out: ArrayBuffer }) => void;
    fail: (error: Error) => void;
  }[];
}

export class ZstdPool implements ChunkCompressor {
  readonly jobsMax: number;
  readonly #workers: number;
  readonly #seats: Seat[] = [];
  readonly #shelf = new BufferShelf();

  constructor(workers: number) {
    this.jobsMax = workers * 6;
    this.#workers = workers;
    this.#seats.push(this.#seat());
  }

  buffer(bytes: number): ArrayBuffer {
    return this.#shelf.take(bytes);
  }

  async compress(raw: ArrayBuffer, rawBytes: number, level: number): Promise<CompressedChunk> {
    const out = this.#shelf.take(encodedBytesMax(rawBytes));
    const job = { raw, rawBytes, out, level };
    const done = rawBytes <= INLINE_BYTES_MAX ? { ...compressInto(job), raw, out } : await this.#send(job);
    const compressed = done.compressedBytes > 0;
    return {
      compression: compressed ? 'zstd' : '',
      stored: compressed ? new Uint8Array(done.out, 0, done.compressedBytes) : new Uint8Array(done.raw, 0, rawBytes),
      crc32: done.crc32,
      release: () => {
        this.#shelf.put(done.raw);
        this.#shelf.put(done.out);
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#seats.map(({ worker }) => worker.terminate()));
  }

  #send(job: { raw: ArrayBuffer; rawBytes: number; out: ArrayBuffer; level: number }) {
    const seat = this.#seatFor();
    return new Promise<CompressResult & { raw: ArrayBuffer; out: ArrayBuffer }>((settle, fail) => {
      seat.jobs.push({ settle, fail });
      seat.worker.postMessage(job, [job.raw, job.out]);
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
    worker.on('message', (result: CompressResult & { raw: ArrayBuffer; out: ArrayBuffer }) =>
      seat.jobs.shift()?.settle(result),
    );
    worker.on('error', (cause) => {
      const error = new PitlaneError('internal', `a compressing thread died: ${cause.message}`, { cause });
      for (const job of seat.jobs.splice(0)) job.fail(error);
    });
    return seat;
  }
}
