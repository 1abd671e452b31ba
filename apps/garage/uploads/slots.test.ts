import { isPitlaneError } from '@pitlane/base/errors';
import { expect, it } from 'vitest';
import { Slots } from './slots.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('so many go at once, the next wait in their order, and one too many is sent away', async () => {
  const slots = new Slots(2, 2);
  const began: number[] = [];
  const held = new Map<number, Disposable>();
  const ask = (number: number): Promise<void> =>
    slots.take().then((slot) => {
      began.push(number);
      held.set(number, slot);
    });
  for (const number of [1, 2, 3, 4]) void ask(number);
  const refused = await slots.take().catch((error: unknown) => error);
  expect(isPitlaneError(refused, 'unavailable') && refused.retryable).toBe(true);
  expect(began).toEqual([1, 2]);
  held.get(2)?.[Symbol.dispose]();
  held.get(2)?.[Symbol.dispose]();
  await settle();
  expect(began).toEqual([1, 2, 3]);
  for (const number of [1, 3]) held.get(number)?.[Symbol.dispose]();
  await settle();
  expect(began).toEqual([1, 2, 3, 4]);
});
