import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batches, forEachConcurrent, mapOrdered, pulledAhead } from './index.ts';

/** A source that counts what was pulled from it, and whether it was closed. */
function counted(items: number) {
  const source = {
    pulled: 0,
    closed: false,
    async *[Symbol.asyncIterator]() {
      try {
        for (let i = 0; i < items; i += 1) {
          source.pulled += 1;
          yield i;
        }
      } finally {
        source.closed = true;
      }
    },
  };
  return source;
}

/** Work that stands still until it is let go, one by one. */
function gate() {
  const waiting: { item: number; go: () => void; fail: (error: Error) => void }[] = [];
  const work = (item: number): Promise<number> =>
    new Promise((resolve, reject) => waiting.push({ item, go: () => resolve(item * 10), fail: reject }));
  return { waiting, work };
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
};

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

describe('mapping in order', () => {
  it('gives results in the order of the source, whatever finishes first', async () => {
    const turns = fc.array(fc.nat(5), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(turns, fc.integer({ min: 1, max: 6 }), async (delays, limit) => {
        let underWay = 0;
        let most = 0;
        const mapped = mapOrdered(delays.entries(), limit, async ([i, delay]) => {
          underWay += 1;
          most = Math.max(most, underWay);
          for (let turn = 0; turn < delay; turn += 1) await Promise.resolve();
          underWay -= 1;
          return i;
        });
        expect(await collect(mapped)).toEqual(delays.map((_, i) => i));
        expect(most).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('pulls no more than its limit ahead of what was taken', async () => {
    const source = counted(100);
    const mapped = mapOrdered(source, 3, async (item) => item);
    expect(source.pulled).toBe(0);
    for (let taken = 1; taken <= 10; taken += 1) {
      await mapped.next();
      await settle();
      expect(source.pulled).toBeLessThanOrEqual(taken + 2);
    }
    await mapped.return(undefined);
    expect(source.closed).toBe(true);
  });

  it('runs as many as its limit at once', async () => {
    const { waiting, work } = gate();
    const first = mapOrdered(counted(10), 4, work).next();
    await settle();
    expect(waiting.map(({ item }) => item)).toEqual([0, 1, 2, 3]);
    for (const { go } of waiting) go();
    expect((await first).value).toBe(0);
  });

  it('ends with the first failure in order, after the work under way has settled, and closes the source', async () => {
    const source = counted(10);
    const { waiting, work } = gate();
    const results = collect(mapOrdered(source, 3, work));
    let ended = false;
    const watched = results.catch((error: unknown) => error).finally(() => (ended = true));
    await settle();
    waiting[0]?.fail(new Error('first'));
    waiting[1]?.fail(new Error('second'));
    await settle();
    expect(ended).toBe(false);
    waiting[2]?.go();
    expect(await watched).toEqual(new Error('first'));
    expect(source.closed).toBe(true);
    expect(source.pulled).toBeLessThanOrEqual(3);
  });
});

describe('working through concurrently', () => {
  it('does each item once, never more than its limit at a time, and pulls none before there is room', async () => {
    const source = counted(50);
    const done: number[] = [];
    let underWay = 0;
    await forEachConcurrent(source, 4, async (item) => {
      underWay += 1;
      expect(underWay).toBeLessThanOrEqual(4);
      expect(source.pulled).toBeLessThanOrEqual(done.length + 4);
      await settle();
      underWay -= 1;
      done.push(item);
    });
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it('stops pulling after a failure and tells it once the rest has settled', async () => {
    const source = counted(50);
    const work = forEachConcurrent(source, 2, async (item) => {
      await settle();
      if (item === 3) throw new Error('the fourth');
    });
    await expect(work).rejects.toThrow('the fourth');
    expect(source.pulled).toBeLessThanOrEqual(7);
    expect(source.closed).toBe(true);
  });
});

describe('batches', () => {
  it('hold all items in order, none empty, within both limits', async () => {
    const options = fc.record({ maxItems: fc.integer({ min: 1, max: 9 }), maxSize: fc.integer({ min: 1, max: 40 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20)), options, async (items, { maxItems, maxSize }) => {
        const made = await collect(batches(items, { maxItems, maxSize, sizeOf: (item) => item }));
        expect(made.flat()).toEqual(items);
        for (const batch of made) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(maxItems);
          const before = batch.slice(0, -1).reduce((sum, item) => sum + item, 0);
          expect(before, 'it was closed as soon as it was full').toBeLessThan(maxSize);
        }
      }),
    );
  });
});

describe('pulledAhead', () => {
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  };

  it('pulls to the end of the source before anything is taken, and gives all in order', async () => {
    const source = counted(5);
    const ahead = pulledAhead(source);
    await turns();
    expect([source.pulled, source.closed]).toEqual([5, true]);
    const taken: number[] = [];
    for await (const item of ahead) taken.push(item);
    expect(taken).toEqual([0, 1, 2, 3, 4]);
  });

  it('waits for what is not there yet', async () => {
    const { waiting, work } = gate();
    const ahead = pulledAhead(mapOrdered(counted(2), 1, work));
    const first = ahead.next();
    await turns();
    waiting[0]?.go();
    expect((await first).value).toBe(0);
    const second = ahead.next();
    await turns();
    waiting[1]?.go();
    expect((await second).value).toBe(10);
    expect((await ahead.next()).done).toBe(true);
  });

  it('gives what came before a failure, then the failure', async () => {
    const { waiting, work } = gate();
    const ahead = pulledAhead(mapOrdered(counted(3), 1, work));
    await turns();
    waiting[0]?.go();
    await turns();
    waiting[1]?.fail(new Error('the disk was pulled'));
    await turns();
    expect((await ahead.next()).value).toBe(0);
    await expect(ahead.next()).rejects.toThrow('the disk was pulled');
  });

  it('goes on to the end though nobody takes any more', async () => {
    const source = counted(3);
    const ahead = pulledAhead(source);
    await ahead.return(undefined);
    await turns();
    expect([source.pulled, source.closed]).toEqual([3, true]);
  });
});
