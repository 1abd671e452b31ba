import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { textFromTimeNs } from '@pitlane/base/time';
import { expect, it } from 'vitest';
import { smallLog } from '../../test/support/small-log.ts';
import { openShell, type Shell } from './cli.fixture.ts';

const DRIVE = 'drive-noted';

interface Events {
  readonly events: readonly {
    eventId: string;
    kind: string;
    startTime: string;
    note: string | null;
    source: string;
    labels: object;
  }[];
}

/** A drive of two minutes with an incident in its sidecar; gives its first moment. */
async function dockedDrive(shell: Shell): Promise<bigint> {
  const disk = join(shell.home, 'disk');
  await mkdir(disk);
  await writeFile(join(disk, 'log.mcap'), smallLog({ seconds: 120, hz: 5, payloadBytes: 20 }));
  const sidecar = { driveId: DRIVE, vehicleId: 'car-7', labels: { map: 'm12', software: '1' } };
  await writeFile(join(disk, 'pitlane.drive.json'), JSON.stringify(sidecar));
  expect((await shell.run('ingest', disk)).exitCode).toBe(0);
  const listed = (await shell.run('drives', '--json')).json<{ drives: { startTime: string }[] }>();
  return BigInt(listed.drives[0]?.startTime ?? '0');
}

it('events are marked, imported, made by a rule, joined to chunks, taken back, and come back from the bucket', {
  timeout: 240_000,
}, async () => {
  await using shell = await openShell();
  const startNs = await dockedDrive(shell);
  const at = (seconds: number): string => textFromTimeNs(startNs + BigInt(seconds) * 1_000_000_000n);
  const events = async (...args: string[]) =>
    (await shell.run('event', 'list', '--json', ...args)).json<Events>().events;

  const marked = await shell.run(
    'event',
    'add',
    '--vehicle',
    'car-7',
    '--time',
    at(70),
    '--kind',
    'disengagement',
    '--note',
    'cut-in',
    '--by',
    'crew',
  );
  expect([marked.exitCode, marked.stderr]).toEqual([0, '']);
  const nowhere = await shell.run('event', 'add', '--vehicle', 'car-8', '--time', at(70), '--kind', 'disengagement');
  expect([nowhere.exitCode, nowhere.stderr]).toEqual([1, expect.stringContaining('no drive of car-8 at that time')]);

  await writeFile(
    join(shell.home, 'labels.csv'),
    `vehicle,time,end,kind,note,weather\ncar-7,${at(10)},${at(20)},label,"wet, dark",rain\ncar-9,${at(10)},,label,,\n`,
  );
  const imported = await shell.run('event', 'import', 'labels.csv');
  expect([imported.exitCode, imported.stdout]).toEqual([1, '1 event taken\n']);
  expect(imported.stderr).toContain('row 2 was left out: the catalog has no drive of car-9 at that time');
  await shell.run('event', 'import', 'labels.csv');
  const rule = "SELECT drive_id, start_ns, topic FROM topics WHERE topic = '/imu'";
  expect((await shell.run('event', 'import', '--kind', 'first-message', '--sql', rule)).exitCode).toBe(0);

  const found = await events();
  expect(found.map(({ kind }) => kind).sort()).toEqual(['disengagement', 'first-message', 'label']);
  const label = found.find(({ kind }) => kind === 'label');
  expect(label).toMatchObject({ note: 'wet, dark', source: 'import', labels: { weather: 'rain' } });
  const around = await shell.run('sql', "SELECT place FROM event_chunks WHERE kind = 'disengagement'", '--json');
  expect(around.json<{ rows: object[] }>().rows.length).toBeGreaterThan(0);

  const gone = found.find(({ kind }) => kind === 'first-message')?.eventId ?? '';
  expect((await shell.run('event', 'remove', gone, '--drive', DRIVE)).exitCode).toBe(0);
  const before = await events();
  expect(before.map(({ kind }) => kind).sort()).toEqual(['disengagement', 'label']);
  await rm(join(shell.home, 'catalog.duckdb'));
  expect((await shell.run('reindex')).exitCode).toBe(0);
  expect(await events()).toEqual(before);
});

it('a wrong vehicle and label are put right in every list, with who and why, and the drive still verifies', {
  timeout: 240_000,
}, async () => {
  await using shell = await openShell();
  await dockedDrive(shell);
  const nothing = await shell.run('correct', DRIVE, '--because', 'x');
  expect([nothing.exitCode, nothing.stderr]).toEqual([2, expect.stringContaining('nothing is put right')]);
  const wrong = await shell.run('correct', 'drive-x', '--vehicle', 'car-8', '--because', 'x');
  expect([wrong.exitCode, wrong.stderr]).toEqual([1, expect.stringContaining('no drive "drive-x"')]);
  const put = await shell.run(
    'correct',
    DRIVE,
    '--vehicle',
    'car-8',
    '--label',
    'map=',
    '--label',
    'software=2',
    '--because',
    'wrong bay',
    '--by',
    'ann',
  );
  expect([put.exitCode, put.stderr]).toEqual([0, '']);
  const drives = (await shell.run('drives', '--vehicle', 'car-8', '--json')).json<{ drives: object[] }>().drives;
  expect(drives).toMatchObject([{ driveId: DRIVE, labels: { software: '2' }, labelSoftware: '2', labelMap: null }]);
  expect((await shell.run('chunks', '--vehicle', 'car-7', '--json')).json<{ chunks: object[] }>().chunks).toEqual([]);
  const told = await shell.run(
    'sql',
    'SELECT recorded_vehicle_id, corrected_vehicle_id, reason, author FROM corrections',
    '--json',
  );
  expect(told.json<{ rows: object[] }>().rows).toEqual([
    { recorded_vehicle_id: 'car-7', corrected_vehicle_id: 'car-8', reason: 'wrong bay', author: 'ann' },
  ]);
  expect((await shell.run('verify', DRIVE)).exitCode).toBe(0);
  // The next note lies beside the drive's objects all the same.
  expect((await shell.run('correct', DRIVE, '--vehicle', 'car-9', '--because', 'that one')).exitCode).toBe(0);
  expect((await shell.run('drives', '--vehicle', 'car-9', '--json')).json<{ drives: object[] }>().drives).toHaveLength(
    1,
  );
});
