/**
 * How fast is a replay, and how late? As fast as possible, with its digest made, from opening the first object to the end,
 * against `@mcap/core`'s indexed reader over the same messages merged into one zstd file, which only counts them; each in a
 * process of its own. At 1×, by how much messages are handed out after their time, beside nothing and beside a busy loop
 * for each processor.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedDrive } from '../harness/generated-drive.ts';
import { interleaved } from '../harness/interleaved.ts';
import { ratioOf, spreadOf } from '../harness/medians.ts';
import type { Bench, Question } from '../harness/question.ts';
import { type MeasuredRun, runMeasured } from '../harness/run-measured.ts';
import { EMPTY_ROW, goalText, memoryText, perSecondText, ratioText, type Row } from '../harness/table.ts';

const READ = fileURLToPath(new URL('../readers/read-recording.ts', import.meta.url));
/** At 1× it takes as long as it is. */
const DRIVE_S = 30;
const RATIO_GOAL = 0.8;
const MEDIAN_GOAL_MS = 5;
const P99_GOAL_MS = 20;

interface Replayed extends MeasuredRun {
  readonly messages: number;
  readonly bytes: number;
  readonly elapsedMs: number;
  readonly rate: number;
  readonly slippedMs: number;
  readonly lateness: { readonly medianMs: number; readonly p99Ms: number; readonly maxMs: number };
}

interface Read extends MeasuredRun {
  readonly ms: number;
  readonly messages: number;
}

export const replaying: Question = {
  name: 'replay',
  asks: 'How fast is a replay as fast as possible, and how late is one at 1×?',
  answer,
};

async function answer(bench: Bench): Promise<readonly Row[]> {
  const source = await generatedDrive(bench, DRIVE_S);
  const home = bench.scratch.folder('replay-home');
  const { drives } = await bench.pitlane.ingest(home, [source.folder]);
  const driveId = drives[0]?.driveId ?? '';
  const merged = join(home, 'merged.mcap');
  await bench.pitlane.run(['export', driveId, '-o', merged, '--home', home]);
  const replay = async (...options: readonly string[]): Promise<Replayed> => {
    const run = await bench.pitlane.run(['replay', driveId, '--home', home, '--json', ...options]);
    return { ...run, ...(JSON.parse(run.stdout) as Omit<Replayed, keyof MeasuredRun>) };
  };
  const rows = [
    await atMax(bench, replay, merged),
    await atOne(bench, replay, false),
    await atOne(bench, replay, true),
  ];
  bench.scratch.drop(home);
  return rows;
}

type Replay = (...options: readonly string[]) => Promise<Replayed>;

async function atMax(bench: Bench, replay: Replay, merged: string): Promise<Row> {
  bench.say('replaying as fast as possible');
  const { ours, theirs } = await interleaved(
    bench.pairs,
    () => replay('--digest', '--speed', 'max'),
    async (): Promise<Read> => {
      const run = await runMeasured([process.execPath, '--import', 'tsx', READ, 'mcap-core-indexed', merged, '1']);
      return { ...run, ...(JSON.parse(run.stdout) as Omit<Read, keyof MeasuredRun>) };
    },
  );
  const [a, b] = [ours[0] as Replayed, theirs[0] as Read];
  if (a.messages !== b.messages)
    throw new Error(`the replay has ${a.messages} messages, the merged file ${b.messages}`);
  const [oursMs, theirsMs] = [ours.map(({ elapsedMs }) => elapsedMs), theirs.map(({ ms }) => ms)];
  const ratio = ratioOf(theirsMs, oursMs);
  return {
    ...EMPTY_ROW,
    question: 'replay',
    measured: `as fast as possible with its digest, ${a.messages} messages, ${Math.round(a.bytes / 1e6)} MB of data`,
    pitlane: perSecondText(a.bytes, spreadOf(oursMs).median),
    against: `\`@mcap/core\` indexed reader, one merged file: ${perSecondText(a.bytes, spreadOf(theirsMs).median)}`,
    ratio: `${ratioText(ratio)} of its speed`,
    goal: goalText(`≥ ${RATIO_GOAL}×`, ratio.median >= RATIO_GOAL),
    memory: memoryText(a),
  };
}

async function atOne(bench: Bench, replay: Replay, busy: boolean): Promise<Row> {
  bench.say(`replaying at 1×, ${busy ? 'beside a busy loop for each processor' : 'beside nothing'}`);
  const loops = busy ? Array.from({ length: availableParallelism() }, busyLoop) : [];
  const runs: Replayed[] = [];
  try {
    for (let round = 0; round < bench.pairs; round += 1) runs.push(await replay('--speed', '1', '-o', '/dev/null'));
  } finally {
    for (const loop of loops) loop.kill('SIGKILL');
  }
  const median = spreadOf(runs.map(({ lateness }) => lateness.medianMs)).median;
  const p99 = spreadOf(runs.map(({ lateness }) => lateness.p99Ms)).median;
  const rate = spreadOf(runs.map((run) => run.rate)).median;
  const slipped = spreadOf(runs.map(({ slippedMs }) => slippedMs)).median;
  const late = `late by ${median.toFixed(2)} ms at the median, ${p99.toFixed(2)} ms at p99`;
  return {
    ...EMPTY_ROW,
    question: 'replay',
    measured: `at 1×, ${busy ? 'beside a busy loop for each processor' : 'beside nothing'}`,
    pitlane: `${late}; rate ${rate.toFixed(3)}×, clock stood ${Math.round(slipped)} ms`,
    goal: busy
      ? ''
      : goalText(`< ${MEDIAN_GOAL_MS} ms, < ${P99_GOAL_MS} ms`, median < MEDIAN_GOAL_MS && p99 < P99_GOAL_MS),
    memory: memoryText(runs[0] as Replayed),
  };
}

const busyLoop = (): ChildProcess => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
