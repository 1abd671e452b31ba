/**
 * Runs sensor jobs on worker threads, or in place when none are asked for. Each job's promise is its place in the order
 * of the drive, so the result does not depend on how many threads there are or which of them is quick.
 */
import type { Worker } from 'node:worker_threads';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { moduleBeside, startWorker } from '@pitlane/base/spawn';
import { SensorBench, type SensorJob } from './sensor-job.ts';

interface Waiting {
  readonly job: SensorJob;
  readonly resolve: (payload: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

export interface Question {
  readonly id: number;
  readonly job: SensorJob;
}

export type Answer = { readonly id: number } & ({ readonly payload: Uint8Array } | { readonly failure: string });

/** A second job lies ready in each thread, so that none idles while this thread writes a chunk. */
const JOBS_PER_THREAD = 2;

export interface SensorPool extends AsyncDisposable {
  /** How many jobs it pays to have under way. */
  readonly jobsUnderWayMax: number;
  run(job: SensorJob): Promise<Uint8Array>;
}

const failed = (reason: string): PitlaneError =>
  new PitlaneError('internal', `a sensor thread of the generator failed: ${reason}; run the command again`);

export function sensorPoolInPlace(): SensorPool {
  const bench = new SensorBench();
  return { jobsUnderWayMax: 1, run: (job) => bench.run(job), [Symbol.asyncDispose]: () => Promise.resolve() };
}

export function sensorPoolOnThreads(threads: number): SensorPool {
  const queue: Waiting[] = [];
  const underWay = new Map<number, Waiting>();
  /** One entry for each place that is free in a thread. */
  const free: Worker[] = [];
  let nextId = 0;
  let broken: Error | undefined;

  const assign = (): void => {
    while (free.length > 0 && queue.length > 0) {
      const next = queue.shift() as Waiting;
      const question: Question = { id: nextId, job: next.job };
      nextId += 1;
      underWay.set(question.id, next);
      free.shift()?.postMessage(question);
    }
  };
  const breakDown = (error: unknown): void => {
    broken ??= failed(messageOf(error));
    for (const waiting of [...underWay.values(), ...queue.splice(0)]) waiting.reject(broken);
    underWay.clear();
  };
  const workers = Array.from({ length: threads }, () => {
    const worker = startWorker(moduleBeside(import.meta.url, './sensor.worker'));
    worker.on('message', (answer: Answer) => {
      const waiting = underWay.get(answer.id);
      underWay.delete(answer.id);
      free.push(worker);
      assign();
      if ('payload' in answer) waiting?.resolve(answer.payload);
      else waiting?.reject(failed(answer.failure));
    });
    worker.on('error', breakDown);
    return worker;
  });
  for (let place = 0; place < JOBS_PER_THREAD; place += 1) free.push(...workers);
  return {
    jobsUnderWayMax: threads * (JOBS_PER_THREAD + 2),
    run: (job) =>
      new Promise((resolve, reject) => {
        if (broken) return reject(broken);
        queue.push({ job, resolve, reject });
        assign();
      }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
