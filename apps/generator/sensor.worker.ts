/** One worker thread of the sensor pool: takes a job, answers with the payload, whose memory it hands over. */
import { parentPort } from 'node:worker_threads';
import { SensorBench } from './sensor-job.ts';
import type { Answer, Question } from './sensor-pool.ts';

const bench = new SensorBench();

function answer(answered: Answer, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(answered, transfer);
}

parentPort?.on('message', ({ id, job }: Question) => {
  void bench.run(job).then(
    (payload) => answer({ id, payload }, [payload.buffer as ArrayBuffer]),
    (error: unknown) => answer({ id, failure: error instanceof Error ? error.message : String(error) }),
  );
});
