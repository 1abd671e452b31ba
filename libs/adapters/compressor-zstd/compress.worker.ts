/** A worker thread of the pool: takes raw bytes and room for the result, gives both back. */
import { parentPort } from 'node:worker_threads';
import { type CompressJob, compressInto } from './compress-into.ts';

parentPort?.on('message', (job: CompressJob) => {
  const { raw, out } = job;
  const result = compressInto(job);
  parentPort?.postMessage({ ...result, raw, out }, [raw, out]);
});
