import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DockEvent } from './dock-result.ts';
import { EventHub, type HeardEvent } from './event-hub.ts';
import type { GarageEvent } from './garage-event.ts';

const progress = (dockId: string, doneBytes: number): DockEvent =>
  ({ type: 'progress', dockId, path: '/disk', stages: { stage: { doneBytes } } }) as unknown as DockEvent;
const moved = (driveId: string): DockEvent => ({
  type: 'drive',
  dockId: 'd1',
  driveId,
  vehicleId: 'v',
  state: 'docked',
});

/** What a listener has waiting, taken without waiting for more. */
async function heard(listener: AsyncIterator<HeardEvent>, hub: EventHub): Promise<HeardEvent[]> {
  hub.close();
  const events: HeardEvent[] = [];
  for (let next = await listener.next(); !next.done; next = await listener.next()) events.push(next.value);
  return events;
}

const taken = async (listener: AsyncIterator<HeardEvent>, hub: EventHub): Promise<GarageEvent[]> =>
  (await heard(listener, hub)).map(({ event }) => event);

describe('the event hub', () => {
  it('keeps of each dock the latest progress alone for a slow listener, and everything else in order', async () => {
    const hub = new EventHub('run');
    const listener = hub.listen();
    for (let i = 0; i < 5000; i += 1) {
      hub.tell(progress('d1', i));
      hub.tell(progress('d2', i));
      if (i % 1000 === 0) hub.tell(moved(`drive ${i}`));
    }
    const events = await taken(listener, hub);
    expect(events.filter(({ type }) => type === 'drive').map((event) => 'driveId' in event && event.driveId)).toEqual(
      [0, 1000, 2000, 3000, 4000].map((i) => `drive ${i}`),
    );
    expect(events.filter(({ type }) => type === 'progress')).toEqual([progress('d1', 4999), progress('d2', 4999)]);
  });

  it('tells nothing from before listening began, and everything from then on, pulled or not', async () => {
    const hub = new EventHub('run');
    hub.tell(moved('before'));
    const [one, two] = [hub.listen(), hub.listen()];
    hub.tell(moved('after'));
    expect((await one.next()).value.event).toEqual(moved('after'));
    const waiting = one.next();
    hub.tell(moved('later'));
    expect((await waiting).value.event).toEqual(moved('later'));
    expect(await taken(two, hub)).toEqual([moved('after'), moved('later')]);
  });

  it('cuts off a listener that is a thousand events behind, and no other', async () => {
    const hub = new EventHub('run');
    const [slow, quick] = [hub.listen(), hub.listen()];
    for (let i = 0; i < 1500; i += 1) {
      hub.tell(moved(`${i}`));
      expect((await quick.next()).value.event).toEqual(moved(`${i}`));
    }
    let read = 0;
    for await (const { event } of slow) read += event.type === 'drive' ? 1 : 0;
    expect(read).toBeLessThanOrEqual(1001);
    hub.tell(moved('more'));
    expect((await quick.next()).value.event).toEqual(moved('more'));
  });

  it('ends for a listener that is detached, leaves, or outlives the hub', async () => {
    const hub = new EventHub('run');
    const stop = new AbortController();
    const detached = hub.listen(stop.signal);
    const waiting = detached.next();
    stop.abort();
    expect((await waiting).done).toBe(true);
    expect((await hub.listen(stop.signal).next()).done).toBe(true);
    const leaving = hub.listen();
    await leaving.return?.();
    hub.tell(moved('x'));
    expect((await leaving.next()).done).toBe(true);
    const left = hub.listen().next();
    hub.close();
    expect((await left).done).toBe(true);
  });
});

describe('who comes back to the event hub', () => {
  it('hears first what was missed, of progress the latest alone, and then what comes', async () => {
    const hub = new EventHub('run');
    const before = hub.listen(undefined, '');
    hub.tell(moved('a'));
    expect((await before.next()).value).toEqual({ id: 'run-0', event: { type: 'listening' } });
    const { id } = (await before.next()).value as HeardEvent;
    hub.tell(progress('d1', 1));
    hub.tell(moved('b'));
    hub.tell(progress('d1', 2));
    const back = hub.listen(undefined, id);
    hub.tell({ type: 'bays' });
    expect(await taken(back, hub)).toEqual([moved('b'), progress('d1', 2), { type: 'bays' }]);
  });

  it('who has heard nothing yet misses nothing either', async () => {
    const hub = new EventHub('run');
    hub.tell(moved('before'));
    const { id } = (await hub.listen(undefined, '').next()).value as HeardEvent;
    hub.tell(moved('after'));
    expect(await taken(hub.listen(undefined, id), hub)).toEqual([moved('after')]);
  });

  it('is told to ask anew where that is not kept, was of another run, or makes no sense', async () => {
    for (const lastId of ['run-3', 'other-7', 'run-9999', 'run-', 'nonsense', '-1', 'run-99999999999999999999']) {
      const hub = new EventHub('run');
      for (let i = 0; i < 600; i += 1) hub.tell(moved(`${i}`));
      const back = hub.listen(undefined, lastId);
      hub.tell(moved('next'));
      expect([lastId, await heard(back, hub)]).toEqual([
        lastId,
        [
          { id: 'run-600', event: { type: 'reset' } },
          { id: 'run-601', event: moved('next') },
        ],
      ]);
    }
  });

  it('misses nothing of the last 500 events, in any order of telling and leaving', async () => {
    const steps = fc.array(fc.oneof(fc.constant('moved'), fc.constant('progress'), fc.constant('bays')), {
      minLength: 1,
      maxLength: 700,
    });
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(700), async (all, leftAt) => {
        const hub = new EventHub('run');
        const told = all.map((kind, i): GarageEvent => {
          if (kind === 'bays') return { type: 'bays' };
          return kind === 'moved' ? moved(`${i}`) : progress(`d${i % 3}`, i);
        });
        for (const event of told) hub.tell(event);
        const number = Math.min(leftAt, told.length);
        const events = await taken(hub.listen(undefined, `run-${number}`), hub);
        if (events[0]?.type === 'reset') {
          expect(told.length - number).toBeGreaterThan(500);
          return;
        }
        const missed = told.slice(number);
        const isLatest = (event: GarageEvent, i: number): boolean =>
          !missed.slice(i + 1).some((later) => keyOf(later) === keyOf(event));
        expect(events).toEqual(missed.filter(isLatest));
      }),
      { numRuns: 60 },
    );
  });
});

/** What takes the place of what. */
const keyOf = (event: GarageEvent): string =>
  event.type === 'progress' ? `progress ${event.dockId}` : event.type === 'bays' ? 'bays' : JSON.stringify(event);
