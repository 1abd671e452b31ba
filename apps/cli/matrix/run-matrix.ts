/** Runs of the matrix: planned, gone on with, or repeated; then kept in the store and shown in the catalog. */
import { randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { systemClock } from '@pitlane/base/time';
import { linesOfRun, type MatrixResult, type MatrixRun, runFromLines } from '@pitlane/contracts/matrix';
import { differences, type Scenario, scenarioDigest, scenarioFrom, type Slice } from '@pitlane/stages/90-serve';
import { parse } from 'yaml';
import type { CommonOptions, Run } from '../command-context.ts';
import { Exit, type ExitCode } from '../exit-codes.ts';
import { followTask } from '../node/follow-task.ts';
import { Pace, stepsASecond } from '../output/pace.ts';
import { Rewritten } from '../output/rewritten.ts';
import { withNode } from '../wiring/with-node.ts';
import { runJobs } from './job-pool.ts';
import { printRun, runJson } from './matrix-text.ts';
import { selectSlices, writeJobs } from './plan-run.ts';
import { RunFolder } from './run-folder.ts';

export interface MatrixFlags extends CommonOptions {
  readonly workers?: number;
  readonly continue?: string;
  readonly repeat?: string;
  readonly planOnly?: boolean;
  readonly tenant?: string;
}

const SCENARIO_BYTES_MAX = 1024 * 1024;

export async function runMatrix(run: Run<MatrixFlags>, file: string | undefined): Promise<ExitCode> {
  const { options, terminal, home, context } = run;
  if ([file, options.continue, options.repeat].filter((one) => one !== undefined).length !== 1) {
    throw new PitlaneError('bad-usage', 'name a scenario, or --continue or --repeat with a run: one of them');
  }
  const before = options.repeat === undefined ? undefined : await keptRun(run, options.repeat);
  const runId = options.continue ?? (await planned(run, file, before));
  const folder = new RunFolder(home, runId);
  if (options.planOnly) {
    terminal.print(folder.path);
    terminal.say(
      `run its jobs with "pitlane matrix job", results into ${join(folder.path, 'results')}, then --continue ${runId}`,
    );
    return Exit.done;
  }
  const workers = options.workers ?? Math.max(1, availableParallelism() - 1);
  await work(run, folder, workers).catch((error: unknown) => {
    if (context.signal.aborted) {
      throw new PitlaneError('interrupted', `stopped: go on with "pitlane matrix run --continue ${runId}"`, {
        cause: error,
      });
    }
    throw error;
  });
  return keep(run, folder, before?.results);
}

async function work({ terminal, context }: Run<MatrixFlags>, folder: RunFolder, workers: number): Promise<void> {
  const lines = new Rewritten(terminal);
  const total = await folder.countJobs();
  let done = (await folder.results()).length;
  const pace = new Pace(stepsASecond('slice'));
  pace.facts(done, total);
  try {
    const { environment, signal } = context;
    await runJobs(folder.open(), { workers, environment, signal }, async (result) => {
      await folder.writeResult(result);
      done += 1;
      lines.show([[`${done} of ${total} slices`, ...pace.facts(done, total)].join('  ')]);
    });
  } finally {
    lines.clear();
  }
}

/** Selects, draws and writes the jobs; of a repetition, those of the run before. */
async function planned(run: Run<MatrixFlags>, file: string | undefined, before: Kept | undefined): Promise<string> {
  const { home, settings, context, terminal } = run;
  const scenario = before ? (before.run.scenario as Scenario) : await readScenario(run.path(file as string));
  const startedAtMs = systemClock.nowMs();
  const runId = newRunId(scenario.name, startedAtMs);
  const folder = new RunFolder(home, runId);
  await folder.make();
  await withNode({ home, settings, signal: context.signal, shares: true }, async (node) => {
    const selected = before
      ? { population: before.run.population, slices: slicesOf(before) }
      : await selectSlices(node, scenario);
    const { slices, population } = selected;
    terminal.say(`${runId}: ${slices.length} slices${population > slices.length ? ` of ${population}` : ''}`);
    await writeJobs(node, folder, { runId }, scenario, slices, terminal);
    const { name, seed } = scenario;
    const tenant = run.options.tenant ?? settings.tenant;
    const facts = {
      tenant,
      runId,
      name,
      scenarioSha256: scenarioDigest(scenario),
      scenario,
      population,
      seed,
      startedAtMs,
    };
    await folder.writeRun({ type: 'matrix-run', matrixVersion: 1, ...facts, repeats: before?.run.runId ?? null });
  });
  return runId;
}

interface Kept {
  readonly run: MatrixRun;
  readonly results: readonly MatrixResult[];
}

const slicesOf = ({ run, results }: Kept): Slice[] =>
  results.map(({ driveId, group, startTime, endTime }) => {
    return { tenant: run.tenant, driveId, vehicleId: '', group, startTime, endTime };
  });

/** A run as it lies in the store. */
async function keptRun({ home, settings, context, terminal }: Run<MatrixFlags>, runId: string): Promise<Kept> {
  const { text } = await withNode({ home, settings, signal: context.signal, shares: true }, (node) =>
    followTask<{ text: string }>(node, 'read-results', { runId }, terminal),
  );
  const kept = runFromLines(text);
  scenarioFrom({ ...kept.run.scenario, seed: Number(kept.run.seed) });
  return kept;
}

/** Into the store, and from there into the catalog; then told. */
async function keep(
  run: Run<MatrixFlags>,
  folder: RunFolder,
  before: readonly MatrixResult[] | undefined,
): Promise<ExitCode> {
  const { home, settings, context, terminal, json } = run;
  const [facts, results] = [await folder.readRun(), await folder.results()];
  const path = join(folder.path, 'results.ndjson');
  await writeFile(path, linesOfRun(facts, results));
  const { object } = await withNode({ home, settings, signal: context.signal, shares: true }, (node) =>
    followTask<{ object: string }>(node, 'keep-results', { path }, terminal),
  );
  const differ = before ? differences(before, results) : [];
  if (json) terminal.json(runJson(facts, results, object, differ));
  else {
    printRun(facts, results, terminal);
    for (const line of differ) terminal.say(line);
    if (before)
      terminal.print(
        differ.length === 0 ? `the same as ${facts.repeats}` : `${differ.length} differences from ${facts.repeats}`,
      );
  }
  if (before) return differ.length === 0 ? Exit.done : Exit.failed;
  return results.every(({ verdict }) => verdict === 'pass') ? Exit.done : Exit.failed;
}

async function readScenario(path: string): Promise<Scenario> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new PitlaneError('not-found', `there is no scenario ${path}`, { cause });
  });
  if (info.size > SCENARIO_BYTES_MAX) throw new PitlaneError('limit-exceeded', `${path} is too large for a scenario`);
  let value: unknown;
  try {
    value = parse(await readFile(path, 'utf8'), { maxAliasCount: 0 });
  } catch (cause) {
    throw new PitlaneError('bad-usage', `${path} is no YAML: ${messageOf(cause)}`, { cause });
  }
  return scenarioFrom(value);
}

function newRunId(name: string, startedAtMs: number): string {
  const stamp = new Date(startedAtMs).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  return `${name}-${stamp}-${randomBytes(4).toString('hex')}`;
}
