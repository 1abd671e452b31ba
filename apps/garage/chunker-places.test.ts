import { expect, it } from 'vitest';
import { Places } from './chunker-places.ts';

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
