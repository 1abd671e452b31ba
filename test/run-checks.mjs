/**
 * `npm run check`: format, lint, types, tidy and unit tests, two at a time, each with its time.
 * It prints a table and the output of what failed. A checker that looked at nothing counts as failed: tools have been
 * seen to report "0 files, no faults" and exit green. With names as arguments (`npm run check lint types`) it runs only those.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = await mkdtemp(path.join(tmpdir(), 'pitlane-check-'));
/**
 * Test files share their processes here: loading the modules anew for each of some 200 files took two fifths of the time.
 * `npm test` gives each file a process of its own, and so finds what leans on another.
 */
const shared = ['--no-isolate', '--reporter=default', '--reporter=json'];
const vitest = ['vitest', 'run', '--config', 'test/vitest.config.ts', ...shared];

/** Longest first, so that the short ones fill the gap at the end. `seen` says how much the checker looked at. */
const checks = [
  {
    name: 'unit',
    command: [...vitest, `--outputFile.json=${scratch}/unit.json`, '--exclude=**/*.slow.test.ts', 'libs/', 'apps/'],
    seen: () => testsIn('unit.json'),
    unit: 'tests',
  },
  {
    name: 'types',
    command: ['tsc', '-p', 'tsconfig.check.json', '--listFiles'],
    // The compiler lists what it read, libraries too: only our own files count, and only faults are worth showing.
    seen: (output) => output.split('\n').filter(isOwnSource).length,
    shown: withoutList,
    unit: 'files',
  },
  {
    // The pages know a browser, and nothing of Node: their types are looked at apart.
    name: 'pages',
    command: ['tsc', '-p', 'apps/console/web/tsconfig.json', '--listFiles'],
    seen: (output) => output.split('\n').filter(isOwnSource).length,
    shown: withoutList,
    unit: 'files',
  },
  {
    name: 'tidy',
    command: [...vitest, `--outputFile.json=${scratch}/tidy.json`, 'test/tidy/'],
    seen: () => testsIn('tidy.json'),
    unit: 'tests',
  },
  {
    name: 'lint',
    command: ['oxlint', '--type-aware', '--deny-warnings'],
    seen: (output) => numberIn(output, /on (\d+) files? with/),
    unit: 'files',
  },
  {
    name: 'format',
    command: ['biome', 'format', '--max-diagnostics=20', '.'],
    seen: (output) => numberIn(output, /Checked (\d+) files?/),
    unit: 'files',
  },
];

function isOwnSource(line) {
  return path.isAbsolute(line) && /\.tsx?$/.test(line) && !line.includes('node_modules');
}

function withoutList(output) {
  return output
    .split('\n')
    .filter((line) => !path.isAbsolute(line))
    .join('\n');
}

function numberIn(output, pattern) {
  return Number(pattern.exec(output)?.[1] ?? 0);
}

async function testsIn(reportName) {
  try {
    const report = JSON.parse(await readFile(path.join(scratch, reportName), 'utf8'));
    return report.numPassedTests + report.numFailedTests;
  } catch {
    return 0;
  }
}

/** Runs one checker from the project's own binaries and answers with its exit code, its output and its time. */
async function run(check) {
  const startedMs = performance.now();
  const [binary, ...args] = check.command;
  const child = spawn(path.join(root, 'node_modules/.bin', binary), args, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const exitCode = await new Promise((resolve) => {
    child.once('error', (cause) => {
      output += `${binary} did not start (${cause.message}); run npm ci first\n`;
      resolve(1);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
  const seen = await check.seen(output);
  const fault = exitCode === 0 && seen === 0 ? `${check.name} looked at nothing: its exit code 0 means nothing\n` : '';
  return {
    ...check,
    ok: exitCode === 0 && seen > 0,
    seen,
    seconds: (performance.now() - startedMs) / 1000,
    output: fault + (check.shown?.(output) ?? output),
  };
}

async function runAll(selected) {
  const waiting = [...selected];
  const results = [];
  const lane = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) results.push(await run(check));
  };
  await Promise.all(Array.from({ length: Math.min(2, cpus().length) }, lane));
  return selected.map((check) => results.find((result) => result.name === check.name));
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`no check named ${unknown.join(', ')}; there are ${checks.map((check) => check.name).join(', ')}`);
  process.exit(2);
}

const startedMs = performance.now();
const results = await runAll(checks.filter((check) => asked.length === 0 || asked.includes(check.name)));
await rm(scratch, { recursive: true, force: true });

for (const { name, output } of results.filter((result) => !result.ok)) {
  console.log(`\n──── ${name} ────\n${output.trim()}\n`);
}
for (const { name, ok, seconds, seen, unit } of results) {
  console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(8)} ${seconds.toFixed(1).padStart(5)} s   ${seen} ${unit}`);
}
console.log(`      total    ${((performance.now() - startedMs) / 1000).toFixed(1).padStart(5)} s`);
process.exitCode = results.every((result) => result.ok) ? 0 : 1;
