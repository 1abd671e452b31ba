/** `pitlane matrix` over generated drives: programs of a few lines, good ones and such as break every bound. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MatrixResult } from '@pitlane/contracts/matrix';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShell, type Shell } from './cli.fixture.ts';

const PITLANE = fileURLToPath(new URL('bin/pitlane.js', import.meta.url));

interface Told {
  readonly runId: string;
  readonly jobs: number;
  readonly passed: number;
  readonly population: number;
  readonly passRate: number;
  readonly low: number;
  readonly high: number;
  readonly groups: readonly { readonly group: string; readonly jobs: number }[];
  readonly differences: readonly string[];
  readonly results: readonly MatrixResult[];
}

/** Reads all of its stdin, and tells how many lines and bytes there were. */
const COUNT = `
let lines = 0;
process.stdin.on('data', (bytes) => { for (const byte of bytes) if (byte === 10) lines += 1; });
process.stdin.on('end', () => console.log(JSON.stringify({ pass: true, metrics: { lines } })));`;

let shell: Shell;
const driveIds: string[] = [];
beforeAll(async () => {
  shell = await openShell();
  for (const seed of ['21', '22']) {
    await shell.run('generate', '-o', `drive-${seed}`, '--size', 'small', '--seed', seed, '--vehicle', `car-${seed}`);
    const { drives } = (await shell.run('ingest', `drive-${seed}`, '--json')).json<{ drives: { driveId: string }[] }>();
    driveIds.push((drives[0] as { driveId: string }).driveId);
  }
});
afterAll(() => shell[Symbol.asyncDispose]());

const HALVES = `SELECT drive_id, start_ns, end_ns + 1 AS end_ns, vehicle_id AS group_name FROM drives WHERE vehicle_id LIKE 'car-2%'`;

async function scenario(name: string, script: string, more: object = {}): Promise<string> {
  const { program, ...rest } = more as { program?: object };
  const value = {
    name,
    select: HALVES,
    topics: ['/imu/*', '/gnss/*'],
    ...rest,
    program: { argv: [process.execPath, '-e', script], timeoutS: 60, ...program },
  };
  await writeFile(join(shell.home, `${name}.yaml`), JSON.stringify(value)); // JSON is YAML
  return `${name}.yaml`;
}

async function runOf(name: string, script: string, more: object = {}): Promise<{ told: Told; exitCode: number }> {
  const outcome = await shell.run('matrix', 'run', await scenario(name, script, more), '--json', '--workers', '2');
  return { told: outcome.json<Told>(), exitCode: outcome.exitCode };
}

describe('a run of the matrix', () => {
  it('replays each slice to its program, and shows rates and results in the catalog, after a reindex too', async () => {
    const { told, exitCode } = await runOf('count', COUNT, { windows: { seconds: 1 } });
    expect([exitCode, told.passed, told.jobs, told.population, told.passRate, told.high]).toEqual([0, 4, 4, 4, 1, 1]);
    expect(told.groups.map(({ group, jobs }) => [group, jobs])).toEqual([
      ['car-21', 2],
      ['car-22', 2],
    ]);
    for (const { metrics, messages, replayDigest } of told.results) {
      expect(messages).toBeGreaterThan(50);
      expect([metrics['lines'], replayDigest]).toEqual([messages, expect.stringMatching(/^[0-9a-f]{64}$/)]);
    }
    const query = `SELECT run_id, jobs, passed, population FROM matrix_runs WHERE run_id = '${told.runId}'`;
    const rows = [{ run_id: told.runId, jobs: 4, passed: 4, population: 4 }];
    expect((await shell.run('sql', query, '--json')).json()).toMatchObject({ rows });
    expect((await shell.run('reindex')).exitCode).toBe(0);
    expect((await shell.run('sql', query, '--json')).json()).toMatchObject({ rows });
  });

  it('is repeated exactly, with the same replays, and tells what differs where the program changes its mind', async () => {
    const file = await scenario('again', COUNT);
    const first = (await shell.run('matrix', 'run', file, '--json')).json<Told>();
    const again = await shell.run('matrix', 'run', '--repeat', first.runId, '--json');
    expect([again.exitCode, again.json<Told>().differences]).toEqual([0, []]);
    const digests = (told: Told) => told.results.map(({ replayDigest }) => replayDigest);
    expect(digests(again.json<Told>())).toEqual(digests(first));

    const moody = await runOf(
      'moody',
      `${COUNT} process.stdin.on('end', () => console.log(JSON.stringify({ metrics: { now: process.hrtime()[1] } })))`,
    );
    const other = await shell.run('matrix', 'run', '--repeat', moody.told.runId, '--json');
    expect(other.exitCode).toBe(1);
    expect(other.json<Told>().differences[0]).toContain('now was');
  });

  it('draws a sample by its seed, and tells of how many', async () => {
    const more = { sample: 1, seed: 3 };
    const [one, two] = [await runOf('drawn', COUNT, more), await runOf('drawn', COUNT, more)];
    expect([one.told.jobs, one.told.population]).toEqual([1, 2]);
    expect(two.told.results[0]?.driveId).toBe(one.told.results[0]?.driveId);
  });

  it('bounds programs that hang, flood, die, read nothing or are not there, and goes on with the others', async () => {
    const first = `if (process.env.PITLANE_JOB === '0')`;
    const cases: [string, string, object, string, string][] = [
      [
        'hang',
        `${first} setInterval(() => {}, 1e6); else { ${COUNT} }`,
        { program: { timeoutS: 15 } },
        'error',
        'it had not ended after 15 s',
      ],
      [
        'flood',
        `${first} for (;;) require('fs').writeSync(1, 'x'.repeat(1000)); else { ${COUNT} }`,
        { program: { stdoutBytesMax: 100_000 } },
        'error',
        'it printed over 100 kB',
      ],
      ['die', `${first} process.kill(process.pid, 'SIGSEGV'); else { ${COUNT} }`, {}, 'error', 'a signal'],
      ['deaf', `${first} process.exit(0); else { ${COUNT} }`, {}, 'pass', ''],
      ['fail', `${first} process.exit(1); else { ${COUNT} }`, {}, 'fail', ''],
    ];
    for (const [name, script, more, verdict, text] of cases) {
      const { told, exitCode } = await runOf(name, script, more);
      expect([name, told.results.map((result) => result.verdict)]).toEqual([name, [verdict, 'pass']]);
      expect(told.results[0]?.text).toContain(text);
      expect([name, exitCode]).toEqual([name, verdict === 'pass' ? 0 : 1]);
    }
    const missing = await runOf('missing', '', { program: { argv: ['/nowhere/at-all'] } });
    expect(missing.told.results.map(({ verdict }) => verdict)).toEqual(['error', 'error']);
  });

  it('calls a program flaky that passes only at times', async () => {
    const script = `${COUNT} process.stdin.on('end', () => process.exit(Number(process.env.PITLANE_REPEAT)))`;
    const { told } = await runOf('flaky', script, { repeats: 2 });
    expect(told.results.map(({ verdict, text }) => [verdict, text])).toEqual([
      ['flaky', 'passed in 1 of 2 repeats'],
      ['flaky', 'passed in 1 of 2 repeats'],
    ]);
    expect(told.results[0]?.replayDigest).not.toBeNull();
  });

  it('gives a program MCAP where it is asked for', async () => {
    const script = `const parts = []; process.stdin.on('data', (bytes) => parts.push(bytes)); process.stdin.on('end', () => {
      const all = Buffer.concat(parts);
      process.exit(all.subarray(1, 5).toString() === 'MCAP' && all.subarray(-7, -3).toString() === 'MCAP' ? 0 : 1);
    });`;
    expect((await runOf('mcap', script, { format: 'mcap' })).exitCode).toBe(0);
  });

  it('killed midway goes on where it was, and leaves no program behind', async () => {
    const marker = join(shell.home, 'begun');
    const script = `${COUNT} require('fs').writeFileSync(${JSON.stringify(marker)} + process.env.PITLANE_JOB, String(process.pid));
      if (process.env.PITLANE_JOB === '1' && !require('fs').existsSync(${JSON.stringify(`${marker}.go`)})) setInterval(() => {}, 1e6);`;
    const file = join(shell.home, await scenario('killed', script));
    const child = spawn(process.execPath, [PITLANE, 'matrix', 'run', file, '--workers', '1', '--home', shell.home], {
      stdio: 'ignore',
    });
    await expect.poll(() => readFile(`${marker}1`, 'utf8').catch(() => ''), { timeout: 60_000 }).not.toBe('');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const pid = Number(await readFile(`${marker}1`, 'utf8'));
    await expect.poll(() => isRunning(pid), { timeout: 30_000 }).toBe(false);
    await writeFile(`${marker}.go`, '');
    const [runId = ''] = (await readdir(join(shell.home, 'matrix'))).filter((name) => name.startsWith('killed-'));
    await rm(`${marker}0`);
    const { exitCode, stdout } = await shell.run('matrix', 'run', '--continue', runId, '--json');
    expect([exitCode, (JSON.parse(stdout) as Told).passed]).toEqual([0, 2]);
    await expect(readFile(`${marker}0`)).rejects.toThrow('ENOENT'); // what had a result was not run again
  });

  it('is planned for a cluster: its jobs need no node and no catalog, and their results are taken in', async () => {
    const planned = await shell.run('matrix', 'run', await scenario('cluster', COUNT), '--plan-only');
    const folder = planned.stdout.trim();
    const [runId = ''] = folder.split('/').slice(-1);
    const hidden = join(shell.home, 'catalog.away');
    await rename(join(shell.home, 'catalog.duckdb'), hidden);
    for (const name of await readdir(join(folder, 'jobs'))) {
      const outcome = await shell.run('matrix', 'job', join(folder, 'jobs', name), '-o', join(folder, 'results', name));
      expect(outcome.exitCode).toBe(0);
    }
    await rename(hidden, join(shell.home, 'catalog.duckdb'));
    const { exitCode, stdout } = await shell.run('matrix', 'run', '--continue', runId, '--json');
    expect([exitCode, (JSON.parse(stdout) as Told).passed]).toEqual([0, 2]);
  });

  it('names an object that is gone, and judges the other slices', async () => {
    const { rows } = (
      await shell.run(
        'sql',
        `SELECT object FROM chunks WHERE drive_id = '${driveIds[0]}' AND list_contains(topics, '/imu/data')`,
        '--json',
      )
    ).json<{ rows: { object: string }[] }>();
    const object = join(shell.home, 'objects', (rows[0] as { object: string }).object);
    await rename(object, `${object}.away`);
    const { told } = await runOf('gone', COUNT);
    await rename(`${object}.away`, object);
    expect(told.results.map(({ verdict }) => verdict).sort()).toEqual(['error', 'pass']);
    expect(told.results.find(({ verdict }) => verdict === 'error')?.text).toContain('its replay failed');
  });

  it.each([
    ['no scenario at all', 2, []],
    ['a scenario that is not there', 1, ['none.yaml']],
    ['a run that is not there', 1, ['--continue', 'none']],
    ['a path for a run', 2, ['--continue', '../x']],
    ['a run to repeat that is not there', 1, ['--repeat', 'none']],
  ])('answers %s with exit %i', async (_, code, args) => {
    expect((await shell.run('matrix', 'run', ...args)).exitCode).toBe(code);
  });

  it('tells all faults of a scenario, and takes no SQL but a selection', async () => {
    await writeFile(join(shell.home, 'wrong.yaml'), 'name: a b\nprogram:\n  argv: []\n');
    const wrong = await shell.run('matrix', 'run', 'wrong.yaml');
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringMatching(/name: [^]*select: [^]*program\.argv: /)]);
    await writeFile(join(shell.home, 'bomb.yaml'), `a: &a [x, x]\nb: &b [*a, *a]\nname: [*b, *b]\n`);
    expect((await shell.run('matrix', 'run', 'bomb.yaml')).exitCode).toBe(2);
    const refused = await shell.run('matrix', 'run', await scenario('drop', COUNT, { select: 'DROP TABLE drives' }));
    expect(refused.exitCode).toBe(5);
    const empty = await shell.run(
      'matrix',
      'run',
      await scenario('empty', COUNT, { select: 'SELECT drive_id FROM drives WHERE false' }),
    );
    expect(empty.exitCode).toBe(1);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
