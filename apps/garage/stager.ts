/** Staging in a thread of its own: hashing and copying a whole disk never holds up the node's event loop. */
import type { Worker } from 'node:worker_threads';
import { errorFromPlain, PitlaneError } from '@pitlane/base/errors';
import type { StageAnswer, StagedVersion, StageJob } from './stage.worker.ts';
import type { StagingThreads } from './staging-threads.ts';

interface Waiting {
  readonly settle: (staged: StagedVersion) => void;
  readonly fail: (error: Error) => void;
  readonly onBytes: (bytes: number) => void;
}

export class Stager {
  #worker: Worker | undefined;
  #ended: Promise<unknown> | undefined;
  readonly #threads: StagingThreads;
  readonly #signal: AbortSignal;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  /** @param signal ends the thread in the middle of a file, or of a disk that does not answer */
  constructor(threads: StagingThreads, signal: AbortSignal) {
    this.#threads = threads;
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    await this.#ended;
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.off('message', this.#onMessage).off('error', this.#onError);
    if (this.#waiting.size > 0) await worker?.terminate();
    else if (worker) await this.#threads.giveBack(worker);
    this.#failAll(new PitlaneError('interrupted', 'the dock ended before this file was staged: dock again to go on'));
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker;
    const worker = this.#threads.take();
    worker.on('message', this.#onMessage).on('error', this.#onError);
    this.#worker = worker;
    return worker;
  }

  readonly #onMessage = (answer: StageAnswer): void => {
    const waiting = this.#waiting.get(answer.id);
    if (answer.type === 'bytes') return waiting?.onBytes(answer.bytes);
    this.#waiting.delete(answer.id);
    if (answer.type === 'staged') waiting?.settle(answer.staged);
    else waiting?.fail(errorFromPlain(answer.error));
  };

  readonly #onAbort = (): void => {
    this.#ended = this.#worker?.terminate();
    this.#worker = undefined;
    this.#failAll(new PitlaneError('interrupted', 'staging was stopped: dock again to go on'));
  };

  readonly #onError = (cause: Error): void => {
    this.#worker = undefined;
    this.#failAll(new PitlaneError('internal', `the staging thread died: ${cause.message}`, { cause }));
  };

  #failAll(error: PitlaneError): void {
    for (const { fail } of this.#waiting.values()) fail(error);
    this.#waiting.clear();
  }
}
