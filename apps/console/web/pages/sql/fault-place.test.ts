import { describe, expect, it } from 'vitest';
import { placeOfFault } from './fault-place.ts';

const sql = 'SELECT drive_id,\n  nosuch\nFROM drives';
const wordAt = (message: string, text = sql) => {
  const place = placeOfFault(message, text);
  return place && [place.line, place.column, text.slice(place.from, place.to)];
};

describe('the place of a fault', () => {
  it('is the line and column that BigQuery names', () => {
    expect(wordAt('Unrecognized name: nosuch at [2:3]')).toEqual([2, 3, 'nosuch']);
    expect(wordAt('Unexpected end at [9:1]')).toBeUndefined();
  });

  it('is the name that DuckDB quotes, as a word of its own', () => {
    expect(
      wordAt('Binder Error: Referenced column "nosuch" not found in FROM clause! Candidate bindings: "state"'),
    ).toEqual([2, 3, 'nosuch']);
    expect(wordAt('Catalog Error: Table with name drives does not exist!')).toEqual([3, 6, 'drives']);
    expect(wordAt('Parser Error: syntax error at or near "SELEC"', 'SELEC 1')).toEqual([1, 1, 'SELEC']);
  });

  it('is the end where input ended too early', () => {
    expect(wordAt('Parser Error: syntax error at end of input', 'SELECT * FROM drives WHERE ')).toEqual([1, 27, '']);
  });

  it('is unknown where nothing of the SQL is named', () => {
    expect(wordAt('the query ran for more than 30 s')).toBeUndefined();
    expect(wordAt('near "elsewhere"')).toBeUndefined();
    expect(wordAt('near "("', 'SELECT 1')).toBeUndefined();
  });
});
