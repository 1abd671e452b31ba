/** Hashes parts in threads: memory goes over to a thread and comes back, and no byte is copied. */
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { PitlaneError } from '@pitlane/base/errors';
import { moduleBeside, startWorker } from '@pitlane/base/spawn';
import type { HashAnswer, HashJob } from './hash.worker.ts';
import type { PartHash, PartHashes } from './part-hash.ts';

/** Each takes 1.4 GB a second, and has a shard in memory that is not used yet. */
const THREADS_MAX = 2;

interface Thread {
  readonly worker: Worker;
  /** In the order in which they were given to it. */
  readonly jobs: { readonly settle: (answer: HashAnswer) => void; readonly fail: (error: Error) => void }[];
}

export class HashThreads implements PartHashes {
  readonly atOnce: number;
  readonly #threads: Thread[] = [];
  #last = 0;

  constructor(threads = Math.min(THREADS_MAX, availableParallelism())) {
    this.atOnce = threads;
    while (this.#threads.length < threads) this.#threads.push(started());
  }

  begin(): PartHash {
    const id = (this.#last += 1);
    const thread = this.#threads[id % this.#threads.length] as Thread;
    return {
      async update(part) {
        const isWhole = part.byteLength === part.buffer.byteLength;
        const given = isWhole ? part : part.slice(); // a part of other memory stays where it is
        const answer = await send(thread, { id, part: given }, [given.buffer as ArrayBuffer]);
        return answer.part as Uint8Array;
      },
      digest: async () => (await send(thread, { id })).sha256 as string,
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }
}

function send({ worker, jobs }: Thread, job: HashJob, transferred: readonly ArrayBuffer[] = []): Promise<HashAnswer> {
  return new Promise((settle, fail) => {
    jobs.push({ settle, fail });
    worker.postMessage(job, transferred);
  });
}

function started(): Thread {
  const worker = startWorker(moduleBeside(import.meta.url, './hash.worker'));
  const thread: Thread = { worker, jobs: [] };
  worker.on('message', (answer: HashAnswer) => thread.jobs.shift()?.settle(answer));
  const die = (cause: unknown): void => {
    const error = new PitlaneError('internal', 'a hashing thread died: run the same command again', { cause });
    for (const job of thread.jobs.splice(0)) job.fail(error);
  };
  worker.on('error', die).on('exit', die);
  return thread;
}
