/**
 * Settings as one table: name, environment variable, what is expected, default and meaning. A program parses it once, at
 * its start, from plain data that its main hands in; all faults are told together. It never reads the environment or a
 * file, and holds no value that may not be printed: secrets are named by the file they stand in.
 */
import { PitlaneError } from '../errors/index.ts';
import { nearestNames, nearestText } from '../nearest/index.ts';
import { bytesFromText } from './bytes-from-text.ts';
import type { Setting, SettingsOf, SettingsTable } from './setting.ts';

export { bytesFromText } from './bytes-from-text.ts';
export { markdownFromSettings } from './markdown.ts';
export type { Setting, SettingsOf, SettingsTable } from './setting.ts';

interface About<T> {
  readonly variable: string;
  readonly default: T;
  readonly meaning: string;
}

/** Any text but the empty one; `pattern` narrows it. */
export const text = (
  about: About<string> & { readonly example: string; readonly pattern?: RegExp; readonly expected?: string },
): Setting<string> => ({
  expected: 'some text',
  ...about,
  parse: (given) => (given !== '' && (about.pattern?.test(given) ?? true) ? given : undefined),
});

export const choice = <const Word extends string>(
  about: About<NoInfer<Word>> & { readonly words: readonly Word[] },
): Setting<Word> => ({
  ...about,
  expected: about.words.length === 1 ? `"${about.words[0]}"` : `one of ${about.words.join(', ')}`,
  example: about.default,
  parse: (given) => about.words.find((word) => word === given),
});

/** A whole number in [min, max]. */
export const count = (about: About<number> & { readonly min: number; readonly max: number }): Setting<number> => ({
  ...about,
  expected: `a whole number from ${about.min} to ${about.max}`,
  example: String(about.default),
  parse: (given) => {
    const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
    return value >= about.min && value <= about.max ? value : undefined;
  },
});

/** Bytes, plain or with a unit; at least `min`. */
export const bytes = (about: About<number> & { readonly min: number; readonly example: string }): Setting<number> => ({
  ...about,
  expected: `bytes, at least ${about.min}, plain or with kB, MB, GB, KiB, MiB or GiB`,
  parse: (given) => {
    const value = bytesFromText(given);
    return value !== undefined && value >= about.min ? value : undefined;
  },
});

export interface SettingsSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The configuration file's JSON, if there is one, and its name for messages. */
  readonly file?: { readonly name: string; readonly json: string };
  /** What the command line said, by name: it goes before everything else. */
  readonly given?: Readonly<Record<string, string | undefined>>;
}

/** Command line before environment before file before default. Throws `bad-settings` with every fault in its text. */
export function parseSettings<Table extends SettingsTable>(table: Table, sources: SettingsSources): SettingsOf<Table> {
  const faults: string[] = [];
  const fromFile = valuesFromFile(table, sources.file, faults);
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(table)) {
    const found = [
      { where: `--${name}`, value: sources.given?.[name] },
      { where: setting.variable, value: sources.environment[setting.variable] || undefined },
      { where: `"${name}" in ${sources.file?.name}`, value: fromFile.get(name) },
    ].find(({ value }) => value !== undefined);
    values[name] = found?.value === undefined ? setting.default : setting.parse(found.value);
    if (values[name] === undefined) {
      faults.push(
        `${found?.where} is ${JSON.stringify(found?.value)}: expected ${setting.expected}, for example ${setting.example}`,
      );
    }
  }
  if (faults.length > 0) {
    throw new PitlaneError('bad-settings', ['these settings are wrong:', ...faults].join('\n  '));
  }
  return values as SettingsOf<Table>;
}

/**
 * A sentence for each variable that begins with `prefix` and is no setting: a mistyped one would be passed over in
 * silence otherwise. Those that begin with one of `others` are somebody else's.
 */
export function unknownVariables(
  table: SettingsTable,
  environment: SettingsSources['environment'],
  prefix: string,
  others: readonly string[] = [],
): string[] {
  const known = Object.values(table).map(({ variable }) => variable);
  return Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && !known.includes(name) && environment[name] !== undefined)
    .filter((name) => !others.some((other) => name.startsWith(other)))
    .sort()
    .map((name) => `${name} is no setting and changes nothing; the nearest is ${nearestNames(name, known, 1).join()}`);
}

function valuesFromFile(
  table: SettingsTable,
  file: SettingsSources['file'],
  faults: string[],
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  if (!file) return values;
  let parsed: unknown;
  try {
    parsed = JSON.parse(file.json);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    faults.push(`${file.name} is no JSON object: expected settings by name, for example {"port": 7420}`);
    return values;
  }
  for (const [name, value] of Object.entries(parsed)) {
    if (!Object.hasOwn(table, name)) {
      faults.push(
        `${JSON.stringify(name)} in ${file.name} is no setting${nearestText(name, Object.keys(table), 1)}; expected one of ${Object.keys(table).join(', ')}`,
      );
    } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      values.set(name, String(value));
    } else values.set(name, JSON.stringify(value));
  }
  return values;
}
