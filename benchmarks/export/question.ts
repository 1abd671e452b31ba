/**
 * How fast does a whole drive come back as one file in order? `pitlane export`, process start to `sync`, against
 * `pymcap-cli merge` of the same objects into one zstd MCAP with 1 MiB chunks, where the machine has it.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DRIVE_S, generatedDrive } from '../harness/generated-drive.ts';
import { interleaved } from '../harness/interleaved.ts';
import { landedObjects } from '../harness/landed-objects.ts';
import { ratioOf, spreadOf } from '../harness/medians.ts';
import { settle } from '../harness/pitlane.ts';
import type { Bench, Question } from '../harness/question.ts';
import { type MeasuredRun, runMeasured } from '../harness/run-measured.ts';
import { memoryText, perSecondText, ratioText, type Row, secondsText } from '../harness/table.ts';

const MERGE_OPTIONS = ['--compression', 'zstd', '--chunk-size', '1048576', '--quiet', '--force'];

export const exporting: Question = {
  name: 'export',
  asks: 'How fast is a whole drive exported as one ordered file?',
  answer,
};

async function answer(bench: Bench): Promise<readonly Row[]> {
  const source = await generatedDrive(bench, DRIVE_S);
  const home = bench.scratch.folder('export-home');
  const { drives } = await bench.pitlane.ingest(home, [source.folder]);
  const driveId = drives[0]?.driveId ?? '';
  const ours = async (): Promise<MeasuredRun> =>
    intoFolder(bench, (out) => bench.pitlane.run(['export', driveId, '-o', out, '--home', home], { durable: true }));
  const merge = mergeProgram(bench.python);
  const measured = `whole drive, ${(source.bytes / 1e6).toFixed(0)} MB of recordings`;
  const row = { question: 'export', measured, goal: '' };
  if (merge === undefined) {
    const run = await ours();
    const against = '`pymcap-cli` is not on this machine';
    return [{ ...row, pitlane: speedOf([run], source.bytes), against, ratio: '', memory: memoryText(run) }];
  }
  const objects = landedObjects(home);
  const pairs = await interleaved(bench.pairs, ours, () =>
    intoFolder(bench, (out) =>
      runMeasured([merge, 'merge', ...objects, '-o', out, ...MERGE_OPTIONS], { durable: true }),
    ),
  );
  bench.scratch.drop(home);
  const ratio = ratioOf(wallMs(pairs.theirs), wallMs(pairs.ours));
  return [
    {
      ...row,
      pitlane: speedOf(pairs.ours, source.bytes),
      against: `\`pymcap-cli merge\`: ${speedOf(pairs.theirs, source.bytes)}`,
      ratio: `${ratioText(ratio)} of its speed`,
      memory: memoryText(pairs.ours[0] as MeasuredRun),
    },
  ];
}

/** It comes with the Python of the reference readers, if at all. */
function mergeProgram(python: string | undefined): string | undefined {
  const beside = python === undefined ? undefined : join(dirname(python), 'pymcap-cli');
  return beside !== undefined && existsSync(beside) ? beside : undefined;
}

async function intoFolder(bench: Bench, work: (out: string) => Promise<MeasuredRun>): Promise<MeasuredRun> {
  const folder = bench.scratch.folder('export');
  settle();
  const run = await work(join(folder, 'drive.mcap'));
  bench.say(`  ${secondsText(run.wallMs)}`);
  bench.scratch.drop(folder);
  return run;
}

const wallMs = (runs: readonly MeasuredRun[]): number[] => runs.map((run) => run.wallMs);

function speedOf(runs: readonly MeasuredRun[], bytes: number): string {
  const { median } = spreadOf(wallMs(runs));
  return `${secondsText(median)}, ${perSecondText(bytes, median)}, CPU ${secondsText(spreadOf(runs.map(({ cpuMs }) => cpuMs)).median)}`;
}
