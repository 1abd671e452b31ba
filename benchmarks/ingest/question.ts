/**
 * How much slower is a whole ingest than only compressing the same files? `pitlane ingest` starts, stages, hashes, cuts,
 * compresses, lands, indexes and receipts a mixed drive into a fresh home; the other side is `zstd -3 -T2`, file by file.
 * Both end with `sync`, both read the drive from the page cache, and process start counts on both sides.
 */
import { basename, join } from 'node:path';
import { generatedDrive, LONG_DRIVE_S } from '../harness/generated-drive.ts';
import { interleaved } from '../harness/interleaved.ts';
import { versionOf } from '../harness/machine.ts';
import { ratioOf, spreadOf } from '../harness/medians.ts';
import { settle } from '../harness/pitlane.ts';
import type { Bench, Question } from '../harness/question.ts';
import { type MeasuredRun, runMeasured } from '../harness/run-measured.ts';
import { goalText, memoryText, perSecondText, ratioText, type Row, secondsText } from '../harness/table.ts';

const GOAL = 0.5;
const ZSTD_EACH = 'set -e; out=$1; shift; for file; do zstd -3 -T2 -q -f "$file" -o "$out/${file##*/}.zst"; done';

export const ingest: Question = {
  name: 'ingest',
  asks: 'How fast is a drive receipted, against only compressing its files?',
  answer,
};

async function answer(bench: Bench): Promise<readonly Row[]> {
  const source = await generatedDrive(bench, LONG_DRIVE_S);
  const sourceText = `${(source.bytes / 1e9).toFixed(2)} GB drive (${source.files.map((file) => basename(file)).join(', ')})`;
  const zstd = versionOf('zstd');
  if (zstd === undefined) {
    const run = await ingestOnce(bench, source.folder);
    return [{ ...rowOf([run], source.bytes, sourceText), against: 'zstd is not on this machine', ratio: '', goal: '' }];
  }
  const { ours, theirs } = await interleaved(
    bench.pairs,
    async (round) => {
      bench.say(`ingest ${round}/${bench.pairs}`);
      return ingestOnce(bench, source.folder);
    },
    async () => compressOnce(bench, source.files),
  );
  const ratio = ratioOf(wallMs(theirs), wallMs(ours));
  return [
    {
      ...rowOf(ours, source.bytes, sourceText),
      against: `\`zstd -3 -T2\`: ${summaryOf(theirs, source.bytes)}`,
      ratio: `${ratioText(ratio)} of its throughput`,
      goal: goalText(`≥ ${GOAL}×`, ratio.median >= GOAL),
    },
  ];
}

async function ingestOnce(bench: Bench, folder: string): Promise<MeasuredRun> {
  const home = bench.scratch.folder('home');
  settle();
  const run = await bench.pitlane.ingest(home, [folder]);
  bench.say(`  ${secondsText(run.wallMs)}, CPU ${secondsText(run.cpuMs)}, ${JSON.stringify(run.drives[0]?.timings)}`);
  bench.scratch.drop(home);
  return run;
}

async function compressOnce(bench: Bench, files: readonly string[]): Promise<MeasuredRun> {
  const out = bench.scratch.folder('zstd');
  settle();
  const run = await runMeasured(['sh', '-c', ZSTD_EACH, 'sh', join(out), ...files], { durable: true });
  bench.say(`  zstd ${secondsText(run.wallMs)}, CPU ${secondsText(run.cpuMs)}`);
  bench.scratch.drop(out);
  return run;
}

const wallMs = (runs: readonly MeasuredRun[]): number[] => runs.map((run) => run.wallMs);

function summaryOf(runs: readonly MeasuredRun[], bytes: number): string {
  const ms = spreadOf(wallMs(runs)).median;
  const cpu = spreadOf(runs.map((run) => run.cpuMs)).median;
  return `${secondsText(ms)}, ${perSecondText(bytes, ms)}, CPU ${secondsText(cpu)}`;
}

function rowOf(runs: readonly MeasuredRun[], bytes: number, sourceText: string): Row {
  const peak = {
    proportionalBytesMax: Math.max(...runs.map((run) => run.proportionalBytesMax)),
    residentBytesMax: Math.max(...runs.map((run) => run.residentBytesMax)),
  };
  return {
    question: 'ingest',
    measured: `docked to receipted, ${sourceText}`,
    pitlane: summaryOf(runs, bytes),
    against: '',
    ratio: '',
    goal: '',
    memory: memoryText(peak),
  };
}
