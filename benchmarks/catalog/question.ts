/**
 * Does the embedded catalog stay quick with the chunks of a whole fleet in it? The ten commonest questions over HTTP, while
 * 200 rows a second are written; a year's coverage; and what it costs to register a chunk, against a small catalog.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Program } from '../harness/program.ts';
import type { Bench, Question } from '../harness/question.ts';
import { spreadOf } from '../harness/medians.ts';
import { EMPTY_ROW, goalText, memoryText, type Row } from '../harness/table.ts';
import { fillCatalog } from './fill.ts';

export const cataloging: Question = {
  name: 'catalog',
  asks: 'How quick is the embedded catalog with the chunks of a fleet in it? (--full: ten million; else a million)',
  answer,
};

const FULL_CHUNKS = 10_000_000;
const CHUNKS = 1_000_000;
const FEW_CHUNKS = 10_000;
const MEMORY_BYTES = 512 * 1024 * 1024;
const ROUNDS = 20;
const P95_MS = 150;
const YEAR_MS = 1000;
const APPENDS = 20;

type Said = { readonly url: string; readonly token: string } | { readonly appendMs: readonly number[] };

async function answer(bench: Bench): Promise<readonly Row[]> {
  const chunks = bench.full ? FULL_CHUNKS : CHUNKS;
  await using many = await Served.open(bench, chunks);
  const drive = await many.newestDrive();
  const questions = commonest(drive);
  const times: number[] = [];
  const worst: [string, number][] = [];
  for (const [name, path] of questions) {
    const took = await many.times(path, ROUNDS);
    times.push(...took);
    worst.push([name, p95(took)]);
    bench.say(`  ${name}: p95 ${p95(took).toFixed(0)} ms, median ${spreadOf(took).median.toFixed(0)} ms`);
  }
  const [slowest = ['', 0]] = worst.toSorted(([, a], [, b]) => b - a);
  const year = await many.times(`/v1/coverage/days?limit=2000&start=1735689600000000000`, 5);
  const appends = await many.appendTimes(APPENDS);
  await using few = await Served.open(bench, FEW_CHUNKS);
  const appendsFew = await few.appendTimes(APPENDS);
  const ratio = spreadOf(appends).median / spreadOf(appendsFew).median;
  const row = { ...EMPTY_ROW, question: 'catalog', memory: memoryText(many.program.use()) };
  const size = `${chunks.toLocaleString('en')} chunks`;
  return [
    {
      ...row,
      measured: `ten commonest questions over HTTP, ${size}, 200 rows a second written`,
      pitlane: `p95 ${p95(times).toFixed(0)} ms; the slowest of them, ${slowest[0]}: ${slowest[1].toFixed(0)} ms`,
      goal: goalText(`p95 < ${P95_MS} ms with 512 MB for DuckDB`, p95(times) < P95_MS),
    },
    {
      ...row,
      measured: `a year of a fleet of 40, day by day and topic, first page, ${size}`,
      pitlane: `median ${spreadOf(year).median.toFixed(0)} ms`,
      goal: goalText('< 1 s', spreadOf(year).median < YEAR_MS),
    },
    {
      ...row,
      measured: `50 chunks appended, ${size} there before`,
      pitlane: `median ${spreadOf(appends).median.toFixed(1)} ms`,
      against: `${FEW_CHUNKS.toLocaleString('en')} chunks before: ${spreadOf(appendsFew).median.toFixed(1)} ms`,
      ratio: `${ratio.toFixed(2)}×`,
      goal: goalText('the same', ratio < 1.25),
    },
  ];
}

function p95(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
}

interface Drive {
  readonly driveId: string;
  readonly vehicleId: string;
  readonly startTime: string;
}

function commonest({ driveId, vehicleId, startTime }: Drive): readonly (readonly [name: string, path: string])[] {
  const minutes = (count: number): string => String(BigInt(startTime) + BigInt(count) * 60_000_000_000n);
  const day = `start=${startTime}&end=${minutes(24 * 60)}`;
  return [
    ['the first page of drives', '/v1/drives'],
    ['the drives of a car', `/v1/drives?vehicle=${vehicleId}`],
    ['the drives of a day', `/v1/drives?${day}`],
    ['a drive', `/v1/drives?drive=${driveId}`],
    ['its recordings', `/v1/recordings?drive=${driveId}`],
    ['its topics', `/v1/topics?drive=${driveId}`],
    ['its chunks of ten minutes', `/v1/chunks?drive=${driveId}&start=${startTime}&end=${minutes(10)}`],
    ['its coverage', `/v1/coverage?drive=${driveId}`],
    ['its losses', `/v1/losses?drive=${driveId}`],
    ['the chunks of a topic of a car on a day', `/v1/chunks?vehicle=${vehicleId}&topic=/imu&${day}`],
  ];
}

class Served implements AsyncDisposable {
  readonly program: Program<Said>;
  readonly #url: string;
  readonly #token: string;
  readonly #drop: () => void;

  private constructor(program: Program<Said>, { url, token }: { url: string; token: string }, drop: () => void) {
    this.program = program;
    this.#url = url;
    this.#token = token;
    this.#drop = drop;
  }

  static async open(bench: Bench, chunks: number): Promise<Served> {
    const folder = bench.scratch.folder(`catalog-${chunks}`);
    const [file, temp] = [join(folder, 'catalog.duckdb'), join(folder, 'spill')];
    bench.say(`a catalog of ${chunks.toLocaleString('en')} chunks`);
    await fillCatalog(file, temp, chunks, (text) => bench.say(text));
    const program = new Program<Said>(fileURLToPath(new URL('./serve.ts', import.meta.url)), [
      file,
      temp,
      String(MEMORY_BYTES),
    ]);
    const said = await program.next();
    if (!('url' in said)) throw new Error('the catalog said something else than where it listens');
    return new Served(program, said, () => bench.scratch.drop(folder));
  }

  async newestDrive(): Promise<Drive> {
    const { drives } = (await this.#get('/v1/drives?vehicle=car-07&limit=2000')) as { drives: Drive[] };
    const newest = drives.toSorted((a, b) => (a.startTime < b.startTime ? 1 : -1))[0];
    if (newest === undefined) throw new Error('the catalog has no drive of car-07');
    return newest;
  }

  async times(path: string, rounds: number): Promise<number[]> {
    await this.#get(path);
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const startedMs = performance.now();
      await this.#get(path);
      times.push(performance.now() - startedMs);
    }
    return times;
  }

  /** How long so many appends took that come while nothing is asked. */
  async appendTimes(count: number): Promise<number[]> {
    const times: number[] = [];
    this.program.tell({});
    await this.program.next();
    while (times.length < count) {
      await new Promise((resolve) => void setTimeout(resolve, 1000));
      this.program.tell({});
      const said = await this.program.next();
      if ('appendMs' in said) times.push(...said.appendMs);
    }
    return times;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
    this.#drop();
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, { headers: { authorization: `Bearer ${this.#token}` } });
    const body = await response.text();
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${body.slice(0, 500)}`);
    return JSON.parse(body);
  }
}
