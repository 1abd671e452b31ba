/** A worker thread of the pool: takes raw bytes and room for the result; what it was given for good it gives back. */
import { parentPort } from 'node:worker_threads';
import { type CompressJob, compressInto } from './compress-into.ts';

parentPort?.on('message', (job: CompressJob) => {
  const result = compressInto(job);
  const own = [job.raw.buffer, job.out.buffer].filter((buffer) => buffer instanceof ArrayBuffer);
  parentPort?.postMessage({ ...result, ...job }, own);
});
