import { expect, it } from 'vitest';
import { topicsFrom } from './topic-glob.ts';

it('a topic whose own name has a star is taken by its name', () => {
  expect(topicsFrom(['/a*'], new Set(['/a*', '/b']), 'drive')).toEqual(new Set(['/a*']));
});
