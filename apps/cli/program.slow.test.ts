import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriveResult } from '@pitlane/garage';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShell, type Shell } from './cli.fixture.ts';

interface Topics {
  readonly topics: readonly { readonly topic: string }[];
  readonly next: string | null;
}

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
});
afterAll(() => shell[Symbol.asyncDispose]());

describe('a command line', () => {
  it('that makes no sense is exit 2', async () => {
    const lines = [
      ['frobnicate'],
      ['ingest'],
      ['drives', '--limit', '0'],
      ['drives', '--limti', '1'],
      ['verify', '--receipt', 'r'],
    ];
    for (const line of lines) expect([line, (await shell.run(...line)).exitCode]).toEqual([line, 2]);
  });

  it('with wrong settings is exit 2, and all faults are told', async () => {
    await using wrong = await openShell({ PITLANE_PORT: 'x', PITLANE_STAGE_POLICY: 'never' });
    const { exitCode, stderr } = await wrong.run('drives');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('PITLANE_PORT is "x"');
    expect(stderr).toContain('PITLANE_STAGE_POLICY is "never"');
  });

  it('in a folder without a home is exit 1 for who asks, and makes none', async () => {
    await using empty = await openShell();
    for (const line of [['drives'], ['sql', 'SELECT 1'], ['verify'], ['reindex'], ['export', 'd', '-o', 'x']]) {
      const { exitCode, stdout } = await empty.run(...line, '--json');
      expect([line, exitCode, JSON.parse(stdout)]).toMatchObject([line, 1, { error: { code: 'not-found' } }]);
    }
    expect(await readdir(empty.home)).toEqual([]);
  });

  it('says of a variable that is none which is nearest', async () => {
    await using wrong = await openShell({ PITLANE_PROT: '1', PITLANE_TEST_DATA: 'mine' });
    const { stderr } = await wrong.run('drives');
    expect(stderr).toContain('PITLANE_PROT is no setting and changes nothing; the nearest is PITLANE_PORT');
    expect(stderr).not.toContain('PITLANE_TEST_DATA');
  });

  it('of nothing to be found is exit 1, as text and as JSON', async () => {
    await writeFile(join(shell.home, 'note.txt'), 'a note');
    await shell.run('ingest', 'note.txt', '--vehicle', 'zz');
    const told = await shell.run('why', 'nothing', '--json');
    expect(told.exitCode).toBe(1);
    expect(told.json()).toMatchObject({ error: { code: 'not-found' } });
    expect(told.stderr).toContain('neither garage nor catalog knows "nothing"');
  });
});

describe('an ingest past its deadline', () => {
  it('is exit 4 and ends; what is not landed whole is said to be so; run again it goes on', async () => {
    await using late = await openShell();
    await late.run('generate', '-o', 'drive', '--size', 'small', '--duration', '20', '--vehicle', 'late');
    const stopped = await late.run('ingest', 'drive', '--timeout', '0.05');
    expect([stopped.exitCode, stopped.stderr]).toEqual([4, expect.stringContaining('run it again to go on')]);
    const again = await late.run('ingest', 'drive', '--json');
    expect(again.exitCode).toBe(0);
    const [{ driveId }] = again.json<{ drives: [DriveResult] }>().drives;
    expect((await late.run('verify', driveId)).stdout).toMatch(/(\d+) of \1 chunks looked at/);
    expect((await late.run('verify', driveId, '--subset', '1/30')).stdout).toMatch(/ok .* [1-9]\d* of \d+ chunks/);
  });
});

describe('drives of several tenants, and a catalog that is lost', () => {
  const ingest = async (there: Shell, tenant: string): Promise<string> => {
    const folder = `of-${tenant}`;
    await mkdir(join(there.home, folder));
    await writeFile(join(there.home, folder, 'note.txt'), `a note of ${tenant}`);
    const names = { driveId: 'hw-1', vehicleId: 'car-1', tenant };
    await writeFile(join(there.home, folder, 'pitlane.drive.json'), JSON.stringify(names));
    const told = await there.run('ingest', folder, '--json');
    expect([told.exitCode, told.stderr]).toEqual([0, expect.anything()]);
    return folder;
  };

  it('are found by the id that the lists print, and told apart where both have it', async () => {
    await using there = await openShell();
    await ingest(there, 'acme');
    const one = await there.run('drives');
    expect(one.stdout).toMatch(/^drive +vehicle /);
    expect((await there.run('verify', 'hw-1')).exitCode).toBe(0);
    expect((await there.run('receipt', 'hw-1', '-o', 'r.json')).exitCode).toBe(0);
    expect((await there.run('restore', 'hw-1', '-o', 'one')).exitCode).toBe(0);
    await ingest(there, 'basil');
    expect((await there.run('drives')).stdout).toMatch(/^tenant +drive +vehicle /);
    for (const line of [
      ['verify'],
      ['retire'],
      ['restore', '-o', 'x'],
      ['export', '-o', 'x'],
      ['receipt', '-o', 'x'],
    ]) {
      const asked = await there.run(line[0] as string, 'hw-1', ...line.slice(1));
      expect([line, asked.exitCode, asked.stderr]).toEqual([line, 2, expect.stringContaining('(acme, basil): name')]);
    }
    expect((await there.run('restore', 'hw-1', '-o', 'two', '--tenant', 'basil')).exitCode).toBe(0);
    expect((await there.run('verify')).stdout).toMatch(/hw-1 of acme .*\n.*hw-1 of basil /);
    expect((await there.run('verify', '--tenant', 'acme', '--json')).json()).toMatchObject({
      of: [{ tenant: 'acme' }],
    });
  });

  it('says that the catalog is empty and the store is not', async () => {
    await using there = await openShell();
    expect((await there.run('doctor')).exitCode).toBe(0);
    expect((await there.run('drives')).stderr).not.toContain('reindex');
    await ingest(there, 'acme');
    for (const name of await readdir(there.home)) {
      if (name.startsWith('catalog.duckdb')) await rm(join(there.home, name), { recursive: true });
    }
    for (const line of [['drives'], ['topics'], ['sql', 'SELECT * FROM drives']]) {
      const asked = await there.run(...line);
      expect([asked.exitCode, asked.stderr]).toEqual([0, expect.stringContaining('run `pitlane reindex`')]);
    }
    for (const line of [
      ['verify'],
      ['verify', 'hw-1'],
      ['restore', 'hw-1', '-o', 'x'],
      ['drives', '--drive', 'hw-1'],
    ]) {
      const asked = await there.run(...line);
      expect([line, asked.exitCode, asked.stderr]).toEqual([line, 1, expect.stringContaining('run `pitlane reindex`')]);
    }
    expect((await there.run('reindex')).exitCode).toBe(0);
    expect((await there.run('verify')).exitCode).toBe(0);
  });
});

describe('a drive', () => {
  let drive: DriveResult;

  it('is generated, ingested and receipted', async () => {
    expect((await shell.run('generate', '-o', 'drive', '--size', 'small', '--vehicle', 'car-9')).exitCode).toBe(0);
    const ingested = await shell.run('ingest', 'drive', '--json');
    expect([ingested.exitCode, ingested.stderr]).toEqual([0, expect.anything()]);
    [drive] = ingested.json<{ drives: [DriveResult] }>().drives;
    expect(drive).toMatchObject({ vehicleId: 'car-9', state: 'receipted', loss: [] });
    expect(drive.receiptId).toMatch(/^[0-9a-f]{64}$/);
    expect(drive.timings.totalMs).toBeGreaterThan(0);
  });

  it('is in every list, as table and as JSON', async () => {
    for (const list of ['drives', 'recordings', 'topics', 'chunks', 'coverage']) {
      const [table, json] = [
        await shell.run(list, '--drive', drive.driveId),
        await shell.run(list, '--json', '--limit', '1'),
      ];
      expect([list, table.exitCode, json.exitCode]).toEqual([list, 0, 0]);
      expect(table.stdout).toContain(drive.driveId);
      const page = json.json<Record<string, { driveId: string }[]>>();
      expect(page[list]?.[0]?.driveId).toBe(drive.driveId);
    }
  });

  it('gives all of its pages, each row once', async () => {
    const seen: string[] = [];
    let more: readonly string[] | undefined = [];
    while (more) {
      const answer = await shell.run('topics', '--json', '--limit', '5', ...more);
      const page: Topics = answer.json<Topics>();
      seen.push(...page.topics.map(({ topic }) => topic));
      more = page.next === null ? undefined : ['--cursor', page.next];
    }
    const all = (await shell.run('topics', '--json')).json<Topics>().topics;
    expect(all.length).toBeGreaterThan(5);
    expect(seen).toEqual(all.map(({ topic }) => topic));
  });

  it('is asked for in SQL, which may only read', async () => {
    const counted = await shell.run('sql', 'SELECT sum(messages) AS n FROM topics', '--json');
    const messages = drive.recordings.reduce((sum, recording) => sum + recording.messages, 0);
    expect(counted.json<{ rows: unknown }>().rows).toEqual([{ n: messages }]);
    expect((await shell.run('sql', "COPY drives TO '/tmp/x'")).exitCode).toBe(5);
    expect((await shell.run('sql', 'SELEC')).exitCode).toBe(2);
    const estimate = await shell.run('sql', '--estimate', 'SELECT * FROM chunks', '--json');
    expect(estimate.json()).toEqual({ bytesProcessed: 0, usdPerTiB: null, usd: 0 });
    expect((await shell.run('sql', '--estimate', 'SELEC')).exitCode).toBe(2);
  });

  it('is asked for in SQL as a file, which is never written over', async () => {
    const sql = 'SELECT topic, messages, start_time FROM topics ORDER BY topic';
    const written = await shell.run('sql', sql, '-o', 'topics.csv', '--json');
    expect([written.exitCode, written.json()]).toMatchObject([0, { truncated: false }]);
    const [head, first] = (await readFile(join(shell.home, 'topics.csv'), 'utf8')).split('\r\n');
    expect(head).toBe('topic,messages,start_time');
    expect(first).toMatch(/^\/[\w/]+,\d+,\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect((await shell.run('sql', sql, '-o', 'topics.csv')).exitCode).toBe(1);
    expect((await shell.run('sql', sql, '-o', 'topics.parquet')).exitCode).toBe(0);
    const read = await readFile(join(shell.home, 'topics.parquet'));
    const rows = await parquetReadObjects({
      file: read.buffer.slice(read.byteOffset, read.byteOffset + read.byteLength),
    });
    expect(rows.length).toBe(written.json<{ rows: number }>().rows);
    expect(rows[0]).toMatchObject({ messages: expect.any(BigInt), start_time: expect.any(Date) });
    expect((await shell.run('sql', sql, '-o', 'topics.txt')).exitCode).toBe(2);
  });

  it('is told by its nearest name where a name is mistyped', async () => {
    const near = drive.driveId.slice(0, -1);
    for (const [line, told] of [
      [['why', near], drive.driveId],
      [['derive', near], drive.driveId],
      [['correct', near, '--vehicle', 'x', '--because', 'y'], drive.driveId],
      [['event', 'add', '--drive', near, '--time', '0', '--kind', 'x'], drive.driveId],
      [['profile', 'learn', '--vehicle', 'car-8', '-o', 'p.json'], 'car-9'],
      [['map', 'passes', '--near', '48,9,10', '--vehicle', 'car-8'], 'car-9'],
      [['sql', 'SELECT * FROM drivs'], '"drives"'],
      [['sql', 'SELECT drive_idd FROM drives'], '"drive_id"'],
    ] as const) {
      expect([line, (await shell.run(...line)).stderr]).toEqual([line, expect.stringContaining(told)]);
    }
  });

  it('is exported once, and never over a file that is there', async () => {
    const exported = await shell.run('export', drive.driveId, '-o', 'cut.mcap', '--topics', '/imu/*', '--json');
    expect(exported.exitCode).toBe(0);
    expect(exported.json<{ messages: number }>().messages).toBeGreaterThan(0);
    const file = await readFile(join(shell.home, 'cut.mcap'));
    expect(file.byteLength).toBe(exported.json<{ bytes: number }>().bytes);
    expect((await shell.run('export', drive.driveId, '-o', 'cut.mcap')).exitCode).toBe(1);
    expect(await readFile(join(shell.home, 'cut.mcap'))).toEqual(file);
  });

  it('is verified and restored, file by file', async () => {
    expect((await shell.run('verify', drive.driveId)).exitCode).toBe(0);
    const restored = await shell.run('restore', drive.driveId, '-o', 'restored', '--json');
    expect(restored.exitCode).toBe(0);
    const { files } = restored.json<{ files: { path: string; exact: boolean }[] }>();
    expect(files).toHaveLength(drive.recordings.length);
    expect(files.find(({ path }) => path.endsWith('logger.log'))?.exact).toBe(true);
  });

  it('has a receipt that anybody checks with the public key, and that does not stand any change', async () => {
    expect((await shell.run('receipt', drive.driveId, '-o', 'r.json', '--key', 'r.pub')).exitCode).toBe(0);
    expect((await shell.run('verify', '--receipt', 'r.json', '--key', 'r.pub')).exitCode).toBe(0);
    const forged = (await readFile(join(shell.home, 'r.json'), 'utf8')).replace('"chunks":', '"chunks":1');
    await writeFile(join(shell.home, 'forged.json'), forged);
    expect((await shell.run('verify', '--receipt', 'forged.json', '--key', 'r.pub')).exitCode).toBe(1);
    await writeFile(join(shell.home, 'empty.json'), 'null');
    expect((await shell.run('verify', '--receipt', 'empty.json', '--key', 'r.pub')).exitCode).toBe(1);
  });

  it('is told of from disk to catalog', async () => {
    const { stdout } = await shell.run('why', drive.driveId);
    expect(stdout).toContain('garage: docked from');
    expect(stdout).toContain(`catalog: drive ${drive.driveId} is receipted`);
    const [chunk] = (await shell.run('chunks', '--json', '--limit', '1')).json<{ chunks: [{ chunkId: string }] }>()
      .chunks;
    for (const id of [chunk.chunkId, chunk.chunkId.slice(0, 12), chunk.chunkId.slice(0, 8).toUpperCase()]) {
      expect((await shell.run('why', id)).stdout).toContain('store: v1/');
    }
    expect((await shell.run('why', drive.receiptId?.slice(0, 12) as string)).stdout).toContain('catalog: receipt ');
    const path = drive.recordings[0]?.path as string;
    for (const place of [path, `drive/${path}`, join(shell.home, 'drive', path)]) {
      expect((await shell.run('why', place)).stdout).toContain(`catalog: recording ${path} of ${drive.driveId}`);
    }
    expect((await shell.run('why', 'drive')).stdout).toContain('garage: docked from');
    expect((await shell.run('why', 'deadbeef')).exitCode).toBe(1);
    expect((await shell.run('why', chunk.chunkId.slice(0, 7))).exitCode).toBe(1);
  });

  it('is the same after the catalog is rebuilt', async () => {
    const before = (await shell.run('chunks', '--json')).stdout;
    expect((await shell.run('reindex')).exitCode).toBe(0);
    expect((await shell.run('chunks', '--json')).stdout).toBe(before);
  });

  it('is retired on its receipt, and a drive without one is not', async () => {
    expect((await shell.run('retire', drive.driveId, '--dry-run')).exitCode).toBe(0);
    expect((await shell.run('retire', drive.driveId)).exitCode).toBe(0);
    expect((await shell.run('retire', 'car-0-nothing')).exitCode).toBe(1);
  });

  it('that is damaged in the store is found by verify, with exit 1', async () => {
    const [chunk] = (await shell.run('chunks', '--json', '--limit', '1')).json<{ chunks: [{ object: string }] }>()
      .chunks;
    const path = new URL(chunk.object);
    const bytes = await readFile(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const verified = await shell.run('verify', '--json');
    expect(verified.exitCode).toBe(1);
    expect(verified.json<{ drives: { ok: boolean; faults: unknown[] }[] }>().drives[0]?.faults.length).toBeGreaterThan(
      0,
    );
  });
});

it('goes on with other paths when one is not there, and says so with exit 1', async () => {
  await writeFile(join(shell.home, 'notes.txt'), 'no log at all');
  const told = await shell.run('ingest', 'missing', 'notes.txt', '--json');
  expect(told.exitCode).toBe(1);
  const { drives, failures } = told.json<{ drives: DriveResult[]; failures: { code: string }[] }>();
  expect(drives[0]?.recordings[0]).toMatchObject({ format: 'opaque', path: 'notes.txt' });
  expect(failures).toMatchObject([{ code: 'not-found' }]);
});

it('ends with exit 4 when the time is up, and goes on when it is run again', async () => {
  await shell.run('generate', '-o', 'late', '--size', 'small', '--seed', '5');
  expect((await shell.run('ingest', 'late', '--timeout', '0.000001')).exitCode).toBe(4);
  expect((await shell.run('ingest', 'late')).exitCode).toBe(0);
});
