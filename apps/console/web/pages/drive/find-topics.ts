/** Looking for topics, and choosing them: whoever types a part of a name means all that have it; globs are globs. */
import { globsFromText, mayLeave } from '@pitlane/contracts/topic-filter';
import { globOf } from './slice/slice-texts.ts';

/** What the node takes in one question. */
const GLOBS_CHARACTERS_MAX = 8192;

export function foundTopics(find: string, topics: readonly string[]): readonly string[] {
  const text = find.trim();
  if (text === '') return topics;
  if (/[*?,]/.test(text))
    return topics.filter((topic) => mayLeave({ topics: globsFromText(text), exclude: [] }, topic));
  const wanted = text.toLowerCase();
  return topics.filter((topic) => topic.toLowerCase().includes(wanted));
}

/** Globs that mean these topics: their names, or what was looked for where those are too long. */
export function globsFor(found: readonly string[], find: string): readonly string[] {
  const names = found.map(globOf);
  if (names.join(',').length <= GLOBS_CHARACTERS_MAX) return names;
  return /[*?,]/.test(find) ? globsFromText(find) : [`*${globOf(find.trim())}*`];
}

/** The chosen topics with one more or one less, as globs; none chosen means all. */
export function toggled(topic: string, chosen: readonly string[]): readonly string[] {
  const rest = chosen.filter((one) => one !== topic);
  return (rest.length === chosen.length ? [...chosen, topic] : rest).map(globOf);
}
