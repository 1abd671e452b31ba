import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ShipQueue, type ShipLine } from './ship-queue.ts';

/** Chunks are named by priority and number: `99-1`. */
let priorities: Map<string, number>;
let begun: string[];
let ends: Map<string, (error?: Error) => void>;

function lineOf(queue: ShipQueue): ShipLine {
  return queue.open({
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

function queueOf(max: number): ShipQueue {
  [priorities, begun, ends] = [new Map(), [], new Map()];
  return new ShipQueue({ max, perLineMax: 3 });
}

async function end(name: string, error?: Error): Promise<void> {
  ends.get(name)?.(error);
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

const addAll = (line: ShipLine, ...names: string[]): void => {
  for (const name of names) line.add({ name, again: false });
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
