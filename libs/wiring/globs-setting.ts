/** Globs of topics as a setting: with commas between them, or a list of the configuration file. */
import type { Setting } from '@pitlane/base/settings';
import { globsFromText, topicFilterFrom } from '@pitlane/contracts/topic-filter';

export const globsSetting = (
  about: Pick<Setting<readonly string[]>, 'variable' | 'meaning'> & { readonly example: string },
): Setting<readonly string[]> => ({
  ...about,
  expected: 'globs of topics with commas between them',
  default: [],
  parse: globsFrom,
});

/** The same, where the first goes before the others. */
export const rankedGlobsSetting = (about: Parameters<typeof globsSetting>[0]): Setting<readonly string[]> => ({
  ...globsSetting(about),
  parse: (text) => (globsFrom(text) === undefined ? undefined : [...new Set(listedIn(text))]),
});

const listedIn = (text: string): readonly string[] =>
  text.startsWith('[') ? (JSON.parse(text) as readonly string[]) : globsFromText(text);

/** A list that names nothing is a fault: whoever wrote it meant something. */
function globsFrom(text: string): readonly string[] | undefined {
  try {
    const listed: unknown = listedIn(text);
    if (!Array.isArray(listed) || !listed.every((glob) => typeof glob === 'string')) return undefined;
    return topicFilterFrom({ topics: listed }).topics;
  } catch {
    return undefined;
  }
}
