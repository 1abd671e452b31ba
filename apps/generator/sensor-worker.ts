/** One worker thread of the sensor pool: takes a job, answers with the payload, whose memory it hands over. */
import { parentPort } from 'node:worker_threads';
import { SensorBench, type SensorJob } from './sensor-job.ts';

const bench = new SensorBench();

parentPort?.on('message', (job: SensorJob) => {
  void bench.run(job).then(
    (payload) => parentPort?.postMessage({ payload }, [payload.buffer as ArrayBuffer]),
    (error: unknown) => parentPort?.postMessage({ failure: error instanceof Error ? error.message : String(error) }),
  );
});
