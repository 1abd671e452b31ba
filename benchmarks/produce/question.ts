/**
 * How fast do frames go to the brokers, and what does it cost? Our frame log against the producer that Kafka brings for such
 * measurements: records of 768 KiB that do not compress, acknowledged by all replicas, idempotent, the same broker, as many
 * partitions and as many bytes. Both tell their own rate, from the first record on, so that no start of a program counts;
 * CPU and memory are of the whole process from its start to its end.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MIB } from '@pitlane/base/bytes';
import { FRAME_BYTES_MAX, frameTopic } from '@pitlane/contracts/frame';
import { interleaved } from '../harness/interleaved.ts';
import { ratioOf, spreadOf } from '../harness/medians.ts';
import type { Bench, Question } from '../harness/question.ts';
import { type MeasuredRun, runMeasured } from '../harness/run-measured.ts';
import { rowWithoutServices, type Services } from '../harness/services.ts';
import { goalText, memoryText, ratioText, type Row } from '../harness/table.ts';
import { openFrames } from '../link/opened.ts';

const CHUNKS = 12;
const GOAL = 0.9;
/** Threads that publish to the lane: as it is by default, and one more. */
const PRODUCERS = [1, 2];
const PRODUCE = fileURLToPath(new URL('produce-frames.ts', import.meta.url));

export interface ProduceRun extends MeasuredRun {
  readonly bytes: number;
  readonly bytesPerMs: number;
}

export const produce: Question = {
  name: 'produce',
  asks: "How fast and at what cost does our frame log produce, against Kafka's own producer?",
  answer,
};

async function answer(bench: Bench): Promise<readonly Row[]> {
  const { services } = bench;
  if (!services) return [rowWithoutServices('produce')];
  const rows: Row[] = [];
  for (const producers of PRODUCERS) rows.push(await rowWith(bench, services, producers));
  return rows;
}

async function rowWith(bench: Bench, services: Services, producers: number): Promise<Row> {
  const { ours, theirs } = await interleaved(
    bench.pairs,
    (round) => producedByUs(bench, services, `p${producers}-${round}-`, producers),
    (round) => producedByKafka(bench, services, `k${producers}-${round}-`),
  );
  const ratio = ratioOf(
    ours.map(({ bytesPerMs }) => bytesPerMs),
    theirs.map(({ bytesPerMs }) => bytesPerMs),
  );
  const threads = producers === 1 ? 'one thread' : `${producers} threads`;
  return {
    question: 'produce',
    measured: `${CHUNKS * 64} MiB in frames of 768 KiB from ${threads}, acks=all, idempotent, 8 partitions, one broker`,
    pitlane: textOf(ours),
    against: `Kafka's ProducerPerformance: ${textOf(theirs)}, ${memoryText(theirs[0] as ProduceRun)}`,
    ratio: `${ratioText(ratio)} of its throughput`,
    goal: goalText(`≥ ${GOAL}×`, ratio.median >= GOAL),
    memory: memoryText(ours[0] as ProduceRun),
  };
}

/** @param prefix of topics of its own */
export async function producedByUs(
  bench: Bench,
  services: Services,
  prefix: string,
  producers: number,
): Promise<ProduceRun> {
  const load = [String(CHUNKS), String(producers)];
  const command = [process.execPath, '--import', 'tsx', PRODUCE, services.kafka, prefix, ...load];
  const run = await runMeasured(command);
  const { ms, bytes } = JSON.parse(run.stdout) as { ms: number; bytes: number };
  return told(bench, 'ours', { ...run, bytes, bytesPerMs: bytes / ms });
}

async function producedByKafka(bench: Bench, services: Services, prefix: string): Promise<ProduceRun> {
  await using topics = { log: openFrames(services.kafka, prefix), [Symbol.asyncDispose]: () => topics.log.close() };
  await topics.log.ensureTopics();
  const records = Math.floor((CHUNKS * 64 * MIB) / FRAME_BYTES_MAX);
  const properties = [`bootstrap.servers=${services.kafka}`, 'acks=all', 'enable.idempotence=true'];
  const tool = 'org.apache.kafka.tools.ProducerPerformance';
  const java = ['java', '-Xmx512m', '-cp', join(services.kafkaJars, '*'), tool];
  const load = ['--num-records', String(records), '--record-size', String(FRAME_BYTES_MAX), '--throughput', '-1'];
  const topic = ['--topic', `${prefix}${frameTopic('bulk')}`];
  const run = await runMeasured([...java, ...topic, ...load, '--producer-props', ...properties]);
  // "1024 records sent, 123.4 records/sec (92.55 MB/sec), …": the last such line is of the whole; its MB are MiB.
  const rates = [...run.stdout.matchAll(/records\/sec \(([\d.]+) MB\/sec\)/g)].map(([, rate]) => Number(rate));
  const bytesPerMs = ((rates.at(-1) ?? Number.NaN) * MIB) / 1000;
  return told(bench, 'theirs', { ...run, bytes: records * FRAME_BYTES_MAX, bytesPerMs });
}

function told(bench: Bench, whose: string, run: ProduceRun): ProduceRun {
  bench.say(`  ${whose}: ${textOf([run])}, ${memoryText(run)}`);
  return run;
}

function textOf(runs: readonly ProduceRun[]): string {
  const rate = spreadOf(runs.map(({ bytesPerMs }) => bytesPerMs)).median;
  const cpu = spreadOf(runs.map(({ cpuMs, bytes }) => (cpuMs * MIB) / bytes)).median;
  return `${Math.round(rate / 1000)} MB/s, CPU ${cpu.toFixed(1)} ms/MiB`;
}
