/**
 * Which topics may leave the garage, as it is asked, kept in the journal and told to people. The chunk stage goes by it; it
 * is no part of the plan: what may leave is cut as if the rest had never been there.
 */
import { PitlaneError } from '@pitlane/base/errors';
import { matchesGlob } from '../plan/topic-glob.ts';

export interface TopicFilter {
  /** Globs, of which a topic must match one; none for every topic. Sorted. */
  readonly topics: readonly string[];
  /** Globs of topics that stay, whatever `topics` says. Sorted. */
  readonly exclude: readonly string[];
}

export const EVERY_TOPIC: TopicFilter = { topics: [], exclude: [] };

/** The reason of a loss that was wanted: what a filter kept in the garage. */
export const WITHHELD = 'withheld';

export const FILTER_GLOBS_MAX = 100;
export const FILTER_GLOB_CHARACTERS_MAX = 1024;

/**
 * A filter as somebody asks for it. A list that is there and names nothing is refused: whoever wrote it meant to withhold
 * something. Errors: `bad-usage`.
 */
export function topicFilterFrom(asked: { topics?: readonly string[]; exclude?: readonly string[] }): TopicFilter {
  return { topics: globsFrom('topics', asked.topics), exclude: globsFrom('exclude', asked.exclude) };
}

function globsFrom(name: string, globs: readonly string[] | undefined): string[] {
  if (!globs) return [];
  const isOdd = (glob: string): boolean => glob === '' || glob.length > FILTER_GLOB_CHARACTERS_MAX;
  if (globs.length === 0 || globs.length > FILTER_GLOBS_MAX || globs.some(isOdd)) {
    throw new PitlaneError(
      'bad-usage',
      `${name} has to be 1 to ${FILTER_GLOBS_MAX} globs of at most ${FILTER_GLOB_CHARACTERS_MAX} characters: give it as '/lidar/*,/imu', or leave it out`,
    );
  }
  return inOrder(globs);
}

/** Globs with commas between them, as people write them. */
export const globsFromText = (text: string): readonly string[] =>
  text
    .split(',')
    .map((glob) => glob.trim())
    .filter((glob) => glob !== '');

const inOrder = (globs: readonly string[]): string[] => [...new Set(globs)].sort();

export const mayLeave = ({ topics, exclude }: TopicFilter, topic: string): boolean =>
  (topics.length === 0 || topics.some((glob) => matchesGlob(glob, topic))) &&
  !exclude.some((glob) => matchesGlob(glob, topic));

/** Whether nothing can be withheld by it. */
export const isOpen = ({ topics, exclude }: TopicFilter): boolean => topics.length === 0 && exclude.length === 0;

/**
 * Both must let a topic leave: a garage's own rule, and what is asked of one dock. Globs of two lists of which each must
 * match cannot be one list, so that only one of the two may allow. Errors: `bad-usage`.
 */
export function bothFilters(own: TopicFilter, asked: TopicFilter): TopicFilter {
  const exclude = inOrder([...own.exclude, ...asked.exclude]);
  if (own.topics.length === 0 || asked.topics.length === 0)
    return { topics: [...own.topics, ...asked.topics], exclude };
  if (own.topics.join('\n') === asked.topics.join('\n')) return { topics: own.topics, exclude };
  throw new PitlaneError(
    'bad-usage',
    `this garage lets only ${own.topics.join(', ')} leave, and only ${asked.topics.join(', ')} was asked for: ask for that list or none, and for topics to exclude from it`,
  );
}

/** For comparing and for people; empty for a filter that withholds nothing. */
export function filterText({ topics, exclude }: TopicFilter): string {
  const only = topics.length > 0 ? [`only ${topics.join(', ')}`] : [];
  const without = exclude.length > 0 ? [`without ${exclude.join(', ')}`] : [];
  return [...only, ...without].join(', ');
}
