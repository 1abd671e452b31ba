import { mkdir, readFile, watch, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openShell, type Shell } from './cli.fixture.ts';
import type { IngestedDrive } from './node/ingest-paths.ts';

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
  await shell.run('generate', '-o', 'drive', '--size', 'small', '--vehicle', 'car-9');
});
afterAll(() => shell[Symbol.asyncDispose]());

/** The words of each command that was printed to be tried. */
const printedCommands = (text: string): string[][] =>
  [...text.matchAll(/^ {2}npx pitlane (.*)$/gm)].map(([, line = '']) =>
    [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
  );

it('stops at Ctrl-C with exit 4, and goes on when it is run again', async () => {
  const stop = new AbortController();
  // The file says that the node is up and takes the drive in.
  const begun = (async () => {
    for await (const { filename } of watch(shell.home)) if (filename === 'node.json') return stop.abort();
  })();
  const stopped = await shell.runUntil(stop.signal, 'ingest', 'drive');
  await begun;
  expect(stopped.exitCode).toBe(4);
  expect(stopped.stderr).toMatch(/run (the same command|it) again to go on/);
});

it('says what landed, what each topic saved and the receipt, and prints three commands that work as they stand', async () => {
  const { exitCode, stdout, stderr } = await shell.run('ingest', 'drive');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/landed \d+ chunks.* stored/);
  expect(stdout).toMatch(/\/lidar\/top\/points +20 +\S+ MB +\S+ kB +\d+ %/);
  expect(stdout).toMatch(/receipt [0-9a-f]{64}/);
  const commands = printedCommands(stderr);
  expect(commands).toHaveLength(3);
  // A second time round, the file that the first wrote is not in the way.
  for (const again of [false, true]) {
    const printed = again ? printedCommands((await shell.run('ingest', 'drive')).stderr) : commands;
    for (const command of printed) {
      const tried = await shell.run(...command);
      expect([command, tried.exitCode]).toEqual([command, 0]);
      expect(tried.stdout).not.toBe('');
    }
  }
});

it('names the half copy that the whole one supersedes, in report, list and restore', async () => {
  const whole = await readFile(join(shell.home, 'drive', 'vehicle.mcap'));
  for (const [folder, bytes] of Object.entries({ half: whole.subarray(0, 200_000), whole })) {
    await mkdir(join(shell.home, folder));
    await writeFile(join(shell.home, folder, 'vehicle.mcap'), bytes);
  }
  expect((await shell.run('ingest', 'half', '--vehicle', 'twice')).exitCode).toBe(3);
  const told = await shell.run('ingest', 'whole', '--vehicle', 'twice');
  expect(told.stdout).toContain('superseded  vehicle.mcap (200 kB): all of its messages are in vehicle.mcap (');
  const again = await shell.run('ingest', 'whole', '--vehicle', 'twice', '--json');
  const [drive] = again.json<{ drives: [IngestedDrive] }>().drives;
  const { recordingId } = drive.recordings[0] ?? {};
  expect(drive.superseded).toMatchObject([{ path: 'vehicle.mcap', bytes: 200_000, supersededBy: recordingId }]);

  const list = await shell.run('recordings', '--drive', drive.driveId, '--json');
  const rows = list.json<{ recordings: { setState: string; supersededBy: string | null }[] }>().recordings;
  expect(rows.map(({ setState }) => setState).sort()).toEqual(['active', 'superseded']);
  expect(rows.find(({ setState }) => setState === 'superseded')?.supersededBy).toBe(recordingId);
  const table = (await shell.run('recordings', '--drive', drive.driveId)).stdout;
  expect(table).toContain(`superseded by ${recordingId?.slice(0, 12)}`);

  const restored = await shell.run('restore', drive.driveId, '-o', 'restored');
  expect(restored.exitCode).toBe(0);
  expect(restored.stdout).toContain('left out  vehicle.mcap (200 kB): all of its messages are in vehicle.mcap (');
});

it('keeps every path of equal files, a later one too, and restores each', async () => {
  const folder = join(shell.home, 'equal');
  await mkdir(join(folder, 'sub'), { recursive: true });
  for (const path of ['a.txt', 'sub/b.txt']) await writeFile(join(folder, path), 'the same text');
  const first = await shell.run('ingest', 'equal');
  expect(first.stdout).toContain('note  a.txt: the same bytes lie at sub/b.txt too');
  await writeFile(join(folder, 'c.txt'), 'the same text');
  const [{ driveId }] = (await shell.run('ingest', 'equal', '--json')).json<{ drives: [IngestedDrive] }>().drives;
  const again = (await shell.run('ingest', 'equal', '--json')).json<{ drives: [IngestedDrive] }>().drives[0];
  expect(again.recordings.map(({ path }) => path)).toEqual(['a.txt', 'c.txt', 'sub/b.txt']);
  await shell.run('restore', driveId, '-o', 'equal-again');
  for (const { path } of again.recordings) {
    expect(await readFile(join(shell.home, 'equal-again', path), 'utf8'), path).toBe('the same text');
  }
});

it('lands a drive whose sidecar is broken, says what was taken instead, and ends with exit 3', async () => {
  await mkdir(join(shell.home, 'broken'));
  await writeFile(join(shell.home, 'broken', 'note.txt'), 'a note');
  await writeFile(join(shell.home, 'broken', 'pitlane.drive.json'), '{"vehicleId":"car-1",');
  const { exitCode, stdout } = await shell.run('ingest', 'broken');
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(
    /NOT HEEDED {2}pitlane\.drive\.json: it is not JSON .*taken instead: tenant default, vehicle unknown, drive unknown-/,
  );
  expect(stdout).not.toContain('pitlane.drive.json: pitlane.drive.json');
});

it('refuses a vehicle or a tenant that the sidecar contradicts', async () => {
  const vehicle = await shell.run('ingest', 'drive', '--vehicle', 'car-8');
  expect([vehicle.exitCode, vehicle.stderr]).toEqual([2, expect.stringMatching(/car-8 .*names car-9/)]);
  await mkdir(join(shell.home, 'tenants'));
  await writeFile(join(shell.home, 'tenants', 'pitlane.drive.json'), '{"tenant":"acme"}');
  const tenant = await shell.run('ingest', 'tenants', '--tenant', 'other');
  expect([tenant.exitCode, tenant.stderr]).toEqual([5, expect.stringMatching(/other .*names acme/)]);
});

it('answers a drive that is not there with the nearest, and an unknown vehicle or topic with a hint', async () => {
  const [{ driveId }] = (await shell.run('drives', '--json', '--vehicle', 'car-9')).json<{
    drives: [{ driveId: string }];
  }>().drives;
  const mistyped = `${driveId}0`;
  for (const list of ['drives', 'recordings', 'topics', 'chunks', 'coverage']) {
    const told = await shell.run(list, '--drive', mistyped, '--json');
    expect([list, told.exitCode, told.json()]).toMatchObject([list, 1, { error: { code: 'not-found' } }]);
    expect(told.stderr).toMatch(`there is no drive "${mistyped}"; the nearest are "${driveId}"`);
    expect((await shell.run(list, '--drive', driveId, '--end', '1970-01-02T00:00:00Z')).exitCode).toBe(0);
  }
  for (const line of [
    ['receipt', mistyped, '-o', 'none'],
    ['retire', mistyped],
  ])
    expect((await shell.run(...line)).stderr).toContain(`the nearest are "${driveId}"`);
  const vehicle = await shell.run('drives', '--vehicle', 'car-99', '--json');
  expect([vehicle.exitCode, vehicle.json()]).toEqual([0, { drives: [], next: null }]);
  expect(vehicle.stderr).toContain('hint: there is no drive of a vehicle "car-99"; the nearest are "car-9"');
  const topic = await shell.run('chunks', '--drive', driveId, '--topic', '/imu/dta');
  expect([topic.exitCode, topic.stderr]).toEqual([0, expect.stringContaining('the nearest are "/imu/data"')]);
});
