import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { driveQueue } from '../drive-queue.ts';
import { ActionTrial } from './action-trial.fixture.ts';

let trial: ActionTrial;
beforeEach(() => {
  trial = new ActionTrial();
});
afterEach(async () => {
  await trial.stop();
  trial.journal.close();
});

const queued = (): string[] =>
  driveQueue({
    queue: trial.queue,
    running: trial.running,
    isHeld: (drive) => trial.handlings.isHeld(drive),
    linkBytesPerS: 1000,
    nowMs: 0,
  }).map(({ driveId }) => driveId);

const before = async (driveId: string, other: string): Promise<void> => {
  await trial.actions.ask({ kind: 'prioritise', driveId, before: other });
  await trial.pass();
};

describe('holding a drive', () => {
  it('keeps all of it in the spool until it is released, and others go on', async () => {
    trial.drive('a', 3);
    trial.drive('b', 2);
    await trial.actions.ask({ kind: 'hold', driveId: 'a' });
    await trial.pass();
    for (let i = 0; i < 4; i += 1) await trial.ended();
    expect(trial.sent).toEqual(['a-1', 'b-1', 'b-2']);
    await expect(trial.actions.say({ kind: 'hold', driveId: 'a' })).rejects.toThrow(/is held already/);
    const { text } = await trial.actions.ask({ kind: 'release', driveId: 'a' });
    expect(text).toBe('sends drive a of vehicle car-7 again, in its turn; 2 chunks (2.00 kB) of it wait in the spool');
    await trial.pass();
    await trial.ended();
    await trial.ended();
    expect(trial.sent).toEqual(['a-1', 'b-1', 'b-2', 'a-2', 'a-3']);
  });

  it('of a dock means all drives of it that have a name', async () => {
    trial.drive('a', 1);
    trial.drive('b', 1, 'car-8');
    trial.dock('dock', ['a', 'b']);
    trial.dock('empty', []);
    const { text, driveId } = await trial.actions.ask({ kind: 'hold', dockId: 'dock' });
    expect(text).toMatch(/^sends no more chunks of drives a and b of vehicle car-7, car-8 until/);
    expect(driveId).toBeNull();
    await trial.pass();
    expect(trial.journal.handlings().map((one) => one.driveId)).toEqual(['a', 'b']);
    await expect(trial.actions.ask({ kind: 'hold', dockId: 'empty' })).rejects.toThrow(/has no drive yet/);
  });

  it('is refused where all of it is signed for', async () => {
    trial.recording('a', 'receipted');
    await expect(trial.actions.ask({ kind: 'hold', driveId: 'a' })).rejects.toThrow(/in the store and signed for/);
  });
});

describe('moving a drive in the queue', () => {
  it('by a priority lets what waits of it go first', async () => {
    trial.drive('a', 3);
    trial.drive('b', 2);
    const { text } = await trial.actions.ask({ kind: 'prioritise', driveId: 'b', priority: 50 });
    expect(text).toMatch(/^sends drive b of vehicle car-7 with priority 50 instead of 99/);
    await trial.pass();
    for (let i = 0; i < 4; i += 1) await trial.ended();
    expect(trial.sent.filter((name) => name.startsWith('b'))).toEqual(['b-1', 'b-2']);
    expect(trial.sent.indexOf('b-2')).toBeLessThan(trial.sent.indexOf('a-3'));
  });

  it('before another puts it there, and leaves the others in their order', async () => {
    for (const driveId of ['a', 'b', 'c', 'd']) trial.drive(driveId, 2);
    expect(queued()).toEqual(['a', 'b', 'c', 'd']);
    await before('d', 'b');
    expect(queued()).toEqual(['a', 'd', 'b', 'c']);
    await before('c', 'a');
    expect(queued()).toEqual(['c', 'a', 'd', 'b']);
    trial.drive('e', 1);
    expect(queued()).toEqual(['c', 'a', 'd', 'b', 'e']);
  });

  it('takes the priority of the one before which it goes', async () => {
    for (const driveId of ['a', 'b', 'c']) trial.drive(driveId, 2);
    await trial.actions.ask({ kind: 'prioritise', driveId: 'b', priority: 5 });
    await trial.pass();
    await before('c', 'b');
    expect(queued()).toEqual(['c', 'b', 'a']);
    expect(trial.handlings.of({ tenant: 'default', driveId: 'c' as never })).toMatchObject({ priority: 5 });
  });

  it('is refused before itself, and before one that is not on its way', async () => {
    trial.drive('a', 1);
    await expect(before('a', 'a')).rejects.toThrow(/cannot go before itself/);
    await expect(before('a', 'z')).rejects.toThrow(/drive z is not on its way/);
  });

  it('any number of times gives the order that was asked for', async () => {
    const moves = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(moves, async (all) => {
        const own = new ActionTrial();
        const ids = ['a', 'b', 'c', 'd', 'e'];
        for (const driveId of ids) own.drive(driveId, 2);
        let wanted = ids;
        for (const [from, to] of all.filter(([one, other]) => one !== other)) {
          const [driveId, other] = [ids[from] as string, ids[to] as string];
          await own.actions.ask({ kind: 'prioritise', driveId, before: other });
          await own.pass();
          const rest = wanted.filter((one) => one !== driveId);
          wanted = rest.toSpliced(rest.indexOf(other), 0, driveId);
        }
        const now = driveQueue({
          queue: own.queue,
          running: own.running,
          isHeld: () => false,
          linkBytesPerS: 0,
          nowMs: 0,
        });
        await own.stop();
        own.journal.close();
        expect(now.map(({ driveId }) => driveId)).toEqual(wanted);
      }),
      { numRuns: 40 },
    );
  });
});

describe('naming a vehicle', () => {
  it('shows the drives of a dock that have none as of it, and names those that are to come', async () => {
    trial.drive('unknown-1', 1, 'unknown');
    trial.drive('of-9', 1, 'car-9');
    trial.dock('dock', ['unknown-1', 'of-9']);
    const asked = { kind: 'name-vehicle', dockId: 'dock', vehicleId: 'car-7', author: 'night shift' } as const;
    const { text } = await trial.actions.ask(asked);
    expect(text).toBe(
      'drive unknown-1 of vehicle unknown is shown as of car-7; what has no drive yet, and says nothing else, is named car-7; no byte is sent again',
    );
    await trial.pass();
    expect(trial.named).toEqual([['dock', 'car-7']]);
    expect(await trial.notes()).toMatchObject([
      { type: 'correction', vehicleId: 'car-7', reason: 'named in the garage', author: 'night shift' },
    ]);
  });

  it('of a dock that has no drive yet names those that come', async () => {
    trial.dock('dock', []);
    const { text } = await trial.actions.ask({ kind: 'name-vehicle', bay: 'bay-of-dock', vehicleId: 'car-7' });
    expect(text).toBe('what has no drive yet, and says nothing else, is named car-7; no byte is sent again');
    await trial.pass();
    expect(trial.named).toEqual([['dock', 'car-7']]);
    expect(await trial.notes()).toEqual([]);
  });

  it('puts the only drive of a dock right, and of several that are known asks which', async () => {
    for (const driveId of ['a', 'b']) trial.recording(driveId, 'receipted', 'car-9');
    trial.dock('one', ['a'], 'done');
    trial.dock('two', ['a', 'b'], 'done');
    await trial.actions.ask({ kind: 'name-vehicle', dockId: 'one', vehicleId: 'car-7', note: 'the sidecar was wrong' });
    await trial.pass();
    expect(await trial.notes()).toMatchObject([{ vehicleId: 'car-7', reason: 'the sidecar was wrong' }]);
    const wrong = trial.actions.ask({ kind: 'name-vehicle', dockId: 'two', vehicleId: 'car-7' });
    await expect(wrong).rejects.toThrow(/several are meant: drives a and b of vehicle car-9; name the drive/);
  });
});

describe('marking an incident', () => {
  it('is an event of the drive for everybody, and puts what is around it before the rest, also after a restart', async () => {
    trial.drive('a', 1);
    const time = '2026-11-26T08:15:00Z';
    const { text } = await trial.actions.ask({ kind: 'mark-incident', driveId: 'a', time, note: 'it braked' });
    expect(text).toBe(
      'marks an incident at 2026-11-26T08:15:00Z on drive a of vehicle car-7; what is around it is sent first',
    );
    await trial.pass();
    const around = { windowStart: String(BigInt(Date.parse(time)) * 1_000_000n), kind: 'log', channels: [] } as never;
    const urgencyOf = (): number | undefined => [...trial.running][0]?.urgencies.priorityOf(around);
    expect(urgencyOf()).toBe(0);
    expect(await trial.notes()).toMatchObject([
      { type: 'annotation', kind: 'incident', note: 'it braked', source: 'person', author: null },
    ]);
    await trial.stop();
    trial.start();
    trial.drive('a', 1);
    expect(urgencyOf()).toBe(0);
  });

  it('on a drive that has landed is an event alone', async () => {
    trial.recording('a', 'receipted');
    const { text } = await trial.actions.ask({ kind: 'mark-incident', driveId: 'a', time: '7' });
    expect(text).toMatch(/all of it is in the store already$/);
    await trial.pass();
    expect(trial.journal.handlings()).toEqual([]);
    expect(await trial.notes()).toHaveLength(1);
  });
});

describe('retiring a drive', () => {
  it('says before how much it frees, and then what it freed', async () => {
    trial.recording('a', 'receipted');
    trial.dock('dock', ['a'], 'done');
    expect((await trial.actions.ask({ kind: 'retire', bay: 'bay-of-dock' })).text).toBe('would free 3 MB of a');
    await trial.pass();
    expect(trial.actions.list(1).actions).toMatchObject([{ state: 'done', text: 'freed 3 MB of a' }]);
    expect(trial.retired).toEqual([
      ['a', true],
      ['a', false],
    ]);
  });

  it('frees none of several where one may not be freed', async () => {
    for (const driveId of ['a', 'b']) trial.recording(driveId, 'receipted');
    trial.dock('dock', ['a', 'b'], 'done');
    await trial.actions.ask({ kind: 'retire', dockId: 'dock' });
    trial.refusal = new Error('b lacks an object');
    await trial.pass();
    expect(trial.actions.list(1).actions).toMatchObject([{ state: 'failed', error: 'b lacks an object' }]);
    expect(trial.retired.filter(([, dryRun]) => !dryRun)).toEqual([]);
  });

  it('is refused at once, and in words, without a receipt', async () => {
    trial.recording('a', 'shipped');
    trial.refusal = new Error('a has no receipt: nothing of it is freed');
    await expect(trial.actions.ask({ kind: 'retire', driveId: 'a' })).rejects.toThrow(/has no receipt/);
    expect(trial.actions.list(1).actions).toEqual([]);
  });
});
