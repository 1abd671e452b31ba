import type { TaskEvent } from '@pitlane/catalog-api';
import { describe, expect, it } from 'vitest';
import { telling } from './telling.ts';

async function all(events: AsyncIterable<TaskEvent>): Promise<TaskEvent[]> {
  const seen: TaskEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

describe('work that tells how far it is', () => {
  it('gives what it tells, and its result last', async () => {
    const events = telling(async (tell) => {
      tell({ text: 'one' });
      await new Promise(setImmediate);
      tell({ text: 'two', steps: { done: 2, total: 2, unit: 'step' } });
      await new Promise(setImmediate);
      return { steps: 2 };
    });
    expect(await all(events)).toEqual([
      { type: 'progress', text: 'one' },
      { type: 'progress', text: 'two', steps: { done: 2, total: 2, unit: 'step' } },
      { type: 'result', result: { steps: 2 } },
    ]);
  });

  it('gives a slow reader the newest alone', async () => {
    const events = telling(async (tell) => {
      for (let at = 0; at < 1000; at += 1) tell({ text: `step ${at}` });
      return {};
    });
    expect(await all(events)).toEqual([
      { type: 'progress', text: 'step 999' },
      { type: 'result', result: {} },
    ]);
  });

  it('fails as the work does', async () => {
    const failing = telling(async (tell) => {
      tell({ text: 'one' });
      await new Promise(setImmediate);
      throw new Error('the store is away');
    });
    await expect(all(failing)).rejects.toThrow('the store is away');
  });
});
