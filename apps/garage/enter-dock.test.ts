import { systemClock } from '@pitlane/base/time';
import { openSqliteJournal } from '@pitlane/journal-sqlite';
import { expect, it } from 'vitest';
import { enterDock, goingOn } from './enter-dock.ts';
import type { GarageTools } from './tools.ts';

function garage(topics: readonly string[] = []) {
  const journal = openSqliteJournal({ file: ':memory:' });
  let docks = 0;
  const settings = { tenant: 'default', filter: { topics, exclude: ['/driver'] } };
  const source = {} as GarageTools['source'];
  const newDockId = (): string => `dock-${(docks += 1)}`;
  const tools = { journal, settings, source, newDockId, clock: systemClock } as unknown as GarageTools;
  return { journal, enter: (asked: object = {}) => enterDock({ path: '/disk', listing: 'a', ...asked }, tools) };
}

it('keeps in the journal what may leave, the rule of the garage with it, so that a dock goes on with it after a crash', async () => {
  const { journal, enter } = garage();
  const filter = { topics: ['/imu'], exclude: ['/cabin', '/driver'] };
  expect(await enter({ topics: ['/imu'], exclude: ['/cabin'] })).toMatchObject({ filter });
  expect(journal.docks().map((dock) => goingOn(dock).dock.filter)).toEqual([filter]);
});

it('refuses another filter while a dock of the path is open, and joins it with the same', async () => {
  const { journal, enter } = garage();
  const first = await enter({ exclude: ['/cabin'] });
  await expect(enter()).rejects.toMatchObject({ code: 'refused' });
  expect(await enter({ exclude: ['/cabin'] })).toMatchObject({ dockId: first.dockId });
  journal.putDock({ ...first, state: 'failed' });
  expect(await enter()).toMatchObject({ dockId: first.dockId, filter: { topics: [], exclude: ['/driver'] } });
});

it('refuses a list of what may leave beside another of the garage, and one that names nothing', async () => {
  const { journal, enter } = garage(['/imu']);
  await expect(enter({ topics: ['/lidar'] })).rejects.toMatchObject({ code: 'bad-usage' });
  await expect(enter({ exclude: [] })).rejects.toMatchObject({ code: 'bad-usage' });
  expect(journal.docks()).toEqual([]);
});

it('keeps whose somebody said a disk is, so that a dock goes on with it after a crash', async () => {
  const { journal, enter } = garage();
  journal.putDock({ ...(await enter()), vehicleIfUnknown: 'car-7' });
  expect(await enter()).toMatchObject({ vehicleId: null, vehicleIfUnknown: 'car-7' });
  expect(journal.docks().map((dock) => goingOn(dock).dock.vehicleIfUnknown)).toEqual(['car-7']);
});
