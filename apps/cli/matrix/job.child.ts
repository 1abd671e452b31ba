/** The process of one job: what a damaged object or a full memory does to it stays out of the run. */
import { messageOf } from '@pitlane/base/errors';
import { openReadingStore } from '../wiring/reading-store.ts';
import type { JobAnswer, JobOrder } from './job-pool.ts';
import { failedResult, runJob } from './run-job.ts';

const stopped = new AbortController();
const tell = (answer: JobAnswer): void => void process.send?.(answer);

process.on('message', (order: JobOrder) => void run(order));
process.on('SIGTERM', () => stopped.abort());
// Ctrl-C reaches the whole group; the parent decides what it means for a job.
process.on('SIGINT', () => {});
// A run that was killed takes its jobs, and their programs, along.
process.on('disconnect', () => stopped.abort());
tell({ type: 'ready' });

async function run({ job, environment }: JobOrder): Promise<void> {
  try {
    const store = await openReadingStore(job.store, stopped.signal);
    const place = { cwd: process.cwd(), environment };
    tell({ type: 'result', result: await runJob(job, { store, ...place, signal: stopped.signal }) });
  } catch (error) {
    if (!stopped.signal.aborted) tell({ type: 'result', result: failedResult(job, messageOf(error)) });
  }
  process.exit(0);
}
