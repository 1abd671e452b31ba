/** A disk that is put into a bay of a node that stays: docked by itself, signed for, and not docked again by the next node. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BayStatus, DiskStatus } from '@pitlane/garage';
import { expect, it } from 'vitest';
import { type RunningCommand, runCommand, startCommand, until } from '../support/command.ts';
import { scratchFolder } from '../support/node-under-test.ts';
import { smallLog } from '../support/small-log.ts';

const WITHIN_MS = 120_000;

it('a disk in a bay is docked when it stands still, safe to wipe when it is signed for, and known after a restart', async () => {
  await using scratch = await scratchFolder();
  const [home, media] = [path.join(scratch.path, 'home'), path.join(scratch.path, 'media')];
  await mkdir(media);
  const bays = [{ id: 'bay-1', path: `${media}/*`, vehicle: 'car-47' }];
  const up = async (): Promise<RunningCommand> => {
    const environment = { PITLANE_BAYS: JSON.stringify(bays) };
    const running = startCommand(['up', '--port', '0', '--home', home, '--json'], { environment });
    expect(await until(() => running.said.stdout.includes('}'), WITHIN_MS), running.said.stderr).toBe(true);
    return running;
  };
  const disk = async (): Promise<DiskStatus | undefined> => {
    const { stdout, stderr } = await runCommand(['bays', '--home', home, '--json']);
    const [bay] = (JSON.parse(stdout || stderr) as { bays: BayStatus[] }).bays;
    expect(bay).toMatchObject({ bay: 'bay-1', vehicleId: 'car-47' });
    return bay?.disks[0];
  };

  const first = await up();
  expect(await disk()).toBeUndefined();
  await mkdir(path.join(media, 'disk-a'));
  await writeFile(path.join(media, 'disk-a/log.mcap'), smallLog());
  expect(await until(async () => (await disk())?.state === 'done', WITHIN_MS)).toBe(true);
  const done = await disk();
  expect(done).toMatchObject({ files: 1, safeToPull: true, safeToWipe: true });
  expect(done?.driveIds).toEqual([expect.stringMatching(/^car-47-/)]);
  first.signalAll('SIGTERM');
  await first.ended;

  const second = await up();
  expect(await until(async () => (await disk()) !== undefined, WITHIN_MS)).toBe(true);
  expect(await disk()).toMatchObject({
    state: 'done',
    dockId: done?.dockId,
    driveIds: done?.driveIds,
    safeToWipe: true,
  });
  second.signalAll('SIGTERM');
  await second.ended;
});
