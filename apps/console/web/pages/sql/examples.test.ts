import { VIEWS } from '@pitlane/contracts/catalog';
import { describe, expect, it } from 'vitest';
import { EXAMPLES } from './examples.ts';

const all = EXAMPLES.flatMap(({ examples }) => examples);
const words = new Set(
  'select from where is null order by desc limit group count distinct as sum min max avg and error'.split(' '),
);

describe('the examples', () => {
  it('are some for everybody, each under a name of its own', () => {
    expect(all.length).toBeGreaterThan(7);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  });

  it.each(all)('$title: names only views and columns that there are', ({ sql }) => {
    const views = [...sql.matchAll(/\bFROM (\w+)/g)].map(([, name]) => VIEWS.find((view) => view.name === name));
    expect(views.length).toBe(1);
    const named = [...sql.matchAll(/\bAS (\w+)/g)].map(([, name]) => name);
    const known = new Set([...(views[0]?.columns.map(({ name }) => name) ?? []), views[0]?.name, ...named]);
    const used = [...sql.matchAll(/[a-z_]\w*/gi)]
      .map(([word]) => word)
      .filter((word) => !words.has(word.toLowerCase()));
    expect(used.filter((word) => !known.has(word))).toEqual([]);
  });
});
