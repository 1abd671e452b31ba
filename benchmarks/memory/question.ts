/**
 * Does memory stay bounded? The peak of the whole process tree while drives of growing size are ingested, and while a
 * recording is ingested that makes a hundred thousand chunks out of next to nothing. Each is run once.
 */
import { join } from 'node:path';
import { dropDrive, generatedDrive } from '../harness/generated-drive.ts';
import { type IngestRun, settle } from '../harness/pitlane.ts';
import type { Bench, Question } from '../harness/question.ts';
import { goalText, memoryText, perSecondText, type Row, secondsText } from '../harness/table.ts';
import { writeThinRecording } from './thin-recording.ts';

const GOAL_BYTES = 500e6;
/** About 9 MB a second. */
const DRIVES_S = [33, 450];
const FULL_DRIVES_S = [2240];
const THIN_WINDOWS = 100_000;
const THIN_TOPICS = [1];
/** As many chunks as with one topic, and another ten minutes. */
const FULL_THIN_TOPICS = [3];

export const memory: Question = {
  name: 'memory',
  asks: 'How much memory does an ingest take, whatever the size of the drive and the number of its chunks?',
  answer,
};

async function answer(bench: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const durationS of [...DRIVES_S, ...(bench.full ? FULL_DRIVES_S : [])]) {
    const source = await generatedDrive(bench, durationS);
    const run = await ingestOnce(bench, source.folder);
    dropDrive(bench, source);
    const speed = perSecondText(source.bytes, run.wallMs);
    rows.push(rowOf(`drive of ${(source.bytes / 1e9).toFixed(1)} GB`, run, speed));
  }
  for (const topics of [...THIN_TOPICS, ...(bench.full ? FULL_THIN_TOPICS : [])]) {
    const folder = bench.scratch.folder('thin');
    const file = join(folder, 'thin.mcap');
    await writeThinRecording(file, THIN_WINDOWS, topics);
    const run = await ingestOnce(bench, file);
    bench.scratch.drop(folder);
    const chunks = run.drives.reduce((sum, drive) => sum + drive.chunks, 0);
    const speed = `${chunks} chunks, ${Math.round(chunks / (run.wallMs / 1000))} chunks/s`;
    rows.push(rowOf(`${THIN_WINDOWS} windows of one small message in each of ${topics} topics`, run, speed));
  }
  return rows;
}

async function ingestOnce(bench: Bench, path: string): Promise<IngestRun> {
  const home = bench.scratch.folder('home');
  settle();
  bench.say(`ingesting ${path}`);
  const run = await bench.pitlane.ingest(home, [path]);
  bench.say(`  ${secondsText(run.wallMs)}, ${memoryText(run)}, ${JSON.stringify(run.drives[0]?.timings)}`);
  bench.scratch.drop(home);
  return run;
}

const rowOf = (measured: string, run: IngestRun, speed: string): Row => ({
  question: 'memory',
  measured: `ingest, ${measured}`,
  pitlane: `${secondsText(run.wallMs)}, ${speed}, CPU ${secondsText(run.cpuMs)}`,
  against: '',
  ratio: '',
  goal: goalText('< 500 MB', run.proportionalBytesMax < GOAL_BYTES),
  memory: memoryText(run),
});
