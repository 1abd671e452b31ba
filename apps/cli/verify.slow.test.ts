/** `pitlane verify` at the command line: which objects it looks at, and how it tells what is wrong with them. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openShell, type Shell } from './cli.fixture.ts';

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
  await shell.run('generate', '-o', 'drive', '--size', 'small', '--vehicle', 'car-9');
});
afterAll(() => shell[Symbol.asyncDispose]());

interface Verified {
  readonly drives: readonly {
    readonly signedAlone: number;
    readonly faults: readonly { object: string; fault: string }[];
  }[];
}

it('misses an object of a superseded copy, which a receipt vouches for', async () => {
  const whole = await readFile(join(shell.home, 'drive', 'vehicle.mcap'));
  for (const [folder, bytes] of Object.entries({ half: whole.subarray(0, 200_000), whole })) {
    await mkdir(join(shell.home, folder));
    await writeFile(join(shell.home, folder, 'vehicle.mcap'), bytes);
    await shell.run('ingest', folder, '--vehicle', 'twice');
  }
  const sql =
    "SELECT object FROM recording_chunks WHERE set_state = 'superseded' AND chunk_id NOT IN (SELECT chunk_id FROM chunks)";
  const { rows } = (await shell.run('sql', sql, '--json')).json<{ rows: { object: string }[] }>();
  expect(rows.length).toBeGreaterThan(0);
  const sound = await shell.run('verify');
  expect([sound.exitCode, sound.stdout]).toEqual([0, expect.stringContaining(`, and ${rows.length} object`)]);

  const [{ object }] = rows as [{ object: string }];
  const path = join(shell.home, 'objects', object);
  const bytes = await readFile(path);
  await writeFile(path, Buffer.from(bytes).fill(7, bytes.length >> 1));
  const damaged = await shell.run('verify');
  expect(damaged.exitCode).toBe(1);
  expect(damaged.stdout.split(object)).toHaveLength(2);

  await rm(path);
  const gone = await shell.run('verify', '--json');
  expect(gone.exitCode).toBe(1);
  const { drives } = gone.json<Verified>();
  expect(drives.flatMap(({ faults }) => faults)).toMatchObject([
    {
      object: object,
      fault: expect.stringMatching(/^it is missing from the store/),
    },
  ]);
});
