/** What could stand where a command line is being written, out of the tree of commands and the names of the catalog. */
import type { Command } from 'commander';
import { shownCommands } from '../command-tree.ts';
import { type HalfLine, readHalfLine } from './read-line.ts';
import { kindsOfArgument, kindsOfOption, type NameKind, type ValueKinds } from './value-kinds.ts';

export interface Word {
  readonly text: string;
  /** A few words on it; may be empty. */
  readonly about: string;
}

export interface Offer {
  /** All begin with the word that is being written. */
  readonly words: readonly Word[];
  /** The shell knows its files best. */
  readonly paths: 'files' | 'folders' | undefined;
  /** More may follow without a space. */
  readonly goesOn: boolean;
}

/** Names of the catalog that begin so; none where they cannot be had at once. */
export type NamesOf = (kind: NameKind, prefix: string, line: HalfLine) => Promise<readonly string[]>;

const NOTHING: Offer = { words: [], paths: undefined, goesOn: false };

/** @param words behind the program's name; the last one is being written. */
export async function offerWords(program: Command, words: readonly string[], namesOf: NamesOf): Promise<Offer> {
  const line = readHalfLine(program, words);
  if (line.option) return offerValues(kindsOfOption(line.option), line, namesOf);
  if (line.current.startsWith('-') && !line.isRest)
    return { ...NOTHING, words: begun(optionWords(line), line.current) };
  const commands = line.args.length === 0 ? shownCommands(line.command) : [];
  if (commands.length > 0) return { ...NOTHING, words: begun(commands.map(commandWord), line.current) };
  const { registeredArguments } = line.command;
  const argument = registeredArguments[line.args.length] ?? registeredArguments.at(-1);
  if (!argument || (line.args.length >= registeredArguments.length && !argument.variadic)) return NOTHING;
  return offerValues(kindsOfArgument(argument), line, namesOf);
}

const commandWord = (command: Command): Word => ({ text: command.name(), about: command.description() });

function optionWords({ command, used }: HalfLine): Word[] {
  const words = command
    .createHelp()
    .visibleOptions(command)
    .filter((option) => !used.has(option))
    .map(({ long, short, description }) => ({ text: long ?? short ?? '', about: description }));
  return words.filter(({ text }) => text !== '');
}

async function offerValues(
  { choices, paths, names, isList }: ValueKinds,
  line: HalfLine,
  namesOf: NamesOf,
): Promise<Offer> {
  const [before, last] = isList ? lastOfList(line.current) : ['', line.current];
  const found = await Promise.all(names.map((kind) => namesOf(kind, last, line)));
  const words = [...choices, ...found.flat()].map((text) => ({ text: `${before}${text}`, about: '' }));
  return { words: begun(words, line.current), paths, goesOn: isList };
}

/** `/imu,/cam` as `/imu,` and `/cam`. */
function lastOfList(list: string): [string, string] {
  const cut = list.lastIndexOf(',') + 1;
  return [list.slice(0, cut), list.slice(cut)];
}

const begun = (words: readonly Word[], prefix: string): Word[] => words.filter(({ text }) => text.startsWith(prefix));
