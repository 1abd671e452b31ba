/** Staging in a thread of its own: hashing and copying a whole disk never holds up the node's event loop. */
import type { Worker } from 'node:worker_threads';
import { errorFromPlain, PitlaneError } from '@pitlane/base/errors';
import { moduleBeside, startWorker } from '@pitlane/base/spawn';
import type { StageAnswer, StagedVersion, StageJob } from './stage.worker.ts';

interface Waiting {
  readonly settle: (staged: StagedVersion) => void;
  readonly fail: (error: Error) => void;
  readonly onBytes: (bytes: number) => void;
}

export class Stager {
  #worker: Worker | undefined;
  readonly #signal: AbortSignal;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  /** @param signal ends the thread in the middle of a file, or of a disk that does not answer */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort);
  }

  /** Hashes the file, and copies or clones it where the job says so. Errors: `changed-while-read`, `unavailable`, `disk-full`. */
  stage(job: Omit<StageJob, 'id'>, onBytes: (bytes: number) => void): Promise<StagedVersion> {
    const id = this.#next++;
    this.#signal.throwIfAborted();
    return new Promise((settle, fail) => {
      this.#waiting.set(id, { settle, fail, onBytes });
      this.#thread().postMessage({ ...job, id });
    });
  }

  /** Starts the thread ahead of its first job. */
  warm(): void {
    this.#thread();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    await this.#worker?.terminate();
    this.#failAll(new PitlaneError('interrupted', 'the dock ended before this file was staged: dock again to go on'));
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker;
    const worker = startWorker(moduleBeside(import.meta.url, './stage.worker'));
    worker.on('message', (answer: StageAnswer) => this.#take(answer));
    worker.on('error', (cause) => this.#fallen(cause));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #take(answer: StageAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (answer.type === 'bytes') return waiting?.onBytes(answer.bytes);
    this.#waiting.delete(answer.id);
    if (answer.type === 'staged') waiting?.settle(answer.staged);
    else waiting?.fail(errorFromPlain(answer.error));
  }

  readonly #onAbort = (): void => {
    void this.#worker?.terminate();
    this.#failAll(new PitlaneError('interrupted', 'staging was stopped: dock again to go on'));
  };

  #fallen(cause: Error): void {
    this.#worker = undefined;
    this.#failAll(new PitlaneError('internal', `the staging thread died: ${cause.message}`, { cause }));
  }

  #failAll(error: PitlaneError): void {
    for (const { fail } of this.#waiting.values()) fail(error);
    this.#waiting.clear();
  }
}
