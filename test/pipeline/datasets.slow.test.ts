/** A dataset from the command line: made, built by a process that is killed on the way, pulled, traced back, and erased. */
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateDrive } from '@pitlane/generator';
import { sampleDigests } from '@pitlane/stages/90-serve';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, startCommand, until } from '../support/command.ts';
import { scratchFolder } from '../support/node-under-test.ts';
import { PythonReaders } from '../support/python-readers.ts';
import { requirePython } from '../support/requires.ts';

const SLOW_MS = 300_000;
const python = requirePython();

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let snapshotId: string;
let samples: number;

const at = (...names: string[]): string => path.join(scratch.path, ...names);
const command = async (...args: string[]): Promise<{ code: number | string; stdout: string; stderr: string }> =>
  runCommand([...args, '--home', at('home')]);
async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await command(...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}

const shards = (): string => at('home', 'objects', 'datasets', 'default', snapshotId, 'shards');

beforeAll(async () => {
  scratch = await scratchFolder();
  await generateDrive({ outDir: at('drive'), seed: 7, durationS: 4, vehicleId: 'car-1', size: 'small' });
  expect((await command('ingest', at('drive'))).code).toBe(0);
  const lidar = { topic: '/lidar/top/points', toleranceMs: 80, as: 'lidar' };
  const pose = { topic: '/odometry', toleranceMs: 50, as: 'pose' };
  const plan = { kind: 'frames', camera: '/camera/front/image/compressed', with: [lidar, pose] };
  await writeFile(at('plan.json'), JSON.stringify(plan));
}, SLOW_MS);
afterAll(() => scratch[Symbol.asyncDispose]());

describe('a dataset', () => {
  it(
    'is frozen by SQL, and built to the end when its builder was killed on the way',
    async () => {
      const sql = 'SELECT drive_id, start_ns, end_ns FROM drives';
      const asked = ['--plan', at('plan.json'), '--sql', sql];
      const created = await json<{ snapshotId: string; samples: number }>('dataset', 'create', 'trial', ...asked);
      ({ snapshotId, samples } = created);
      expect(samples).toBeGreaterThan(20);
      const building = startCommand(['dataset', 'build', 'trial', '--home', at('home')]);
      await until(async () =>
        (await readdir(at('home', 'tmp')).catch(() => [])).some((name) => name.startsWith('dataset-')),
      );
      building.signalAll('SIGKILL');
      await building.ended;
      expect(await json('dataset', 'build', 'trial')).toMatchObject({ shards: 1, missing: 0 });
      expect(await json('dataset', 'build', 'trial')).toMatchObject({ built: 0, known: 1 });
    },
    SLOW_MS,
  );

  it(
    'is told of by webhook when it is whole, once however often it is built',
    async () => {
      await writeFile(at('secret'), 'the-secret-of-the-test');
      const nobody = 'http://127.0.0.1:9/nobody-listens';
      const environment = { PITLANE_WEBHOOK_URLS: nobody, PITLANE_WEBHOOK_SECRET_FILE: at('secret') };
      const told = (...args: string[]) => runCommand([...args, '--home', at('home'), '--json'], { environment });
      for (let times = 0; times < 2; times += 1) expect((await told('dataset', 'build', 'trial')).code).toBe(0);
      const { deliveries } = JSON.parse((await told('webhooks', 'list')).stdout) as { deliveries: object[] };
      const data = { tenant: 'default', name: 'trial', snapshotId, shards: 1 };
      expect(deliveries).toMatchObject([{ type: 'dataset.built', event: { drive: null, data } }]);
    },
    SLOW_MS,
  );

  it(
    'is pulled by two ranks, each sample once, and read alike by webdataset',
    async () => {
      for (const rank of ['0', '1']) {
        const dealt = ['--rank', rank, '--world-size', '2', '--streams', '2', '--resume', at('state')];
        const { code } = await command('dataset', 'pull', snapshotId, '--tenant', 'default', '-o', at('out'), ...dealt);
        expect(code).toBe(0);
      }
      const tar = await readFile(path.join(shards(), 'train-000000.tar'));
      const whole = Object.fromEntries(sampleDigests(tar));
      expect(Object.keys(whole)).toHaveLength(samples);
      const files = (await readdir(at('out'))).map((name) => at('out', name));
      const pulled = await Promise.all(files.map(async (file) => [...sampleDigests(await readFile(file))]));
      expect(pulled.flat()).toHaveLength(samples);
      expect(Object.fromEntries(pulled.flat())).toEqual(whole);
      if (python === undefined) return;
      const [read] = await new PythonReaders(python).samplesOf([path.join(shards(), 'train-000000.tar')]);
      expect(read?.digests).toEqual(whole);
    },
    SLOW_MS,
  );

  it(
    "leads back to the car's files and forward to shards, also from a catalog that was made anew",
    async () => {
      const key = `${snapshotId.slice(0, 8)}-train-000000-00003`;
      const before = await json<{ lines: string[] }>('why', key);
      expect(JSON.stringify(before)).toContain('lidar.mcap bytes ');
      const rows = 'SELECT * FROM sample_runs ORDER BY field, first_sample';
      const [datasets, runs] = [await json('dataset', 'list'), await json('sql', rows)];
      expect((await command('reindex')).code).toBe(0);
      expect(await json('dataset', 'list')).toEqual(datasets);
      expect(await json('sql', rows)).toEqual(runs);
      expect(await json('why', key)).toEqual(before);
    },
    SLOW_MS,
  );

  it(
    'gives nothing of a shard that was cut short, and names a drive that was erased',
    async () => {
      const tar = path.join(shards(), 'train-000000.tar');
      await truncate(tar, 100_000);
      const cut = await command('dataset', 'pull', 'trial', '-o', at('cut'));
      expect([cut.code, await readdir(at('cut'))]).toEqual([1, []]);
      expect(cut.stderr).toMatch(/is damaged/);
      await rm(shards(), { recursive: true });
      await rm(at('home', 'objects', 'datasets', 'default', snapshotId, 'shards.ndjson'));
      await rm(at('home', 'objects', 'v1'), { recursive: true });
      const erased = await command('dataset', 'build', 'trial');
      expect(erased.code).toBe(1);
      expect(erased.stderr).toMatch(/was erased or damaged since/);
      await mkdir(at('gone'));
      expect((await command('dataset', 'pull', 'trial', '-o', at('gone'))).stderr).toMatch(/not all built/);
    },
    SLOW_MS,
  );
});
