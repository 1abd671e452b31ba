/**
 * `npm run bench [-- QUESTION…] [--seed N] [--pairs N] [--full] [--write]`: asks the questions one after another and
 * prints the table. It measures the build, as people run it; `npm run bench` builds first.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireData, requirePython } from '../test/support/requires.ts';
import { bays } from './bays/question.ts';
import { cataloging } from './catalog/question.ts';
import { dataset } from './dataset/question.ts';
import { exporting } from './export/question.ts';
import { geo } from './geo/question.ts';
import { commandText, optionsFrom } from './harness/command-line.ts';
import { machineText } from './harness/machine.ts';
import { Pitlane } from './harness/pitlane.ts';
import type { Bench, Question } from './harness/question.ts';
import { servicesFrom } from './harness/services.ts';
import { Scratch } from './harness/scratch.ts';
import { hasBlock, withBlock } from './harness/table-block.ts';
import { EMPTY_ROW, type Row, tableText } from './harness/table.ts';
import { ingest } from './ingest/question.ts';
import { inspecting } from './inspect/question.ts';
import { landerMemory } from './lander-memory/question.ts';
import { lanes } from './lanes/question.ts';
import { memory } from './memory/question.ts';
import { produce } from './produce/question.ts';
import { profile } from './profile/question.ts';
import { readers } from './readers/question.ts';
import { redock } from './redock/question.ts';
import { replaying } from './replay/question.ts';
import { rewrite } from './rewrite/question.ts';
import { sizes } from './sizes/question.ts';
import { slicing } from './slice/question.ts';
import { startup } from './startup/question.ts';
import { transport } from './transport/question.ts';

const QUESTIONS: readonly Question[] = [
  ingest,
  profile,
  redock,
  rewrite,
  sizes,
  memory,
  bays,
  startup,
  inspecting,
  readers,
  exporting,
  dataset,
  geo,
  cataloging,
  slicing,
  replaying,
  produce,
  transport,
  lanes,
  landerMemory,
];

const root = fileURLToPath(new URL('..', import.meta.url));
const names = QUESTIONS.map(({ name }) => name);
const options = optionsFrom(process.argv.slice(2), names);
const scratch = new Scratch();
process.on('exit', () => scratch.close());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(4));

const bench: Bench = {
  scratch,
  pitlane: new Pitlane(root, process.env),
  seed: options.seed,
  pairs: options.pairs,
  full: options.full,
  python: requirePython(),
  realLogs: requireData(),
  services: servicesFrom(process.env, root),
  say: (text) => void process.stderr.write(`${text}\n`),
};

const rows: Row[] = [];
for (const question of QUESTIONS.filter(({ name }) => options.questions.includes(name))) {
  bench.say(`\n${question.name}: ${question.asks}`);
  rows.push(...(await answered(question)));
}
const day = new Date().toISOString().slice(0, 10);
const text = `${tableText(rows)}

Medians of ${options.pairs} interleaved pairs after a warm-up, ratios pair by pair with their range; memory and sizes are of
single runs. \`${commandText(options, names)}\`, seed ${options.seed}, ${day}, ${machineText()}.`;
process.stdout.write(`${text}\n`);
if (options.write && process.exitCode === undefined) write(text);

/** A question that fails is a row that says so, and the others are asked all the same. */
async function answered(question: Question): Promise<readonly Row[]> {
  try {
    return await question.answer(bench);
  } catch (error) {
    bench.say(`${question.name} failed: ${error instanceof Error ? error.stack : String(error)}`);
    process.exitCode = 1;
    return [{ ...EMPTY_ROW, question: question.name, measured: question.asks, pitlane: '**failed**' }];
  }
}

function write(block: string): void {
  for (const name of ['benchmarks/README.md', 'README.md']) {
    const file = join(root, name);
    const document = readFileSync(file, 'utf8');
    if (hasBlock(document)) writeFileSync(file, withBlock(document, block));
    else bench.say(`${name} has no markers for the table, and stays as it is`);
  }
}
