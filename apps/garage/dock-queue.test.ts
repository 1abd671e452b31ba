import type { DockEntry } from '@pitlane/ports/journal';
import { expect, it } from 'vitest';
import { DockQueue, type WaitingDock } from './dock-queue.ts';

const dockOf = (dockId: string, priority = 99): WaitingDock => ({
  dock: { dockId, priority } as DockEntry,
  request: { path: `/media/${dockId}` },
});
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

it('docks are taken by priority and then as they came, four at once and one more that is urgent', () => {
  const queue = new DockQueue(
    async () => 99,
    () => {},
  );
  for (const [id, priority] of [['a'], ['b'], ['c', 50], ['d'], ['e'], ['f', 5]] as const) {
    queue.add(dockOf(id, priority), 0);
  }
  const taken = [0, 1, 2, 3, 4].map((underWay) => queue.next(underWay)?.dock.dockId);
  expect(taken).toEqual(['f', 'c', 'a', 'b', undefined]);
  expect([queue.has('d'), queue.has('a')]).toEqual([true, false]);
  queue.add(dockOf('g', 29), 4);
  expect(queue.next(4)?.dock.dockId).toBe('g');
  expect(queue.next(5)).toBeUndefined();
});

it('a dock in which something urgent is foreseen does not wait behind bulk', async () => {
  const urgent = new Set(['/media/b']);
  let lifted = 0;
  const queue = new DockQueue(
    async ({ path }) => (urgent.has(path) ? 20 : 99),
    () => (lifted += 1),
  );
  queue.add(dockOf('a'), 4);
  queue.add(dockOf('b'), 4);
  await settled();
  expect(lifted).toBe(2);
  expect(queue.next(4)?.dock.dockId).toBe('b');
  expect(queue.next(4)).toBeUndefined();
  // An order that comes later lifts what waits.
  urgent.add('/media/a');
  queue.foreseeAll();
  await settled();
  expect(queue.next(4)?.dock.dockId).toBe('a');
});
