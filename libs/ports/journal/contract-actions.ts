/** What every journal must do with what people asked for. Actions are of all tenants, so a case looks for its own among them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { DriveId } from '@pitlane/contracts/identity';
import type { ContractCase } from '../contract/index.ts';
import { ofTenant } from './contract-recordings.ts';
import type { ActionEntry, HandlingEntry, Journal } from './index.ts';

export const actionsContract: readonly ContractCase<Journal>[] = [
  ofTenant('keeps what was asked for, the newest word on each in its first place', ({ actions }, tenant) => {
    const [one, two, three] = [actionOf(tenant), actionOf(tenant), actionOf(tenant)];
    for (const action of [one, two, three]) actions.put(action);
    const done: ActionEntry = { ...one, state: 'done', endedAtMs: 11_000, text: 'did it' };
    actions.put(done);
    assert.deepEqual(actions.find(one.actionId), done);
    assert.equal(actions.find(randomUUID()), undefined);
    assert.deepEqual(actions.newest(3), [three, two, done]);
    assert.deepEqual(actions.newest(2), [three, two]);
    assert.deepEqual(actions.newest(2, three.actionId), [two, done]);
  }),
  ofTenant('knows what waits, and what has notes that are not told, in the order of asking', ({ actions }, tenant) => {
    const [waiting, undone, noted] = [actionOf(tenant), actionOf(tenant), actionOf(tenant)];
    for (const action of [waiting, undone, noted]) actions.put(action);
    actions.put({ ...undone, state: 'undone' });
    const untold: ActionEntry = { ...noted, state: 'done', untold: [untoldOf(tenant)] };
    actions.put(untold);
    const own = (): readonly ActionEntry[] => actions.open().filter((action) => action.tenant === tenant);
    assert.deepEqual(own(), [waiting, untold]);
    actions.put({ ...untold, untold: [] });
    actions.put({ ...waiting, state: 'failed', error: 'refused' });
    assert.deepEqual(own(), []);
  }),
  ofTenant('forgets the oldest that have ended, and none that is open', ({ actions }, tenant) => {
    const [waiting, ended, newest] = [actionOf(tenant), actionOf(tenant), actionOf(tenant)];
    for (const action of [waiting, ended, newest]) actions.put(action);
    actions.put({ ...ended, state: 'done' });
    actions.put({ ...newest, state: 'done' });
    assert.ok(actions.trim(1) >= 1);
    assert.equal(actions.find(ended.actionId), undefined);
    assert.deepEqual(actions.find(waiting.actionId), waiting);
    assert.equal(actions.find(newest.actionId)?.state, 'done');
    assert.equal(actions.trim(1), 0);
  }),
  ofTenant('keeps how drives are handled, and forgets what says nothing', (journal, tenant) => {
    const [held, moved] = [handlingOf(tenant, 'a', { isHeld: true }), handlingOf(tenant, 'b', { rank: -1 })];
    const event = { time: '5', kind: 'incident', note: null };
    const foreign = handlingOf(`${tenant}-foreign`, 'a', { events: [event] });
    journal.putHandlings([moved, held, foreign]);
    const own = (): readonly HandlingEntry[] => journal.handlings().filter((one) => one.tenant === tenant);
    assert.deepEqual(own(), [held, moved]);
    journal.putHandlings([
      { ...held, isHeld: false },
      { ...moved, priority: 0 },
    ]);
    assert.deepEqual(own(), [{ ...moved, priority: 0 }]);
    assert.ok(journal.handlings().some((one) => one.tenant === foreign.tenant));
  }),
];

const actionOf = (tenant: string): ActionEntry => ({
  actionId: randomUUID(),
  kind: 'hold',
  state: 'waiting',
  bay: 'bay-1',
  dockId: randomUUID(),
  tenant,
  driveId: null,
  args: { note: 'until the morning' },
  text: 'holds it',
  author: null,
  askedAtMs: 1000,
  dueAtMs: 11_000,
  endedAtMs: null,
  error: null,
});

const untoldOf = (tenant: string): NonNullable<ActionEntry['untold']>[number] => ({
  drive: { tenant, driveId: 'd', vehicleId: 'unknown' },
  note: {
    type: 'correction',
    correctionId: 'c',
    vehicleId: 'car-7',
    labels: null,
    reason: 'it stood on the disk',
    author: 'garage',
    correctedAtMs: 1000,
  },
});

const handlingOf = (tenant: string, drive: string, more: Partial<HandlingEntry>): HandlingEntry => ({
  tenant,
  driveId: drive as DriveId,
  isHeld: false,
  priority: null,
  rank: 0,
  events: [],
  ...more,
});
