import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { withJournal } from './journal-errors.ts';

it('says of a full disk that it may have room later, and lets other faults through as they are', () => {
  const db = new Database(':memory:');
  db.exec('CREATE TABLE entries (text TEXT)');
  db.pragma('max_page_count = 8'); // a disk that has no further page
  const insert = db.prepare('INSERT INTO entries VALUES (?)');
  const full = (): unknown => withJournal('HOME/journal.sqlite', () => insert.run('x'.repeat(100_000)));
  expect(full).toThrow(expect.objectContaining({ code: 'disk-full', retryable: true }));
  expect(full).toThrow(/journal HOME\/journal\.sqlite.*dock again/);
  const wrong = (): unknown => withJournal('HOME/journal.sqlite', () => db.prepare('SELECT nothing'));
  expect(wrong).toThrow(expect.not.objectContaining({ retryable: true }));
  expect(withJournal('HOME/journal.sqlite', () => 7)).toBe(7);
});
