import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ShipLine } from './ship-line.ts';
import { type DrivePlaces, ShipQueue } from './ship-queue.ts';

/** Chunks are named by priority and number: `99-1`. */
let priorities: Map<string, number>;
let begun: string[];
let ends: Map<string, (error?: Error) => void>;

let stop: AbortController;

function lineOf(queue: ShipQueue, drive = 'drive'): ShipLine {
  return queue.open({
    drive,
    signal: stop.signal,
    ship({ name }) {
      begun.push(name);
      return new Promise((resolve, reject) =>
        ends.set(name, (error) => {
          ends.delete(name);
          if (error) reject(error);
          else resolve();
        }),
      );
    },
    priorityOf: (name) => priorities.get(name) ?? Number(name.split('-')[0]),
  });
}

function queueOf(max: number, places?: DrivePlaces): ShipQueue {
  [priorities, begun, ends, stop] = [new Map(), [], new Map(), new AbortController()];
  return new ShipQueue({ max, perLineMax: 3 }, places);
}

async function end(name: string, error?: Error): Promise<void> {
  ends.get(name)?.(error);
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

const addAll = (line: ShipLine, ...names: string[]): void => {
  for (const name of names) line.add({ name, again: false, bytes: 10 });
};

it('a chunk that is urgent is the next to go, whatever was sealed before it in whichever recording', async () => {
  const queue = queueOf(1);
  const [bulk, other] = [lineOf(queue), lineOf(queue)];
  addAll(bulk, '99-1', '99-2', '99-3');
  addAll(other, '99-4', '50-1', '50-2');
  // One that is normal begins beside the bulk that is under way; what is as urgent waits for its place.
  expect(begun).toEqual(['99-1', '50-1']);
  await end('99-1');
  expect(begun).toEqual(['99-1', '50-1']);
  await end('50-1');
  await end('50-2');
  for (const name of ['99-2', '99-3', '99-4']) await end(name);
  expect(begun).toEqual(['99-1', '50-1', '50-2', '99-2', '99-3', '99-4']);
  await Promise.all([bulk.allShipped(), other.allShipped()]);
});

it('one recording has no more on its way than it may, while another has room', async () => {
  const queue = queueOf(5);
  const [one, other] = [lineOf(queue), lineOf(queue)];
  addAll(one, '99-1', '99-2', '99-3', '99-4');
  addAll(other, '99-5');
  expect(begun).toEqual(['99-1', '99-2', '99-3', '99-5']);
  await end('99-2');
  expect(begun.at(-1)).toBe('99-4');
});

it('what waits is lifted when its priority has changed, in the order in which it was sealed', async () => {
  const queue = queueOf(1);
  const line = lineOf(queue);
  addAll(line, '99-1', '99-2', '99-3', '99-4');
  for (const name of ['99-3', '99-4']) priorities.set(name, 20);
  line.regrade();
  expect(begun).toEqual(['99-1', '99-3']);
  await end('99-1');
  await end('99-3');
  await end('99-4');
  expect(begun).toEqual(['99-1', '99-3', '99-4', '99-2']);
});

it('after a failure nothing more of its recording is begun, and all of another is', async () => {
  const queue = queueOf(1);
  const [bad, good] = [lineOf(queue), lineOf(queue)];
  addAll(bad, '99-1', '99-2');
  addAll(good, '99-3');
  const failed = bad.allShipped().catch((error: unknown) => error);
  await end('99-1', new Error('the store is away'));
  expect(await failed).toMatchObject({ message: 'the store is away' });
  addAll(bad, '99-5');
  await end('99-3');
  expect(begun).toEqual(['99-1', '99-3']);
  await good.allShipped();
});

it('a line that closes waits for what is under way, and for nothing else', async () => {
  const queue = queueOf(1);
  const line = lineOf(queue);
  addAll(line, '99-1', '99-2');
  let closed = false;
  const closing = line.close().then(() => (closed = true));
  await Promise.resolve();
  expect([closed, line.waiting]).toEqual([false, 0]);
  await end('99-1');
  await closing;
  expect(begun).toEqual(['99-1']);
});

it('nothing begins before what has a lower number, in any order of sealing and ending', async () => {
  const chunk = fc.constantFrom(0, 20, 50, 99);
  const steps = fc.array(fc.oneof(fc.record({ seal: chunk }), fc.record({ end: fc.nat(20) })), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), steps, async (max, all) => {
      const queue = queueOf(max);
      const lines = [lineOf(queue), lineOf(queue)];
      const sealed: string[] = [];
      for (const [at, step] of all.entries()) {
        const before = new Set(begun);
        if ('seal' in step) {
          sealed.push(`${step.seal}-${at}`);
          addAll(lines[at % 2] as ShipLine, `${step.seal}-${at}`);
        } else await end([...ends.keys()][step.end % Math.max(1, ends.size)] ?? '');
        const waits = sealed.filter((name) => !begun.includes(name)).map((name) => Number(name.split('-')[0]));
        for (const name of begun.filter((one) => !before.has(one))) {
          expect(waits.every((other) => other >= Number(name.split('-')[0]))).toBe(true);
        }
        expect(ends.size).toBeLessThanOrEqual(max + 2);
      }
      while (ends.size > 0) await end([...ends.keys()][0] as string);
      await Promise.all(lines.map((line) => line.allShipped()));
      expect([...begun].sort()).toEqual([...sealed].sort());
    }),
  );
});

describe('drives that people have put somewhere', () => {
  let held: Set<string>;
  let ranks: Map<string, number>;
  const places: DrivePlaces = { isHeld: (drive) => held.has(drive), rankOf: (drive) => ranks.get(drive) ?? 0 };
  let queue: ShipQueue;
  beforeEach(() => {
    [held, ranks] = [new Set(), new Map()];
    queue = queueOf(1, places);
  });

  it('nothing begins of one that is held, whatever it waits for, until it is released', async () => {
    held.add('a');
    const [a, b] = [lineOf(queue, 'a'), lineOf(queue, 'b')];
    addAll(a, '20-1', '20-2');
    addAll(b, '99-3');
    expect(begun).toEqual(['99-3']);
    expect(queue.status()).toEqual([
      { drive: 'b', chunks: 0, bytes: 0, underWay: 1, isHeld: false, priority: null },
      { drive: 'a', chunks: 2, bytes: 20, underWay: 0, isHeld: true, priority: null },
    ]);
    await end('99-3');
    expect(begun).toEqual(['99-3']);
    held.clear();
    queue.moved('a');
    expect(begun).toEqual(['99-3', '20-1']);
    await end('20-1');
    await end('20-2');
    await Promise.all([a.allShipped(), b.allShipped()]);
  });

  it('what waits is kept when its drive is held meanwhile, and what is being sent goes on', async () => {
    const a = lineOf(queue, 'a');
    addAll(a, '99-1', '99-2', '99-3');
    held.add('a');
    queue.moved('a');
    await end('99-1');
    expect(begun).toEqual(['99-1']);
    expect(a.waiting).toBe(2);
    expect(a.waitingBytes).toBe(20);
  });

  it('of one priority the drive that was put first goes first, the others in the order of sealing', async () => {
    const [a, b, c] = [lineOf(queue, 'a'), lineOf(queue, 'b'), lineOf(queue, 'c')];
    addAll(a, '99-1', '99-2');
    addAll(b, '99-3');
    addAll(c, '99-4', '99-5');
    ranks.set('c', -1);
    queue.moved('c');
    expect(queue.status().map(({ drive }) => drive)).toEqual(['c', 'a', 'b']);
    for (const name of ['99-1', '99-4', '99-5', '99-2', '99-3']) await end(name);
    expect(begun).toEqual(['99-1', '99-4', '99-5', '99-2', '99-3']);
  });

  it('who waits for one that is held hears when the garage stops', async () => {
    held.add('a');
    const a = lineOf(queue, 'a');
    addAll(a, '99-1');
    const shipped = a.allShipped().catch((error: unknown) => error);
    stop.abort(new Error('the node is stopping'));
    expect(await shipped).toMatchObject({ message: 'the node is stopping' });
    expect(queue.status()).toMatchObject([{ drive: 'a', chunks: 0, bytes: 0 }]);
    await a.close();
    expect(queue.status()).toEqual([]);
    const late = lineOf(queue, 'a');
    addAll(late, '99-2');
    await expect(late.allShipped()).rejects.toThrow('the node is stopping');
  });
});
