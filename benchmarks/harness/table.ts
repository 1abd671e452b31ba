/** The rows that questions answer with, and the markdown table that is made of them. */
import type { Spread } from './medians.ts';

export interface Row {
  readonly question: string;
  readonly measured: string;
  readonly pitlane: string;
  readonly against: string;
  readonly ratio: string;
  readonly goal: string;
  readonly memory: string;
}

export const EMPTY_ROW: Row = {
  question: '',
  measured: '',
  pitlane: '',
  against: '',
  ratio: '',
  goal: '',
  memory: '',
};

const COLUMNS: readonly (readonly [keyof Row, string])[] = [
  ['question', 'question'],
  ['measured', 'measured'],
  ['pitlane', 'Pitlane'],
  ['against', 'against'],
  ['ratio', 'ratio'],
  ['goal', 'goal'],
  ['memory', 'peak memory of the tree'],
];

export function tableText(rows: readonly Row[]): string {
  const lines = rows.map((row) => COLUMNS.map(([key]) => cell(row[key])));
  const head = COLUMNS.map(([, title]) => title);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const cell = (text: string): string => (text === '' ? '–' : text.replaceAll('|', '\\|').replaceAll('\n', ' '));

export const ratioText = ({ median, min, max }: Spread, digits = 2): string =>
  `${median.toFixed(digits)}× (${min.toFixed(digits)}–${max.toFixed(digits)})`;

export const secondsText = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;

export const megabytesText = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

export const perSecondText = (bytes: number, ms: number): string => `${Math.round(bytes / 1e3 / ms)} MB/s`;

/** Memory as both sums tell it: pages counted once, and as plain resident sizes added up. */
export const memoryText = (use: { proportionalBytesMax: number; residentBytesMax: number }): string =>
  `${megabytesText(use.proportionalBytesMax)} (RSS sum ${megabytesText(use.residentBytesMax)})`;

/** "≥ 0.5×, met" or "≥ 0.5×, not met". */
export const goalText = (goal: string, met: boolean): string => `${goal}: ${met ? 'met' : '**not met**'}`;
