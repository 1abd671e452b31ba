/**
 * How much slower is a whole ingest than what people do by hand? `pitlane ingest` starts, stages, hashes, cuts, compresses,
 * lands, indexes and receipts a drive into a fresh home. Beside it, file by file, stand `zstd -3 -T2` alone, and what comes
 * nearest to the same work: `zstd -3 -T2`, `sha256sum` of what it wrote and of the source, and `cp` of it to a second place, one
 * after another. All end with `sync`, all read the drive from the page cache, and process start counts on all sides.
 */
import { basename, join } from 'node:path';
import { cameraDrive, generatedDrive, LONG_DRIVE_S, type Source } from '../harness/generated-drive.ts';
import { interleaved } from '../harness/interleaved.ts';
import { versionOf } from '../harness/machine.ts';
import { ratioOf, spreadOf } from '../harness/medians.ts';
import { settle } from '../harness/pitlane.ts';
import type { Bench, Question } from '../harness/question.ts';
import { type MeasuredRun, runMeasured } from '../harness/run-measured.ts';
import { EMPTY_ROW, goalText, memoryText, perSecondText, ratioText, type Row, secondsText } from '../harness/table.ts';

const COMPRESS = 'set -e; out=$1; shift; for file; do zstd -3 -T2 -q -f "$file" -o "$out/${file##*/}.zst"; done';
const BY_HAND = `${COMPRESS}; mkdir "$out/store"; sha256sum "$@" > "$out/sums"; sha256sum "$out"/*.zst >> "$out/sums"; cp "$out"/*.zst "$out/store"`;

interface Goals {
  readonly compress: number;
  readonly byHand: number;
}

export const ingest: Question = {
  name: 'ingest',
  asks: 'How fast is a drive receipted, against compressing its files, and against doing the same work by hand?',
  async answer(bench) {
    const mixed = await generatedDrive(bench, LONG_DRIVE_S);
    const rows = await rowsOf(bench, mixed, 'mixed drive', { compress: 0.8, byHand: 0.9 });
    const cameras = cameraDrive(bench, mixed);
    return [...rows, ...(await rowsOf(bench, cameras, 'camera-heavy drive', { compress: 0.5, byHand: 0.9 }))];
  },
};

async function rowsOf(bench: Bench, source: Source, kind: string, goals: Goals): Promise<readonly Row[]> {
  const names = source.files.map((file) => basename(file)).join(', ');
  const measured = `docked to receipted, ${kind} of ${(source.bytes / 1e9).toFixed(2)} GB (${names})`;
  if (versionOf('zstd') === undefined) {
    const run = await ingestOnce(bench, source.folder);
    const row = { ...EMPTY_ROW, question: 'ingest', measured, pitlane: summaryOf([run], source.bytes) };
    return [{ ...row, against: 'zstd is not on this machine', memory: memoryText(run) }];
  }
  const { ours, theirs } = await interleaved(
    bench.pairs,
    async (round) => {
      bench.say(`ingest, ${kind}, ${round}/${bench.pairs}`);
      return ingestOnce(bench, source.folder);
    },
    async () => ({
      compress: await byShell(bench, COMPRESS, source.files),
      byHand: await byShell(bench, BY_HAND, source.files),
    }),
  );
  const row = (label: string, runs: readonly MeasuredRun[], goal: number): Row => {
    const ratio = ratioOf(wallMs(runs), wallMs(ours));
    return {
      question: 'ingest',
      measured,
      pitlane: summaryOf(ours, source.bytes),
      against: `${label}: ${summaryOf(runs, source.bytes)}`,
      ratio: `${ratioText(ratio)} of its throughput`,
      goal: goalText(`≥ ${goal}×`, ratio.median >= goal),
      memory: memoryText(peakOf(ours)),
    };
  };
  const compressed = theirs.map(({ compress }) => compress);
  const handmade = theirs.map(({ byHand }) => byHand);
  return [
    row('`zstd -3 -T2`', compressed, goals.compress),
    row('`zstd -3 -T2`, `sha256sum` and `cp` one after another', handmade, goals.byHand),
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

async function byShell(bench: Bench, script: string, files: readonly string[]): Promise<MeasuredRun> {
  const out = bench.scratch.folder('by-hand');
  settle();
  const run = await runMeasured(['sh', '-c', script, 'sh', join(out), ...files], { durable: true });
  bench.say(`  by hand ${secondsText(run.wallMs)}, CPU ${secondsText(run.cpuMs)}`);
  bench.scratch.drop(out);
  return run;
}

const wallMs = (runs: readonly MeasuredRun[]): number[] => runs.map((run) => run.wallMs);

function summaryOf(runs: readonly MeasuredRun[], bytes: number): string {
  const ms = spreadOf(wallMs(runs)).median;
  const cpu = spreadOf(runs.map((run) => run.cpuMs)).median;
  return `${secondsText(ms)}, ${perSecondText(bytes, ms)}, CPU ${secondsText(cpu)}`;
}

const peakOf = (runs: readonly MeasuredRun[]) => ({
  proportionalBytesMax: Math.max(...runs.map((run) => run.proportionalBytesMax)),
  residentBytesMax: Math.max(...runs.map((run) => run.residentBytesMax)),
});
