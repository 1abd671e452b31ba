/** Topic globs: `*` stands for any run of characters, slashes too, and `?` for one. Linear time, no regular expression. */
import { PitlaneError } from '@pitlane/base/errors';
import { nearestText } from '@pitlane/base/nearest';

export function matchesGlob(glob: string, topic: string): boolean {
  let g = 0;
  let t = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (t < topic.length) {
    if (glob[g] === '*') {
      starAt = g;
      resumeAt = t;
      g += 1;
    } else if (g < glob.length && (glob[g] === '?' || glob[g] === topic[t])) {
      g += 1;
      t += 1;
    } else if (starAt >= 0) {
      g = starAt + 1;
      resumeAt += 1;
      t = resumeAt;
    } else {
      return false;
    }
  }
  while (glob[g] === '*') g += 1;
  return g === glob.length;
}

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
