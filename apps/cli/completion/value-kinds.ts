/**
 * What a value of the command line is, by the word that stands for it in help: `<file>`, `[drive]`, `--topics <globs>`. So what
 * can be completed is said once, where the option is declared, to people and to shells alike.
 */
import type { Argument, Option } from 'commander';

/** Names that the catalog knows. */
export type NameKind = 'drive' | 'vehicle' | 'topic' | 'dataset' | 'tenant';

export interface ValueKinds {
  /** One of these words. */
  readonly choices: readonly string[];
  readonly paths: 'files' | 'folders' | undefined;
  readonly names: readonly NameKind[];
  /** Several with commas between them. */
  readonly isList: boolean;
}

/** An id or a name is that of what its option is called after. */
const NAMED: Readonly<Record<string, NameKind>> = {
  '--drive <id>': 'drive',
  '--vehicle <id>': 'vehicle',
  '--topic <name>': 'topic',
  '--tenant <name>': 'tenant',
};
const BY_WORD: Readonly<Record<string, NameKind>> = {
  drive: 'drive',
  topic: 'topic',
  globs: 'topic',
  dataset: 'dataset',
};

export const kindsOfArgument = (argument: Argument): ValueKinds =>
  kindsOf(argument.name().split('|'), argument.argChoices ?? []);

export function kindsOfOption({ flags, argChoices = [] }: Option): ValueKinds {
  const named = NAMED[flags];
  if (named !== undefined) return { choices: [], paths: undefined, names: [named], isList: false };
  return kindsOf(/[<[]([^\]>]*)[\]>]/.exec(flags)?.[1]?.split('|') ?? [], argChoices);
}

function kindsOf(words: readonly string[], choices: readonly string[]): ValueKinds {
  const has = (...some: string[]): boolean => words.some((word) => some.includes(word));
  return {
    choices,
    paths: has('file', 'path', 'paths') ? 'files' : has('dir') ? 'folders' : undefined,
    names: words.flatMap((word) => BY_WORD[word] ?? []),
    isList: has('globs'),
  };
}
