/**
 * How fast is one MCAP file cut, compressed and landed, against tools that only rewrite it with zstd? Theirs: `pymcap-cli`, a
 * plain TypeScript program over `@mcap/core` and `zstd-napi`, and a small program over Rust's `mcap` crate, built here where there
 * is a `cargo`. All end with `sync` and start from the page cache.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DRIVE_S, generatedDrive } from '../harness/generated-drive.ts';
import { interleaved } from '../harness/interleaved.ts';
import { ratioOf, spreadOf } from '../harness/medians.ts';
import { settle } from '../harness/pitlane.ts';
import type { Bench, Question } from '../harness/question.ts';
import { type MeasuredRun, runMeasured } from '../harness/run-measured.ts';
import { EMPTY_ROW, goalText, memoryText, perSecondText, ratioText, type Row, secondsText } from '../harness/table.ts';

/** Lidar takes most of the compressing, and vehicle data most of the messages. */
const FILES = ['lidar.mcap', 'vehicle.mcap'];
const HERE = dirname(fileURLToPath(import.meta.url));

interface Rival {
  readonly name: string;
  readonly goal?: number;
  /** Undefined where this machine has it not. */
  command(bench: Bench, file: string, out: string): readonly string[] | undefined;
}

const RIVALS: readonly Rival[] = [
  {
    name: '`pymcap-cli compress`',
    goal: 3,
    command({ python }, file, out) {
      const program = python === undefined ? '' : join(dirname(python), 'pymcap-cli');
      const options = ['--compression', 'zstd', '--chunk-size', '1048576', '--quiet', '--force'];
      return existsSync(program) ? [program, 'compress', file, '-o', out, ...options] : undefined;
    },
  },
  {
    name: 'a plain TypeScript writer',
    goal: 3,
    command: (_, file, out) => [process.execPath, '--import', 'tsx', join(HERE, 'plain-writer.ts'), file, out],
  },
  {
    name: "Rust's `mcap`",
    command(bench, file, out) {
      const program = rustProgram(bench);
      return program === undefined ? undefined : [program, file, out];
    },
  },
];

export const rewrite: Question = {
  name: 'rewrite',
  asks: 'How fast is one file landed, against tools that only rewrite it with zstd?',
  async answer(bench) {
    const source = await generatedDrive(bench, DRIVE_S);
    const rows: Row[] = [];
    for (const name of FILES)
      for (const rival of RIVALS) rows.push(await rowOf(bench, join(source.folder, name), rival));
    return rows;
  },
};

async function rowOf(bench: Bench, file: string, rival: Rival): Promise<Row> {
  const name = file.split('/').at(-1) ?? '';
  const { size: bytes } = statSync(file);
  const row = {
    ...EMPTY_ROW,
    question: 'rewrite',
    measured: `${name}, ${(bytes / 1e6).toFixed(0)} MB, docked to receipted`,
  };
  if (rival.command(bench, file, '') === undefined) return { ...row, against: `${rival.name} is not on this machine` };
  const ours = async (): Promise<MeasuredRun> => {
    const home = bench.scratch.folder('home');
    settle();
    const run = await bench.pitlane.ingest(home, [file]);
    bench.scratch.drop(home);
    return run;
  };
  const theirs = async (): Promise<MeasuredRun> => {
    const folder = bench.scratch.folder('rewritten');
    settle();
    const run = await runMeasured(rival.command(bench, file, join(folder, name)) ?? [], { durable: true });
    bench.say(`  ${rival.name}: ${secondsText(run.wallMs)}`);
    bench.scratch.drop(folder);
    return run;
  };
  bench.say(`rewriting ${name} by ours and ${rival.name}`);
  const pairs = await interleaved(bench.pairs, ours, theirs);
  const ratio = ratioOf(wallMs(pairs.theirs), wallMs(pairs.ours));
  const goal = rival.goal === undefined ? '' : goalText(`≥ ${rival.goal}×`, ratio.median >= rival.goal);
  return {
    ...row,
    pitlane: speedOf(pairs.ours, bytes),
    against: `${rival.name}: ${speedOf(pairs.theirs, bytes)}`,
    ratio: `${ratioText(ratio)} of its speed`,
    goal,
    memory: memoryText(pairs.ours[0] as MeasuredRun),
  };
}

const wallMs = (runs: readonly MeasuredRun[]): number[] => runs.map((run) => run.wallMs);

function speedOf(runs: readonly MeasuredRun[], bytes: number): string {
  const { median } = spreadOf(wallMs(runs));
  return `${secondsText(median)}, ${perSecondText(bytes, median)}`;
}

let built: string | undefined;

function rustProgram(bench: Bench): string | undefined {
  if (built !== undefined) return built;
  if (spawnSync('cargo', ['--version']).status !== 0) return undefined;
  const target = bench.scratch.folder('rust');
  bench.say("building the program over Rust's mcap");
  // Its lock file goes to the scratch folder as well: exact versions stand in the manifest.
  cpSync(join(HERE, 'rust'), target, { recursive: true });
  const options = ['build', '--release', '--quiet', '--manifest-path', join(target, 'Cargo.toml')];
  const { status, stderr } = spawnSync('cargo', options);
  if (status !== 0) {
    bench.say(`  it cannot be built: ${String(stderr).slice(-500)}`);
    return undefined;
  }
  built = join(target, 'target/release/rewrite');
  return built;
}
