/**
 * Loaded before a program by the test that kills it (`node --import`), and by all of its processes and threads: counts every
 * write to the journal and every change of names below the home, and ends the whole process group with SIGKILL right before or
 * right after one of them. No program knows of it.
 *
 * PITLANE_TEST_STEPS names a file that gets a line a step; PITLANE_TEST_KILL a step, as `after main journal INSERT docks 2`.
 */
import { appendFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';

const role = path.basename((isMainThread ? process.argv[1] : process.argv.at(-1)) ?? '').split('.')[0];
const home = process.env['PITLANE_HOME'];
const steps = process.env['PITLANE_TEST_STEPS'];
const kill = process.env['PITLANE_TEST_KILL'];
const counts = new Map();

/** The step's name: who takes it, and the how-manieth of its kind it is there. */
function stepOf(what) {
  const kind = `${role} ${what}`;
  const count = (counts.get(kind) ?? 0) + 1;
  counts.set(kind, count);
  const step = `${kind} ${count}`;
  if (steps) appendFileSync(steps, `${step}\n`);
  return step;
}

function dieAt(moment) {
  // The signal is on its way to this process too: nothing of it goes on.
  if (moment === kill) for (;;) process.kill(0, 'SIGKILL');
}

/** The folder of the home that a path lies in; undefined elsewhere. */
function placeOf(target) {
  const relative = home === undefined || typeof target !== 'string' ? '..' : path.relative(home, target);
  const [place] = relative.split(path.sep);
  return place === '..' || !['spool', 'staged', 'objects', 'keys'].includes(place) ? undefined : place;
}

/** @param which of the arguments is the name that changes */
function watchCall(name, which) {
  const call = fs[name];
  fs[name] = async (...args) => {
    const place = placeOf(args[which]);
    if (place === undefined) return call(...args);
    const step = stepOf(`${place} ${name}`);
    dieAt(`before ${step}`);
    const result = await call(...args);
    dieAt(`after ${step}`);
    return result;
  };
}

watchCall('rename', 1);
watchCall('link', 1);
watchCall('unlink', 0);
watchCall('rm', 0);
syncBuiltinESMExports();

const Database = createRequire(new URL('../../libs/adapters/journal-sqlite/index.ts', import.meta.url))(
  'better-sqlite3',
);
const prepare = Database.prototype.prepare;
Database.prototype.prepare = function prepareWatched(sql) {
  const statement = prepare.call(this, sql);
  if (path.basename(this.name) !== 'journal.sqlite' || statement.reader) return statement;
  const [, verb, table] =
    /^(INSERT|UPDATE|DELETE)\D*?(docks|recordings|beginnings|chunks|receipts|previews|webhook_deliveries)/.exec(sql) ??
    [];
  const run = statement.run.bind(statement);
  statement.run = (...values) => {
    const step = stepOf(`journal ${verb} ${table}`);
    dieAt(`before ${step}`);
    const result = run(...values);
    dieAt(`after ${step}`);
    return result;
  };
  return statement;
};
