import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Places } from './chunker-places.ts';

/** A job that can pause, and notes it. */
function pausable(name: string, told: string[]) {
  return { pause: () => told.push(`${name} pauses`), goOn: () => told.push(`${name} goes on`) };
}

/** Asks for places by these priorities, and tells in which order they were given. */
function asked(places: Places, given: string[]) {
  return (name: string, priority?: number): Promise<{ leave(): void }> => {
    const place = places.take(priority);
    void place.then(() => given.push(name));
    return place;
  };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

it('places are given as far as there are some, and then by priority and in the order of asking', async () => {
  const given: string[] = [];
  const take = asked(new Places(1), given);
  const first = await take('first');
  const rest = [take('bulk'), take('normal', 50), take('bulk too'), take('normal too', 50)];
  await settled();
  expect(given).toEqual(['first']);
  first.leave();
  first.leave();
  for (const at of [1, 3, 0, 2]) (await (rest[at] as Promise<{ leave(): void }>)).leave();
  expect(given).toEqual(['first', 'normal', 'normal too', 'bulk', 'bulk too']);
});

it('what is urgent has a place of its own while all others are held, and a second one waits in front', async () => {
  const given: string[] = [];
  const take = asked(new Places(2), given);
  const held = [await take('one'), await take('two')];
  void take('three');
  const urgent = await take('urgent', 0);
  const another = take('another', 29);
  await settled();
  expect(given).toEqual(['one', 'two', 'urgent']);
  // Its place is not handed on to what is not urgent.
  urgent.leave();
  (await another).leave();
  await settled();
  expect(given).toEqual(['one', 'two', 'urgent', 'another']);
  held[0]?.leave();
  await settled();
  expect(given.at(-1)).toBe('three');
});

it('what has a higher number than what comes pauses and gives its place, and has it back when that has left', async () => {
  const told: string[] = [];
  const places = new Places(2);
  const one = await places.take(99, pausable('one', told));
  await places.take(99, pausable('two', told));
  const event = await places.take(50, pausable('event', told));
  expect(told).toEqual(['one pauses', 'two pauses']);
  const urgent = await places.take(0, pausable('urgent', told));
  expect(told.splice(0)).toEqual(['one pauses', 'two pauses', 'event pauses']);
  const later = places.take(99, pausable('later', told)).then((place) => {
    told.push('later begins');
    return place;
  });
  await settled();
  expect(told).toEqual([]);
  urgent.leave();
  expect(told.splice(0)).toEqual(['event goes on']);
  event.leave();
  await settled();
  // Who had begun goes on before others begin.
  expect(told.splice(0)).toEqual(['one goes on', 'two goes on']);
  one.leave();
  await later;
  expect(told).toEqual(['later begins']);
});

it('a job that leaves while it pauses is not told to go on', async () => {
  const told: string[] = [];
  const places = new Places(1);
  const bulk = await places.take(99, pausable('bulk', told));
  const urgent = await places.take(0, pausable('urgent', told));
  bulk.leave();
  urgent.leave();
  expect(told).toEqual(['bulk pauses']);
});

it('of jobs that come and go by chance none works beside a lower number while it may pause, and all have their turn', async () => {
  const priority = fc.constantFrom(0, 10, 20, 50, 99);
  const step = fc.oneof(
    priority.map((asking) => ({ asking })),
    fc.nat(9).map((leaving) => ({ leaving })),
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 30 }), async (max, steps) => {
      const places = new Places(max);
      const inside: { priority: number; paused: boolean; leave(): void }[] = [];
      let taken = 0;
      const take = (given: number): void => {
        const job = { priority: given, paused: false, leave: (): void => {} };
        taken += 1;
        void places
          .take(given, { pause: () => (job.paused = true), goOn: () => (job.paused = false) })
          .then((place) => inside.push(Object.assign(job, place)));
      };
      const check = (): void => {
        const lowest = Math.min(...inside.map((job) => job.priority));
        const working = inside.filter(({ paused }) => !paused);
        const mayPause = inside.length - working.length < 2 * max;
        if (mayPause) expect(working.every((job) => job.priority === lowest)).toBe(true);
        expect(working.length > 0 || inside.length === 0).toBe(true);
        expect(working.length).toBeLessThanOrEqual(max + 1);
      };
      for (const one of steps) {
        if ('asking' in one) take(one.asking);
        else inside.splice(one.leaving, 1)[0]?.leave();
        await settled();
        check();
      }
      for (let left = taken; left > 0 && inside.length > 0; left -= 1) {
        inside
          .splice(
            inside.findIndex(({ paused }) => !paused),
            1,
          )[0]
          ?.leave();
        await settled();
        check();
      }
      expect(inside.length).toBe(0);
    }),
  );
});
