/** Which topics of a drive are meant by globs. */
import { PitlaneError } from '@pitlane/base/errors';
import { nearestText } from '@pitlane/base/nearest';
import { matchesGlob } from '@pitlane/contracts/plan';

/** The topics that at least one glob matches; each glob must match something, else `not-found` with the nearest names. */
export function topicsFrom(globs: readonly string[], topics: ReadonlySet<string>, drive: string): Set<string> {
  const selected = new Set<string>();
  for (const glob of globs) {
    const matched = [...topics].filter((topic) => topic === glob || matchesGlob(glob, topic));
    if (matched.length === 0) {
      throw new PitlaneError(
        'not-found',
        `no topic of ${drive} matches ${JSON.stringify(glob)}${nearestText(glob, topics)}; "pitlane topics --drive ${drive}" lists them`,
      );
    }
    for (const topic of matched) selected.add(topic);
  }
  return selected;
}
