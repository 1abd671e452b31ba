import { PitlaneError } from '@pitlane/base/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ActionTrial, settled } from './action-trial.fixture.ts';

let trial: ActionTrial;
beforeEach(() => {
  trial = new ActionTrial();
});
afterEach(async () => {
  await trial.stop();
  trial.journal.close();
});

const HOLD = { kind: 'hold', driveId: 'drive-1' } as const;

describe('an action', () => {
  it('says what it will do, is carried out after ten seconds, and is kept with what came of it', async () => {
    trial.drive('drive-1', 3);
    const asked = await trial.actions.ask({ ...HOLD, author: 'night shift', note: 'ask the lab first' });
    expect(asked).toEqual({
      actionId: 'action-1',
      kind: 'hold',
      state: 'waiting',
      bay: null,
      dockId: null,
      tenant: 'default',
      driveId: 'drive-1',
      args: { note: 'ask the lab first' },
      text: 'sends no more chunks of drive drive-1 of vehicle car-7 until it is released; it is read and cut meanwhile; 2 chunks (2.00 kB) of it wait in the spool',
      author: 'night shift',
      askedAt: '1795378093000000000',
      dueAt: '1795378103000000000',
      endedAt: null,
      error: null,
    });
    expect(trial.handlings.isHeld('default\ndrive-1')).toBe(false);
    await trial.pass();
    expect(trial.handlings.isHeld('default\ndrive-1')).toBe(true);
    const done = { ...asked, state: 'done', endedAt: '1795378103000000000' };
    expect(trial.actions.list(10)).toEqual({ actions: [done], next: null });
    expect(trial.told.map(({ state }) => state)).toEqual(['waiting', 'done']);
  });

  it('that is taken back in time is never carried out, and stays in the list', async () => {
    trial.drive('drive-1', 3);
    const { actionId } = await trial.actions.ask(HOLD);
    expect(trial.actions.undo(actionId)).toMatchObject({ state: 'undone' });
    await trial.pass();
    expect(trial.handlings.isHeld('default\ndrive-1')).toBe(false);
    expect(trial.actions.list(10).actions).toMatchObject([{ actionId, state: 'undone' }]);
    expect(() => trial.actions.undo(actionId)).toThrow(/cannot be taken back: it was undone at/);
  });

  it('that was carried out cannot be taken back, nor can one that nobody asked for', async () => {
    trial.drive('drive-1', 3);
    const { actionId } = await trial.actions.ask(HOLD);
    await trial.pass();
    expect(() => trial.actions.undo(actionId)).toThrow(/it was done at .*\(sends no more chunks/);
    expect(() => trial.actions.undo('action-9')).toThrow(/there is no action "action-9"/);
  });

  it('is asked for in vain where it cannot be done, and leaves no trace', async () => {
    trial.drive('drive-1', 3);
    const wrong = [
      [{ kind: 'hold' }, 'bad-usage', /say what is meant/],
      [{ kind: 'hold', driveId: 'drive-9' }, 'not-found', /no drive drive-9/],
      [{ kind: 'hold', bay: 'bay-9' }, 'not-found', /there is no bay "bay-9"/],
      [{ kind: 'hold', dockId: 'dock-9' }, 'not-found', /there is no dock/],
      [{ kind: 'release', driveId: 'drive-1' }, 'refused', /it is not held/],
      [{ kind: 'prioritise', driveId: 'drive-1' }, 'bad-usage', /either a priority/],
      [{ kind: 'name-vehicle', driveId: 'drive-1' }, 'bad-usage', /say which vehicle/],
      [{ kind: 'name-vehicle', driveId: 'drive-1', vehicleId: '../x' }, 'bad-usage', /vehicle/],
      [{ kind: 'mark-incident', driveId: 'drive-1' }, 'bad-usage', /say when it happened/],
      [{ kind: 'mark-incident', driveId: 'drive-1', time: 'yesterday' }, 'bad-usage', /is no time/],
    ] as const;
    for (const [asked, code, text] of wrong) {
      const error = await trial.actions.ask(asked).catch((one: unknown) => one);
      expect([asked, error]).toEqual([asked, expect.objectContaining({ code, message: expect.stringMatching(text) })]);
    }
    expect(trial.actions.list(10).actions).toEqual([]);
    expect(await trial.actions.say(HOLD)).toMatchObject({ text: expect.stringMatching(/^sends no more chunks/) });
    expect(trial.actions.list(10).actions).toEqual([]);
  });

  it('that fails when it is due says why', async () => {
    trial.recording('drive-1', 'receipted');
    await trial.actions.ask({ kind: 'retire', driveId: 'drive-1' });
    trial.refusal = new PitlaneError('refused', 'the store lacks an object');
    await trial.pass();
    expect(trial.actions.list(1).actions).toMatchObject([{ state: 'failed', error: 'the store lacks an object' }]);
  });

  it('waits beside no more than a hundred others', async () => {
    trial.drive('drive-1', 1);
    for (let i = 0; i < 100; i += 1) await trial.actions.ask({ kind: 'prioritise', driveId: 'drive-1', priority: 7 });
    await expect(trial.actions.ask(HOLD)).rejects.toMatchObject({ code: 'limit-exceeded' });
    const { actions, next } = trial.actions.list(60);
    expect(actions).toHaveLength(60);
    expect(trial.actions.list(60, next ?? '')).toMatchObject({ actions: { length: 40 }, next: null });
  });
});

describe('what a bay is asked for', () => {
  it('is of what lies in it when it is asked for, whatever lies there ten seconds later', async () => {
    trial.drive('drive-1', 1);
    trial.dock('one', ['drive-1']);
    const { dockId, bay } = await trial.actions.ask({ kind: 'hold', bay: 'bay-of-one' });
    expect([dockId, bay]).toEqual(['one', 'bay-of-one']);
    trial.bays = [];
    await trial.pass();
    expect(trial.handlings.isHeld('default\ndrive-1')).toBe(true);
  });

  it('is not clear where several disks are in it', async () => {
    trial.dock('one', []);
    trial.bays = trial.bays.map((bay) => ({ ...bay, disks: [...bay.disks, ...bay.disks] }));
    await expect(trial.actions.ask({ kind: 'hold', bay: 'bay-of-one' })).rejects.toThrow(/2 disks in bay bay-of-one/);
  });
});

describe('after a restart', () => {
  it('what waited waits its ten seconds again, and can be taken back', async () => {
    trial.drive('drive-1', 1);
    const [kept, undone] = [await trial.actions.ask(HOLD), await trial.actions.ask(HOLD)];
    await trial.stop();
    trial.nowMs += 60_000;
    trial.start();
    trial.drive('drive-1', 1);
    trial.actions.resume();
    trial.actions.undo(undone.actionId);
    expect(trial.handlings.isHeld('default\ndrive-1')).toBe(false);
    await trial.pass();
    expect(trial.handlings.isHeld('default\ndrive-1')).toBe(true);
    expect(trial.actions.list(2).actions).toMatchObject([
      { actionId: undone.actionId, state: 'undone' },
      { actionId: kept.actionId, state: 'done', dueAt: '1795378163000000000' },
    ]);
  });

  it('what waited for long is dropped, and that is said', async () => {
    trial.drive('drive-1', 1);
    await trial.actions.ask(HOLD);
    await trial.stop();
    trial.nowMs += 600_001;
    trial.start();
    trial.actions.resume();
    expect(trial.actions.list(1).actions).toMatchObject([
      { state: 'failed', error: expect.stringMatching(/^dropped: the node stopped before it was due/) },
    ]);
  });

  it('a drive that is held is held still, one that was moved stays where it was', async () => {
    trial.drive('drive-1', 1);
    await trial.actions.ask(HOLD);
    await trial.actions.ask({ kind: 'prioritise', driveId: 'drive-1', priority: 3 });
    await trial.pass();
    await trial.stop();
    trial.start();
    trial.drive('drive-1', 2);
    expect(trial.queue.status()).toMatchObject([{ chunks: 2, isHeld: true, underWay: 0 }]);
    expect([...trial.running].map(({ urgencies }) => urgencies.dockPriority)).toEqual([3]);
    trial.handlings.forget({ tenant: 'default', driveId: [...trial.running][0]?.drive.driveId as never });
    expect(trial.journal.handlings()).toEqual([]);
  });
});

describe('while the cloud is away', () => {
  it('what the garage itself has to do is done, and the cloud is told when it is back, also after a restart', async () => {
    trial.drive('drive-1', 1);
    const put = trial.store.put.bind(trial.store);
    trial.store.put = async () => {
      throw new PitlaneError('unavailable', 'the store is away', { retryable: true });
    };
    await trial.actions.ask({ kind: 'mark-incident', driveId: 'drive-1', time: '5000000000' });
    await trial.pass();
    expect(trial.actions.list(1).actions).toMatchObject([{ state: 'done' }]);
    expect(await trial.notes()).toEqual([]);
    await trial.stop();
    trial.store.put = put;
    trial.start();
    trial.actions.resume();
    await settled();
    expect(await trial.notes()).toMatchObject([{ kind: 'incident', startTime: '5000000000', eventId: 'action-1' }]);
    expect(trial.journal.actions.open()).toEqual([]);
  });
});
