import { describe, expect, it } from 'vitest';
import { dayBeside, monthsOf, sentenceOf, summaryOf, wordOf } from './calendar.ts';

describe('the calendar of coverage', () => {
  it('calls a day by the worst that is on it', () => {
    expect(wordOf({ indexed: 7_000, lost: 0.5 })).toBe('lost');
    expect(wordOf({ indexed: 7_000, 'in-flight': 60, lost: 0 })).toBe('waiting');
    expect(wordOf({ indexed: 7_000, 'on-car': 60 })).toBe('withheld');
    expect(wordOf({ indexed: 1 })).toBe('indexed');
    expect([wordOf({}), wordOf(undefined), wordOf({ indexed: 0 })]).toEqual(['none', 'none', 'none']);
    expect(wordOf({ 'a state of tomorrow': 1 })).toBe('waiting');
  });

  it('has every day of the year once, under its weekday', () => {
    for (const [year, length] of [
      [2024, 366],
      [2026, 365],
    ] as const) {
      const days = monthsOf(year).flatMap((month) => month.days);
      expect(new Set(days).size).toBe(length);
      expect([days[0], days.at(-1)]).toEqual([`${year}-01-01`, `${year}-12-31`]);
    }
    expect(
      monthsOf(2026)
        .slice(0, 3)
        .map(({ name, blanks }) => [name, blanks]),
    ).toEqual([
      ['January', 3],
      ['February', 6],
      ['March', 6],
    ]);
  });

  it('says a day in words, the longest first', () => {
    expect(sentenceOf('2026-03-12', { lost: 31, indexed: 7_500 })).toBe(
      '2026-03-12: lost. 2 h 05 min indexed, 31 s lost',
    );
    expect(sentenceOf('2026-03-13', undefined)).toBe('2026-03-13: nothing was recorded');
    const days = [{ lost: 1 }, { indexed: 1 }, { indexed: 2 }, {}].map((seconds, at) => ({ day: `${at}`, seconds }));
    expect(summaryOf(days)).toBe('3 days with data: 1 lost, 2 indexed');
    expect(summaryOf([])).toBe('no day with data');
  });

  it('goes by days and weeks with the arrows, and stays in its year', () => {
    const from = (day: string) =>
      ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'x'].map((key) => dayBeside(day, key));
    expect(from('2026-03-01')).toEqual(['2026-02-28', '2026-03-02', '2026-02-22', '2026-03-08', '2026-03-01']);
    expect(from('2026-01-03')[2]).toBe('2026-01-03');
  });
});
