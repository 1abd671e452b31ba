/** A year of coverage, month by month: what each day is called, from the seconds of each state. */
import { counted, textFromSeconds } from '../../kit/figures.ts';

export interface CalendarDay {
  readonly day: string;
  readonly seconds: Readonly<Record<string, number>>;
}

/** Worst first: a day with anything lost is called lost, however much of it is there. */
export const DAY_WORDS = ['lost', 'waiting', 'withheld', 'indexed', 'none'] as const;
export type DayWord = (typeof DAY_WORDS)[number];

export const DAY_MEANINGS: Readonly<Record<DayWord, string>> = {
  lost: 'something is lost',
  waiting: 'something is on its way',
  withheld: 'something is kept on the car',
  indexed: 'all in the catalog',
  none: 'nothing was recorded',
};

const WORD_OF: Readonly<Record<string, DayWord>> = {
  lost: 'lost',
  'on-dock': 'waiting',
  'in-flight': 'waiting',
  landed: 'waiting',
  'on-car': 'withheld',
  indexed: 'indexed',
};

export interface Month {
  readonly name: string;
  /** Empty cells before the first day, in a week that begins on Monday. */
  readonly blanks: number;
  readonly days: readonly string[];
}

export function wordOf(seconds: CalendarDay['seconds'] | undefined): DayWord {
  const there = Object.entries(seconds ?? {}).filter(([, length]) => length > 0);
  return DAY_WORDS.find((word) => there.some(([state]) => (WORD_OF[state] ?? 'waiting') === word)) ?? 'none';
}

export function monthsOf(year: number): Month[] {
  return Array.from({ length: 12 }, (_, month) => {
    const first = new Date(Date.UTC(year, month, 1));
    const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
    return {
      name: first.toLocaleString('en-GB', { month: 'long', timeZone: 'UTC' }),
      blanks: (first.getUTCDay() + 6) % 7,
      days: Array.from({ length }, (_day, at) => new Date(Date.UTC(year, month, at + 1)).toISOString().slice(0, 10)),
    };
  });
}

/** `2026-03-12: lost. 2 h 05 min indexed, 31 s lost` */
export function sentenceOf(day: string, seconds: CalendarDay['seconds'] | undefined): string {
  const parts = Object.entries(seconds ?? {})
    .filter(([, length]) => length > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([state, length]) => `${textFromSeconds(length)} ${state}`);
  const word = wordOf(seconds);
  return parts.length === 0 ? `${day}: ${DAY_MEANINGS.none}` : `${day}: ${word}. ${parts.join(', ')}`;
}

/** `312 days with data: 300 indexed, 12 lost` */
export function summaryOf(days: readonly CalendarDay[]): string {
  const words = days.map(({ seconds }) => wordOf(seconds)).filter((word) => word !== 'none');
  const parts = DAY_WORDS.map((word) => [word, words.filter((one) => one === word).length] as const);
  const told = parts.filter(([, count]) => count > 0).map(([word, count]) => `${count} ${word}`);
  return words.length === 0 ? 'no day with data' : `${counted(words.length, 'day')} with data: ${told.join(', ')}`;
}

/** Where an arrow goes from a day; the same day where it would leave the year. */
export function dayBeside(day: string, key: string): string {
  const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  const next = new Date(Date.parse(day) + (steps[key] ?? 0) * 86_400_000).toISOString().slice(0, 10);
  return next.slice(0, 4) === day.slice(0, 4) ? next : day;
}
