import { describe, expect, it } from 'vitest';
import type { DockEvent } from './dock-result.ts';
import { EventHub } from './event-hub.ts';

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
async function taken(listener: AsyncIterator<DockEvent>, hub: EventHub): Promise<DockEvent[]> {
  hub.close();
  const events: DockEvent[] = [];
  for (let next = await listener.next(); !next.done; next = await listener.next()) events.push(next.value);
  return events;
}

describe('the event hub', () => {
  it('keeps of each dock the latest progress alone for a slow listener, and everything else in order', async () => {
    const hub = new EventHub();
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
    const hub = new EventHub();
    hub.tell(moved('before'));
    const [one, two] = [hub.listen(), hub.listen()];
    hub.tell(moved('after'));
    expect((await one.next()).value).toEqual(moved('after'));
    const waiting = one.next();
    hub.tell(moved('later'));
    expect((await waiting).value).toEqual(moved('later'));
    expect(await taken(two, hub)).toEqual([moved('after'), moved('later')]);
  });

  it('cuts off a listener that is a thousand events behind, and no other', async () => {
    const hub = new EventHub();
    const [slow, quick] = [hub.listen(), hub.listen()];
    for (let i = 0; i < 1500; i += 1) {
      hub.tell(moved(`${i}`));
      expect((await quick.next()).value).toEqual(moved(`${i}`));
    }
    let read = 0;
    for await (const event of slow) read += event.type === 'drive' ? 1 : 0;
    expect(read).toBeLessThanOrEqual(1001);
    hub.tell(moved('more'));
    expect((await quick.next()).value).toEqual(moved('more'));
  });

  it('ends for a listener that is detached, leaves, or outlives the hub', async () => {
    const hub = new EventHub();
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
