/**
 * What does it cost that our readers know every byte's offset and go on behind damage? Ours against `@mcap/core`'s stream
 * and indexed readers over the same file, each in a cold process of its own; only the reading is timed. The recordings
 * are the vehicle's many small messages and the lidar's few large ones; ROS 1 bags come from the real logs.
 */
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DRIVE_S, generatedDrive } from '../harness/generated-drive.ts';
import { interleaved } from '../harness/interleaved.ts';
import { ratioOf, spreadOf } from '../harness/medians.ts';
import type { Bench, Question } from '../harness/question.ts';
import { type MeasuredRun, runMeasured } from '../harness/run-measured.ts';
import { EMPTY_ROW, memoryText, perSecondText, ratioText, type Row } from '../harness/table.ts';

const RECORDINGS = ['vehicle.mcap', 'lidar.mcap'];
const RIVALS = ['mcap-core-stream', 'mcap-core-indexed'];
const BAG = join('bag', 'embag-test.bag');
/** It is small: one reading would be over before it is compiled. */
const BAG_TIMES = 20;
const READ = fileURLToPath(new URL('read-recording.ts', import.meta.url));

interface ReadRun extends MeasuredRun {
  readonly ms: number;
  readonly bytes: number;
  readonly messages: number;
  readonly payloadBytes: number;
}

export const readers: Question = {
  name: 'readers',
  asks: "How fast do our readers read, against the format's own?",
  answer,
};

async function answer(bench: Bench): Promise<readonly Row[]> {
  const source = await generatedDrive(bench, DRIVE_S);
  const rows: Row[] = [];
  for (const name of RECORDINGS) {
    for (const rival of RIVALS) rows.push(await mcapRow(bench, join(source.folder, name), rival));
  }
  return [...rows, await bagRow(bench)];
}

async function mcapRow(bench: Bench, file: string, rival: string): Promise<Row> {
  bench.say(`reading ${basename(file)} by ours and ${rival}`);
  const { ours, theirs } = await interleaved(
    bench.pairs,
    () => readBy('pitlane', file),
    () => readBy(rival, file),
  );
  const [a, b] = [ours[0] as ReadRun, theirs[0] as ReadRun];
  if (a.messages !== b.messages || a.payloadBytes !== b.payloadBytes) {
    throw new Error(`${rival} saw ${b.messages} messages in ${file}, ours ${a.messages}`);
  }
  const ratio = ratioOf(
    theirs.map(({ ms }) => ms),
    ours.map(({ ms }) => ms),
  );
  return {
    question: 'readers',
    measured: `${basename(file)}, ${a.messages} messages, ${(a.bytes / 1e6).toFixed(0)} MB`,
    pitlane: speedOf(ours),
    against: `\`@mcap/core\` ${rival.replace('mcap-core-', '')} reader: ${speedOf(theirs)}`,
    ratio: `${ratioText(ratio)} of its speed`,
    goal: '',
    memory: memoryText(a),
  };
}

async function bagRow(bench: Bench): Promise<Row> {
  const measured = `ROS 1 bag, ${basename(BAG)}, ${BAG_TIMES} times in a row`;
  const row: Row = { ...EMPTY_ROW, question: 'readers', measured };
  if (bench.realLogs === undefined) return { ...row, pitlane: 'the real logs are not on this machine' };
  const runs: ReadRun[] = [];
  for (let round = 0; round < bench.pairs; round += 1) {
    runs.push(await readBy('pitlane', join(bench.realLogs, BAG), BAG_TIMES));
  }
  const against = 'no other bag reader is among the dependencies';
  return { ...row, pitlane: speedOf(runs), against, memory: memoryText(runs[0] as ReadRun) };
}

async function readBy(reader: string, file: string, times = 1): Promise<ReadRun> {
  const run = await runMeasured([process.execPath, '--import', 'tsx', READ, reader, file, `${times}`]);
  return { ...run, ...(JSON.parse(run.stdout) as Omit<ReadRun, keyof MeasuredRun>) };
}

function speedOf(runs: readonly ReadRun[]): string {
  const { median } = spreadOf(runs.map(({ ms }) => ms));
  return perSecondText((runs[0] as ReadRun).bytes, median);
}
