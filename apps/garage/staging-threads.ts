/**
 * The threads that docks stage in, each its own for as long as a dock lasts. One that has nothing to do is kept for the next
 * dock: a start takes a tenth of a second, and longer while the machine is busy.
 */
import type { Worker } from 'node:worker_threads';
import { moduleBeside, startWorker } from '@pitlane/base/spawn';

export class StagingThreads {
  #idle: Worker | undefined;

  /** Starts a thread ahead of the first dock. */
  warm(): void {
    if (!this.#idle) this.#keep(this.#start());
  }

  take(): Worker {
    const idle = this.#idle;
    this.#idle = undefined;
    idle?.off('error', this.#onEnd).off('exit', this.#onEnd);
    return idle ?? this.#start();
  }

  /** A thread that has no job any more. */
  async giveBack(thread: Worker): Promise<void> {
    if (this.#idle) await thread.terminate();
    else this.#keep(thread);
  }

  async close(): Promise<void> {
    await this.#idle?.terminate();
  }

  #start(): Worker {
    const thread = startWorker(moduleBeside(import.meta.url, './stage.worker'));
    thread.unref();
    return thread;
  }

  #keep(thread: Worker): void {
    this.#idle = thread.on('error', this.#onEnd).on('exit', this.#onEnd);
  }

  readonly #onEnd = (): void => {
    this.#idle = undefined;
  };
}
