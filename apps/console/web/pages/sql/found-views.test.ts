import { describe, expect, it } from 'vitest';
import { foundViews } from './found-views.ts';

const column = (name: string) => ({ name, type: 'STRING', about: '' });
const views = [
  { name: 'drives', about: '', columns: [column('drive_id'), column('state')] },
  { name: 'chunks', about: '', columns: [column('drive_id'), column('chunk_id')] },
];
const namesOf = (sought: string) => foundViews(views, sought).map(({ name, columns }) => [name, columns.length]);

describe('the schema bar', () => {
  it('finds views by name whole, and others by the columns that are called so', () => {
    expect(namesOf('drive')).toEqual([
      ['drives', 2],
      ['chunks', 1],
    ]);
    expect(namesOf('state')).toEqual([['drives', 1]]);
    expect(namesOf('')).toEqual([
      ['drives', 2],
      ['chunks', 2],
    ]);
    expect(namesOf('nothing')).toEqual([]);
  });
});
