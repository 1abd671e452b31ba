/**
 * How fast are shards built and pulled? `pitlane dataset build`, process start to `sync`, against `tar` of the same members
 * already on the disk and a copy of that; and `pitlane dataset pull` of a whole epoch, shuffled, into nothing, against `tar`
 * that reads the same shards, each side checking the SHA-256 of every shard. The drive is long enough for more shards than a
 * pull goes round at once, and for a start of half a second to be a small part.
 */
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedDrive, LONG_DRIVE_S } from '../harness/generated-drive.ts';
import { interleaved } from '../harness/interleaved.ts';
import { ratioOf, spreadOf } from '../harness/medians.ts';
import { settle } from '../harness/pitlane.ts';
import type { Bench, Question } from '../harness/question.ts';
import { type MeasuredRun, runMeasured } from '../harness/run-measured.ts';
import { megabytesText, memoryText, perSecondText, ratioText, type Row, secondsText } from '../harness/table.ts';

export const dataset: Question = {
  name: 'dataset',
  asks: 'How fast are training shards built and pulled?',
  answer,
};

/** Each camera frame with the nearest cloud and the other camera: nearly all bytes of the drive. */
const PLAN = {
  kind: 'frames',
  camera: '/camera/front/image/compressed',
  with: [
    { topic: '/lidar/top/points', toleranceMs: 80, as: 'lidar' },
    { topic: '/camera/rear/image', toleranceMs: 80, as: 'rear' },
    { topic: '/odometry', toleranceMs: 50, as: 'pose' },
  ],
};

/** 1.3 GB in 20 shards. */
const DATASET_DRIVE_S = 150;

async function answer(bench: Bench): Promise<readonly Row[]> {
  const source = await generatedDrive(bench, bench.full ? LONG_DRIVE_S : DATASET_DRIVE_S);
  const home = bench.scratch.folder('dataset-home');
  await bench.pitlane.ingest(home, [source.folder]);
  const plan = join(bench.scratch.folder('dataset-plan'), 'plan.json');
  writeFileSync(plan, JSON.stringify(PLAN));
  const select = ['--sql', 'SELECT drive_id FROM drives', '--plan', plan, '--home', home, '--json'];
  const created = await bench.pitlane.run(['dataset', 'create', 'bench', ...select]);
  const { snapshotId, samples } = JSON.parse(created.stdout) as { snapshotId: string; samples: number };
  const built = await buildPairs(bench, home, snapshotId);
  const pulled = await pullPairs(bench, home, snapshotId);
  bench.scratch.drop(home);
  const size = `${samples} samples, ${megabytesText(built.bytes)}`;
  const row = { question: 'dataset', ratio: '', goal: '' };
  const rowOf = (measured: string, name: string, goal: string, { ours, theirs, bytes }: Compared): Row => ({
    ...row,
    measured,
    pitlane: speedOf(ours, bytes),
    against: `${name}: ${speedOf(theirs, bytes)}`,
    ratio: `${ratioText(ratioOf(wallMs(theirs), wallMs(ours)))} of its speed`,
    goal,
    memory: memoryText(ours[0] as MeasuredRun),
  });
  return [
    rowOf(`build, ${size}`, '`tar` of the members, and `cp`', '≥ 0.5×', built),
    rowOf(`pull of an epoch, ${size}`, '`sha256sum` and `tar -xO` of the shards', '≥ 0.8×', pulled),
  ];
}

interface Compared {
  readonly ours: readonly MeasuredRun[];
  readonly theirs: readonly MeasuredRun[];
  readonly bytes: number;
}

async function buildPairs(bench: Bench, home: string, snapshotId: string): Promise<Compared> {
  const built = ['objects', 'objects/.meta'].map((root) => join(home, root, 'datasets', 'default', snapshotId));
  const build = async (): Promise<MeasuredRun> => {
    for (const folder of built)
      for (const name of readdirSync(folder))
        if (name.startsWith('shards')) rmSync(join(folder, name), { recursive: true });
    settle();
    return said(bench, await bench.pitlane.run(['dataset', 'build', snapshotId, '--home', home], { durable: true }));
  };
  await build();
  const members = bench.scratch.folder('dataset-members');
  const tars = join(shardsOf(home, snapshotId), '*.tar');
  await runMeasured(['sh', '-c', `for shard in ${tars}; do tar -xf "$shard" -C ${members}; done`]);
  const bytes = shardBytes(home, snapshotId);
  const out = bench.scratch.folder('dataset-tar');
  const pack = async (): Promise<MeasuredRun> => {
    rmSync(join(out, 'a.tar'), { force: true });
    rmSync(join(out, 'b.tar'), { force: true });
    settle();
    const copied = `tar -cf ${out}/a.tar -C ${members} . && cp ${out}/a.tar ${out}/b.tar`;
    return said(bench, await runMeasured(['sh', '-c', copied], { durable: true }));
  };
  const pairs = await interleaved(bench.pairs, build, pack);
  bench.scratch.drop(members);
  bench.scratch.drop(out);
  return { ...pairs, bytes };
}

async function pullPairs(bench: Bench, home: string, snapshotId: string): Promise<Compared> {
  const program = `${process.execPath} --max-semi-space-size=2 ${join(bench.pitlane.root, 'apps/cli/bin/pitlane.js')}`;
  const pull = `${program} dataset pull ${snapshotId} --tenant default --home ${home} -o - > /dev/null`;
  const environment = bench.pitlane.environment;
  const tars = join(shardsOf(home, snapshotId), '*.tar');
  const read = `for shard in ${tars}; do sha256sum "$shard" > /dev/null && tar -xOf "$shard" > /dev/null; done`;
  const run = async (text: string): Promise<MeasuredRun> =>
    said(bench, await runMeasured(['sh', '-c', text], { environment }));
  const pairs = await interleaved(
    bench.pairs,
    () => run(pull),
    () => run(read),
  );
  return { ...pairs, bytes: shardBytes(home, snapshotId) };
}

const shardsOf = (home: string, snapshotId: string): string =>
  join(home, 'objects', 'datasets', 'default', snapshotId, 'shards');

const shardBytes = (home: string, snapshotId: string): number =>
  readdirSync(shardsOf(home, snapshotId))
    .filter((name) => name.endsWith('.tar'))
    .reduce((sum, name) => sum + statSync(join(shardsOf(home, snapshotId), name)).size, 0);

function said(bench: Bench, run: MeasuredRun): MeasuredRun {
  bench.say(`  ${secondsText(run.wallMs)}`);
  return run;
}

const wallMs = (runs: readonly MeasuredRun[]): number[] => runs.map((run) => run.wallMs);

function speedOf(runs: readonly MeasuredRun[], bytes: number): string {
  const { median } = spreadOf(wallMs(runs));
  return `${secondsText(median)}, ${perSecondText(bytes, median)}, CPU ${secondsText(spreadOf(runs.map(({ cpuMs }) => cpuMs)).median)}`;
}
