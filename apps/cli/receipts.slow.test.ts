/** A drive that was docked in parts: its receipts as one file, and what the commands say when something stands in none. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openShell, type Shell } from './cli.fixture.ts';
import { smallLog } from '../../test/support/small-log.ts';

let shell: Shell;

beforeAll(async () => {
  shell = await openShell();
  for (const [disk, seed] of Object.entries({ one: 1, two: 2, three: 3 })) {
    const folder = join(shell.home, disk);
    await mkdir(folder);
    await writeFile(join(folder, `${disk}.mcap`), smallLog({ seed }));
    await writeFile(join(folder, 'pitlane.drive.json'), JSON.stringify({ driveId: 'parts', vehicleId: 'car-1' }));
  }
});
afterAll(() => shell[Symbol.asyncDispose]());

const checked = (file: string) => shell.run('verify', '--receipt', file, '--key', 'r.pub');

it('of two dockings has two receipts in one file, each named with its recordings and each checked', async () => {
  expect((await shell.run('ingest', 'one')).exitCode).toBe(0);
  const alone = await shell.run('receipt', 'parts', '-o', 'alone.json', '--key', 'r.pub');
  expect([alone.exitCode, alone.stdout]).toEqual([0, expect.stringContaining('2 recordings (one.mcap')]);
  expect(JSON.parse(await readFile(join(shell.home, 'alone.json'), 'utf8'))).toHaveProperty('signature');
  expect((await shell.run('ingest', 'two')).exitCode).toBe(0);
  const both = await shell.run('receipt', 'parts', '-o', 'both.json');
  expect([both.exitCode, both.stdout.trim().split('\n').length]).toEqual([0, 2]);
  expect(both.stdout).toMatch(/two\.mcap[^]*one\.mcap/);
  expect((await checked('alone.json')).stdout).toMatch(/2 recordings \(.*B\) as \d+ chunks/);
  const { exitCode, stdout } = await checked('both.json');
  expect([exitCode, stdout.match(/^ok {2}receipt/gm)?.length]).toEqual([0, 2]);
});

it('is exit 1 for a recording that stands in no receipt, which is named', async () => {
  await using other = await openShell();
  await other.run('ingest', join(shell.home, 'three'));
  const objects = await readdir(join(other.home, 'objects'), { recursive: true });
  const object = objects.find((name) => /^v1\/(?!.*\/previews\/).*\.mcap$/.test(name)) as string;
  await mkdir(dirname(join(shell.home, 'objects', object)), { recursive: true });
  await writeFile(join(shell.home, 'objects', object), 'in the way');
  expect((await shell.run('ingest', 'three')).exitCode).not.toBe(0);
  await rm(join(shell.home, 'objects', object));
  const { exitCode, stderr } = await shell.run('receipt', 'parts', '-o', 'part.json');
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('in no receipt: 1 recording (three.mcap)')]);
  expect((await checked('part.json')).exitCode).toBe(0);
  expect((await shell.run('ingest', 'three')).exitCode).toBe(0);
  expect((await shell.run('receipt', 'parts', '-o', 'whole.json')).exitCode).toBe(0);
});

it('without manifests is neither retired nor rebuilt in silence', async () => {
  const objects = join(shell.home, 'objects');
  const names = await readdir(objects, { recursive: true });
  for (const name of names.filter((one) => /^v1.*(manifests|receipts)$/.test(one))) {
    await rm(join(objects, name), { recursive: true });
  }
  expect(await shell.run('retire', 'parts')).toMatchObject({ exitCode: 5, stdout: '' });
  const rebuilt = await shell.run('reindex');
  expect(rebuilt.exitCode).toBe(1);
  expect(rebuilt.stdout).toMatch(/\d+ chunk objects in the store that no manifest names, below v1\/.*\/parts\//);
  expect((await shell.run('reindex', '--json')).json<{ orphans: number }>().orphans).toBeGreaterThan(3);
});
