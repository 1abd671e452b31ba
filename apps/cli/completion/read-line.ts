/** A half-written command line, as far as it can be understood: which command it is of, what it has said, what is being written. */
import type { Command, Option } from 'commander';
import { shownCommands } from '../command-tree.ts';

export interface HalfLine {
  readonly command: Command;
  readonly args: readonly string[];
  /** Values of options, by attribute name. */
  readonly values: ReadonlyMap<string, string>;
  /** Options that stand there already. */
  readonly used: ReadonlySet<Option>;
  /** The word that is being written; without `--name=` before it. */
  readonly current: string;
  /** Of which option the word is the value. */
  readonly option: Option | undefined;
  /** Behind `--`, where nothing is an option. */
  readonly isRest: boolean;
}

/** @param words behind the program's name; the last one is being written. */
export function readHalfLine(program: Command, words: readonly string[]): HalfLine {
  const line = new LineReader(program);
  for (const word of words.slice(0, -1)) line.take(word);
  return line.endWith(words.at(-1) ?? '');
}

class LineReader {
  #command: Command;
  readonly #args: string[] = [];
  readonly #values = new Map<string, string>();
  readonly #used = new Set<Option>();
  #waiting: Option | undefined;
  #isRest = false;

  constructor(program: Command) {
    this.#command = program;
  }

  take(word: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting && (waiting.required || !word.startsWith('-'))) this.#values.set(waiting.attributeName(), word);
    else if (this.#isRest) this.#args.push(word);
    else if (word === '--') this.#isRest = true;
    else if (word.length > 1 && word.startsWith('-')) this.#takeOption(word);
    else this.#takeWord(word);
  }

  endWith(current: string): HalfLine {
    const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
    const given = name === undefined || this.#isRest ? undefined : this.#optionOf(name);
    const isOption = current.startsWith('-') && this.#waiting?.required !== true;
    return {
      command: this.#command,
      args: this.#args,
      values: this.#values,
      used: this.#used,
      current: given && value !== undefined ? value : current,
      option: given ?? (isOption ? undefined : this.#waiting),
      isRest: this.#isRest,
    };
  }

  #takeOption(word: string): void {
    const [, name = word, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    const option = this.#optionOf(name);
    if (!option) return;
    this.#used.add(option);
    if (value !== undefined) this.#values.set(option.attributeName(), value);
    else if (option.required || option.optional) this.#waiting = option;
  }

  #takeWord(word: string): void {
    const below = this.#args.length === 0 ? shownCommands(this.#command).find((one) => one.name() === word) : undefined;
    if (below) this.#command = below;
    else this.#args.push(word);
  }

  #optionOf(name: string): Option | undefined {
    return this.#command.options.find(({ long, short }) => long === name || short === name);
  }
}
