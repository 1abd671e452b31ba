import { describe, expect, it } from 'vitest';
import { forgetAll, HISTORY_MAX, historyFrom, remember, SQL_LETTERS_MAX } from './query-history.ts';

function memory(kept = new Map<string, string>()) {
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
  };
}

describe('the history of queries', () => {
  it('has each query once, newest first, and no more than fit', () => {
    const storage = memory();
    for (let n = 0; n < HISTORY_MAX + 10; n += 1) remember(storage, `SELECT ${n}`, n);
    remember(storage, ' SELECT 20 ', 99);
    const history = historyFrom(storage);
    expect(history.length).toBe(HISTORY_MAX);
    expect(history[0]).toEqual({ sql: 'SELECT 20', atMs: 99 });
    expect(history.filter(({ sql }) => sql === 'SELECT 20').length).toBe(1);
  });

  it('keeps nothing long, empty, or that looks like a secret', () => {
    const storage = memory();
    for (const sql of ['', 'x'.repeat(SQL_LETTERS_MAX + 1), "SELECT 'password=hunter2'", "SELECT 'Bearer abc'"]) {
      remember(storage, sql, 1);
    }
    expect(storage.kept.size).toBe(0);
  });

  it('takes no word of what is not its own', () => {
    for (const text of ['{', '{"a":1}', '[1, {"sql": 7, "atMs": 1}, null]']) {
      expect(historyFrom(memory(new Map([['pitlane.sql.history', text]])))).toEqual([]);
    }
    expect(historyFrom(undefined)).toEqual([]);
  });

  it('forgets when it is told to, and where there is no room', () => {
    const storage = memory();
    remember(storage, 'SELECT 1', 1);
    expect(forgetAll(storage)).toEqual([]);
    expect(historyFrom(storage)).toEqual([]);
    const full = {
      ...memory(),
      setItem: () => {
        throw new Error('no room');
      },
    };
    expect(remember(full, 'SELECT 1', 1).length).toBe(1);
  });
});
