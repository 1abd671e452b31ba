/**
 * What does it cost in bytes to have chunks that stand alone? Inner chunks against zstd level 3 over the same pieces
 * (the library, one piece at a time), whole objects against other writers that get the same records, and the share of
 * indexes, each over a generated drive and over real logs where the machine has them.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DRIVE_S, generatedDrive } from '../harness/generated-drive.ts';
import { landedObjects } from '../harness/landed-objects.ts';
import type { Bench, Question } from '../harness/question.ts';
import { runMeasured } from '../harness/run-measured.ts';
import { EMPTY_ROW, goalText, type Row } from '../harness/table.ts';
import { indexShareOf, type ObjectParts, partsOf, summed } from './object-parts.ts';
import { rewrittenBytes } from './rewritten-bytes.ts';

const INNER_GOAL = 1.03;
const WHOLE_GOAL = 1.02;
const PYTHON_REWRITE = fileURLToPath(new URL('rewritten_bytes.py', import.meta.url));

export const sizes: Question = {
  name: 'sizes',
  asks: 'How many bytes do chunks take, against plain zstd and against other MCAP writers?',
  answer,
};

async function answer(bench: Bench): Promise<readonly Row[]> {
  const source = await generatedDrive(bench, DRIVE_S);
  const rows = await sizesOf(bench, `generated drive, ${DRIVE_S} s`, [source.folder]);
  if (bench.realLogs === undefined) {
    const pitlane = 'the real logs are not on this machine';
    return [
      ...rows,
      { question: 'sizes', measured: 'real logs', pitlane, against: '', ratio: '', goal: '', memory: '' },
    ];
  }
  const logs = ['mcap', 'bag'].flatMap((folder) => filesBelow(join(bench.realLogs as string, folder)));
  return [...rows, ...(await sizesOf(bench, `${logs.length} real logs`, logs))];
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(mcap|bag)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

async function sizesOf(bench: Bench, name: string, paths: readonly string[]): Promise<readonly Row[]> {
  const home = bench.scratch.folder('sizes');
  bench.say(`sizes of ${name}`);
  // Some of the real logs are damaged: they land with their loss reported, which is exit code 3.
  await bench.pitlane.ingest(home, paths, [0, 3]);
  const objects = landedObjects(home);
  const all: ObjectParts[] = [];
  let others = 0;
  for (const object of objects) {
    const bytes = readFileSync(object);
    all.push(partsOf(bytes));
    others += await rewrittenBytes(bytes);
  }
  const parts = summed(all);
  const share = `${(100 * indexShareOf(parts)).toFixed(2)} % of the bytes`;
  const rows = [
    compared(`inner chunks, ${name}`, parts.storedBytes, parts.zstdBytes, 'zstd level 3, same pieces', INNER_GOAL),
    compared(`whole objects, ${name}`, parts.objectBytes, others, '`@mcap/core` writer, zstd 3, 1 MiB', WHOLE_GOAL),
    await againstPython(bench, name, objects, parts.objectBytes),
    { ...EMPTY, measured: `heads and indexes in ${objects.length} objects, ${name}`, pitlane: share },
  ];
  bench.scratch.drop(home);
  return rows;
}

async function againstPython(bench: Bench, name: string, objects: readonly string[], bytes: number): Promise<Row> {
  const measured = `whole objects, ${name}`;
  if (bench.python === undefined) {
    return { ...EMPTY, measured, pitlane: megabytes(bytes), against: 'Python `mcap` is not on this machine' };
  }
  const list = join(bench.scratch.folder('list'), 'objects.txt');
  writeFileSync(list, objects.map((object) => `${object}\n`).join(''));
  const run = await runMeasured([bench.python, PYTHON_REWRITE, list]);
  return compared(measured, bytes, Number(run.stdout), 'Python `mcap` writer, zstd, 1 MiB', WHOLE_GOAL);
}

const EMPTY: Row = { ...EMPTY_ROW, question: 'sizes' };

function compared(measured: string, ours: number, theirs: number, who: string, goal: number): Row {
  return {
    ...EMPTY,
    measured,
    pitlane: megabytes(ours),
    against: `${who}: ${megabytes(theirs)}`,
    ratio: `${(ours / theirs).toFixed(4)}×`,
    goal: goalText(`≤ ${goal}×`, ours / theirs <= goal),
  };
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
