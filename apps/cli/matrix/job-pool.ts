/** Runs jobs side by side, each in a process of its own, so many at a time as there are workers. */
import { forEachConcurrent } from '@pitlane/base/flow';
import { PitlaneError } from '@pitlane/base/errors';
import { moduleBeside, startChild } from '@pitlane/base/spawn';
import type { MatrixResult } from '@pitlane/contracts/matrix';
import type { MatrixJob } from './job-file.ts';
import { failedResult } from './run-job.ts';

/** What the program may see of the environment comes along: its process has none of its own. */
export interface JobOrder {
  readonly job: MatrixJob;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export type JobAnswer = { readonly type: 'ready' } | { readonly type: 'result'; readonly result: MatrixResult };

/** Heap of the process of a job; blocks of the merge come on top. */
const HEAP_MIB = 512;

export interface JobPool {
  readonly workers: number;
  readonly environment: JobOrder['environment'];
  readonly signal: AbortSignal;
}

/** @param onResult is waited for before the next job begins in its place. */
export async function runJobs(
  jobs: AsyncIterable<MatrixJob> | Iterable<MatrixJob>,
  { workers, environment, signal }: JobPool,
  onResult: (result: MatrixResult) => Promise<void>,
): Promise<void> {
  await forEachConcurrent(jobs, workers, async (job) => {
    signal.throwIfAborted();
    await onResult(await inProcess({ job, environment: named(job, environment) }, signal));
  });
}

const named = ({ program }: MatrixJob, environment: JobOrder['environment']): JobOrder['environment'] =>
  Object.fromEntries(['PATH', ...program.env].map((name) => [name, environment[name]]));

function inProcess(order: JobOrder, signal: AbortSignal): Promise<MatrixResult> {
  const child = startChild(moduleBeside(import.meta.url, './job.child'), [], [`--max-old-space-size=${HEAP_MIB}`]);
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  return new Promise<MatrixResult>((resolve, reject) => {
    child.on('message', (answer: JobAnswer) => {
      if (answer.type === 'ready') child.send(order);
      else resolve(answer.result);
    });
    child.on('error', reject);
    child.on('exit', (code, killedBy) => {
      if (signal.aborted) reject(new PitlaneError('interrupted', 'the run was stopped'));
      else
        resolve(failedResult(order.job, `the process of the job died (${killedBy ?? code}): an object may be damaged`));
    });
  }).finally(() => signal.removeEventListener('abort', stop));
}
