import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secondsLeft, waitingOf, withAction, withListed } from './action-book.ts';
import type { ActionAnswer, QueueEntry } from './board-answers.ts';
import { inOrder, moveInQueue } from './queue-order.ts';

const action = (id: number, state = 'waiting'): ActionAnswer => ({
  actionId: String(id),
  kind: 'hold',
  bay: 'b',
  driveId: null,
  dockId: null,
  text: '',
  state,
  askedAt: `${id}000000000`,
  dueAt: `${id + 10}000000000`,
  endedAt: null,
  author: null,
  error: null,
});

describe('the book of actions', () => {
  it('has the newest first, and what became of each', () => {
    const book = withListed([], [action(2), action(1, 'done')]);
    expect(withAction(book, action(3)).map(({ actionId }) => actionId)).toEqual(['3', '2', '1']);
    expect(waitingOf(withAction(book, action(2, 'undone')))).toEqual([]);
  });

  it('lets no late answer make wait again what has ended', () => {
    const book = withListed([], [action(1, 'undone')]);
    expect(withListed(book, [action(1)])).toEqual(book);
  });

  it('counts down whole seconds by the clock of the node, to nothing', () => {
    expect([1000, 1001, 10_999, 11_000, 99_000].map((nowMs) => secondsLeft(action(1), nowMs))).toEqual([
      10, 10, 1, 0, 0,
    ]);
  });
});

describe('the order of the queue', () => {
  const queue = ['a', 'b', 'c', 'd'].map(
    (driveId): QueueEntry => ({
      driveId,
      tenant: 't',
      vehicleId: `car-${driveId}`,
      priority: 99,
      state: 'waiting',
      isHeld: false,
      chunksWaiting: 1,
      bytesWaiting: 1,
      clearsAt: null,
    }),
  );
  const ids = (list: readonly QueueEntry[]): string => list.map(({ driveId }) => driveId).join('');

  it('moves one, and says before whom it goes', () => {
    const moved = (driveId: string, by: number) => {
      const { queue: after, before } = moveInQueue(queue, driveId, by);
      return [ids(after), before?.driveId];
    };
    expect(moved('c', -1)).toEqual(['acbd', 'b']);
    expect(moved('a', 1)).toEqual(['bacd', 'c']);
    expect(moved('a', 9)).toEqual(['bcda', undefined]);
    expect(moved('d', -9)).toEqual(['dabc', 'a']);
    expect(moved('x', 1)).toEqual(['abcd', undefined]);
  });

  it('loses none and doubles none, however they are moved', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: -5, max: 5 }))), (moves) => {
        const after = moves.reduce<readonly QueueEntry[]>((now, [id, by]) => moveInQueue(now, id, by).queue, queue);
        expect(Array.from(ids(after)).toSorted().join('')).toBe('abcd');
      }),
    );
  });

  it('keeps what a person made of it while drives come and go', () => {
    expect(ids(inOrder(queue, ['d', 'x', 'a']))).toBe('dabc');
  });
});
