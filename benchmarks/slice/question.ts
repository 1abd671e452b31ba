/**
 * What do 30 s of one thin topic cost, out of a drive of 4 GB? Requests and bytes, as the command tells them, against the
 * stored bytes of the inner chunks that hold the topic, as the manifest tells them; then the time to the first byte and to
 * the last over HTTP from a node that runs, against `pymcap-cli filter` on the car's own file, process and all.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dropDrive, generatedDrive } from '../harness/generated-drive.ts';
import { interleaved } from '../harness/interleaved.ts';
import { ratioOf, spreadOf } from '../harness/medians.ts';
import type { Bench, Question } from '../harness/question.ts';
import { type MeasuredRun, runMeasured } from '../harness/run-measured.ts';
import { StayingNode } from '../harness/staying-node.ts';
import { EMPTY_ROW, goalText, memoryText, ratioText, type Row } from '../harness/table.ts';

/** About 4.1 GB. */
const LENGTH_S = 450;
const TOPIC = '/gnss/fix';
const SLICE_S = 30;
const FILE = 'vehicle.mcap';
const REQUESTS_MAX = 4;
const BYTES_OVER_MAX = 256 * 1024;

interface Asked {
  readonly drive: string;
  readonly topics: string;
  readonly start: string;
  readonly end: string;
}

interface Streamed {
  readonly firstMs: number;
  readonly wallMs: number;
  readonly bytes: number;
}

export const slicing: Question = {
  name: 'slice',
  asks: 'What do 30 s of one thin topic cost, out of a drive of 4 GB?',
  answer,
};

async function answer(bench: Bench): Promise<readonly Row[]> {
  const source = await generatedDrive(bench, LENGTH_S);
  const home = bench.scratch.folder('slice-home');
  const [drive] = (await bench.pitlane.ingest(home, [source.folder])).drives;
  const file = source.files.find((path) => path.endsWith(FILE)) ?? '';
  const measured = `${SLICE_S} s of ${TOPIC} from ${(source.bytes / 1e9).toFixed(1)} GB`;
  const row = { ...EMPTY_ROW, question: 'slice', measured };
  await using node = new StayingNode(bench.pitlane, home);
  const { url } = await node.address();
  const asked = await middleOf(url, drive?.driveId ?? '');
  const rows = [{ ...row, ...(await costs(bench, home, url, asked)) }];
  const filter = filterProgram(bench.python);
  const ours = (): Promise<Streamed> => streamed(`${url}/v1/slice?${queryOf(asked)}`);
  if (filter === undefined) {
    const runs = [await ours(), await ours()];
    rows.push({ ...row, pitlane: timesOf(runs), against: '`pymcap-cli` is not on this machine' });
  } else {
    const { ours: mine, theirs } = await interleaved(bench.pairs, ours, () => filtered(bench, filter, file, asked));
    const whole = (runs: readonly { readonly wallMs: number }[]): number[] => runs.map(({ wallMs }) => wallMs);
    const ratio = ratioOf(whole(theirs), whole(mine));
    const against = `\`pymcap-cli filter\`, local ${FILE}: ${msText(spreadOf(whole(theirs)).median)}`;
    const memory = `node: ${memoryText(node.program.use())}; theirs: ${memoryText(theirs[0] as MeasuredRun)}`;
    rows.push({ ...row, pitlane: timesOf(mine), against, ratio: `${ratioText(ratio)} of its speed`, memory });
  }
  bench.scratch.drop(home);
  dropDrive(bench, source);
  return rows;
}

/** Half a minute around the end of a window, so that two of them are touched. */
async function middleOf(url: string, drive: string): Promise<Asked> {
  const list = await fetch(`${url}/v1/topics?${queryOf({ drive, topic: TOPIC })}`);
  const { topics } = (await list.json()) as { topics: readonly { startTime: string; endTime: string }[] };
  const [first] = topics as [{ startTime: string; endTime: string }];
  const windowNs = 60_000_000_000n;
  const middleNs = (BigInt(first.startTime) + BigInt(first.endTime)) / 2n;
  const half = BigInt(SLICE_S / 2) * 1_000_000_000n;
  const boundaryNs = (middleNs / windowNs) * windowNs;
  return { drive, topics: TOPIC, start: String(boundaryNs - half), end: String(boundaryNs + half) };
}

async function costs(bench: Bench, home: string, url: string, { drive, topics, start, end }: Asked) {
  const folder = bench.scratch.folder('slice');
  const range = ['--topics', topics, '--start', start, '--end', end, '--home', home, '--json'];
  const run = await bench.pitlane.run(['export', drive, '-o', join(folder, 'cut.mcap'), ...range]);
  bench.scratch.drop(folder);
  const { requests, bytesRead } = JSON.parse(run.stdout) as { requests: number; bytesRead: number };
  const answered = await fetch(`${url}/v1/slice/manifest?${queryOf({ drive, topics, start, end })}`);
  const { objects } = (await answered.json()) as {
    objects: readonly { readonly innerChunks: readonly { readonly bytes: number }[] }[];
  };
  const touched = objects.flatMap(({ innerChunks }) => innerChunks).reduce((sum, { bytes }) => sum + bytes, 0);
  const met = requests <= REQUESTS_MAX && bytesRead <= 2 * touched + BYTES_OVER_MAX;
  return {
    pitlane: `${requests} requests, ${kilobytesText(bytesRead)} read`,
    against: `stored bytes of the ${objects.flatMap(({ innerChunks }) => innerChunks).length} inner chunks: ${kilobytesText(touched)}`,
    ratio: `${(bytesRead / touched).toFixed(2)}× the bytes`,
    goal: goalText(`≤ ${REQUESTS_MAX} requests, ≤ 2× + 256 KiB`, met),
  };
}

async function streamed(address: string): Promise<Streamed> {
  const startedAt = performance.now();
  const { body, ok, status } = await fetch(address);
  if (!ok || !body) throw new Error(`${address} was answered with ${status}`);
  let firstMs: number | undefined;
  let bytes = 0;
  for await (const part of body) {
    firstMs ??= performance.now() - startedAt;
    bytes += (part as Uint8Array).byteLength;
  }
  return { firstMs: firstMs ?? 0, wallMs: performance.now() - startedAt, bytes };
}

async function filtered(
  bench: Bench,
  filter: string,
  file: string,
  { topics, start, end }: Asked,
): Promise<MeasuredRun> {
  const folder = bench.scratch.folder('slice-filter');
  const range = ['--topic', topics, '--start', start, '--end', end, '--quiet', '--no-clobber'];
  const run = await runMeasured([filter, 'filter', file, '-o', join(folder, 'cut.mcap'), ...range]);
  bench.scratch.drop(folder);
  return run;
}

/** It comes with the Python of the reference readers, if at all. */
function filterProgram(python: string | undefined): string | undefined {
  const beside = python === undefined ? undefined : join(dirname(python), 'pymcap-cli');
  return beside !== undefined && existsSync(beside) ? beside : undefined;
}

const queryOf = (query: object): string => new URLSearchParams(Object.entries(query) as [string, string][]).toString();

const msText = (ms: number): string => `${Math.round(ms)} ms`;
const kilobytesText = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;

const timesOf = (runs: readonly Streamed[]): string =>
  `first byte after ${msText(spreadOf(runs.map(({ firstMs }) => firstMs)).median)}, all after ${msText(spreadOf(runs.map(({ wallMs }) => wallMs)).median)}`;
