/** What was asked on the command line, and how to ask it again. */
import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly questions: readonly string[];
  readonly seed: number;
  readonly pairs: number;
  readonly full: boolean;
  readonly write: boolean;
}

/** Throws a sentence for people when it was asked wrongly. */
export function optionsFrom(args: readonly string[], names: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '7' },
      pairs: { type: 'string', default: '5' },
      full: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new RangeError(`no question ${unknown.join(', ')}: there are ${names.join(', ')}`);
  const { full, write } = values;
  const seed = wholeNumber('seed', values.seed, 0);
  const pairs = wholeNumber('pairs', values.pairs, 1);
  return { questions: positionals.length > 0 ? positionals : names, seed, pairs, full, write };
}

/** The command that gives the same table. */
export function commandText({ questions, seed, pairs, full }: BenchOptions, names: readonly string[]): string {
  const all = names.every((name) => questions.includes(name));
  const flags = [...(all ? [] : questions), ...(full ? ['--full'] : []), `--seed ${seed}`, `--pairs ${pairs}`];
  return `npm run bench -- ${flags.join(' ')}`;
}

function wholeNumber(name: string, text: string, min: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min) return value;
  throw new RangeError(`--${name} is ${text}: give a whole number from ${min} on`);
}
