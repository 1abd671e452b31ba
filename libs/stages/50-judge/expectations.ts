/**
 * What a profile expects of a topic. Names are looked up, and only globs are matched; what a hostile profile over hostile
 * names may cost is bounded, and beyond it nothing is expected any more.
 */
import { matchesGlob } from '@pitlane/contracts/plan';
import type { ExpectedTopic, VehicleProfile } from '@pitlane/contracts/profile';

/** Characters of globs against characters of names: a second of work. */
const WORK_MAX = 300_000_000;

export class Expectations {
  readonly #entries: readonly ExpectedTopic[];
  #work = WORK_MAX;

  constructor(profile: VehicleProfile | undefined) {
    this.#entries = profile?.topics ?? [];
  }

  /** The first entry that means the topic. */
  of(topic: string): ExpectedTopic | undefined {
    return this.#entries.find((entry) => this.#means(entry, topic));
  }

  /** Entries that require a topic which is none of these. */
  missing(topics: readonly string[]): ExpectedTopic[] {
    return this.#entries.filter((entry) => entry.required && !topics.some((topic) => this.#means(entry, topic)));
  }

  #means({ topic: glob }: ExpectedTopic, topic: string): boolean {
    if (glob === topic) return true;
    if (!/[*?]/.test(glob)) return false;
    this.#work -= glob.length * topic.length;
    return this.#work > 0 && matchesGlob(glob, topic);
  }
}
