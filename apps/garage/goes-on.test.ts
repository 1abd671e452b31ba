import { expect, it } from 'vitest';
import { goesOn, mayGoOn } from './goes-on.ts';

const HOUR_MS = 3_600_000;
const YEARS_MS = 10 * 365 * 24 * HOUR_MS;
const AT_MS = 1_767_225_600_000;
const failed = { state: 'failed', dockedAtMs: AT_MS } as const;
const at = (nowMs: number, listing?: string) => ({ nowMs, listing });

it('a failed dock goes on for a day, also when the clock is set back by hours meanwhile', () => {
  for (const hours of [-23, 0, 23]) expect(goesOn(failed, {}, at(AT_MS + hours * HOUR_MS))).toBe(true);
  expect(goesOn(failed, {}, at(AT_MS + 24 * HOUR_MS))).toBe(false);
});

it('a failed dock does not go on for years because the clock was set back, nor one from a future that never came', () => {
  expect(goesOn(failed, {}, at(AT_MS - YEARS_MS))).toBe(false);
  expect(goesOn({ ...failed, dockedAtMs: AT_MS + YEARS_MS }, {}, at(AT_MS))).toBe(false);
});

it('an open dock goes on whatever the clock says, and no dock goes on for a disk with other files', () => {
  const open = { state: 'open', dockedAtMs: AT_MS, listing: 'a' } as const;
  for (const nowMs of [0, AT_MS, AT_MS + YEARS_MS]) expect(goesOn(open, { listing: 'a' }, at(nowMs, 'a'))).toBe(true);
  expect(goesOn(open, { listing: 'b' }, at(AT_MS, 'b'))).toBe(false);
  expect(goesOn({ ...open, state: 'done' }, {}, at(AT_MS, 'a'))).toBe(false);
});

it('a failed dock goes on whatever the clock says while nothing on its disk has changed', () => {
  expect(goesOn({ ...failed, listing: 'a' }, {}, at(AT_MS + YEARS_MS, 'a'))).toBe(true);
  expect(goesOn({ ...failed, listing: 'a', isStaged: true }, {}, at(AT_MS, 'b'))).toBe(false);
});

it('a dock that is done, or failed without a trace of its disk a day ago, never goes on', () => {
  const kinds = [
    failed,
    { ...failed, listing: 'a' },
    { ...failed, isStaged: true },
    { ...failed, state: 'open' },
  ] as const;
  expect(kinds.map((dock) => mayGoOn(dock, AT_MS + YEARS_MS))).toEqual([false, true, true, true]);
  expect(kinds.map((dock) => mayGoOn({ ...dock, state: 'done' }, AT_MS))).toEqual([false, false, false, false]);
});
