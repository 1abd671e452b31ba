/** One finding put together: its times as text, how bad it is, and its line. */
import type { FindingFacts, FindingKind, Severity } from '@pitlane/contracts/verdict';
import type { TopicBook } from './topic-book.ts';
import { hinted, lengthText, nameText } from './words.ts';

/** Findings of one kind that are told of one topic; the rest are one line together. */
export const FINDINGS_PER_TOPIC = 5;

/** What lasts so long costs the drive, or so large a part of it. */
const ERROR_NS = 10_000_000_000;
const ERROR_SHARE = 0.1;

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface Context {
  readonly book: TopicBook;
  /** Length of what was recorded, ns. */
  readonly recordedNs: number;
}

export const severityOf = (lastedNs: number, { recordedNs }: Context): Severity =>
  lastedNs >= ERROR_NS || lastedNs >= recordedNs * ERROR_SHARE ? 'error' : 'warning';

export interface Several {
  readonly topic: string;
  readonly kind: FindingKind;
  readonly hint: string | undefined;
  /** That are allowed; null where none are. */
  readonly expectedMs: number | null;
  /** All that are known, in any order, and how many there are in all. */
  readonly stretches: readonly Stretch[];
  readonly count: number;
  readonly isAbout?: boolean;
  /** `silent from … for …`, without the topic. */
  readonly line: (stretch: Stretch) => string;
  /** `gap`, for what is not told one by one. */
  readonly noun: string;
}

/** The longest as findings, in order of time, and one more that counts the others. */
export function findingsOf(several: Several, context: Context): FindingFacts[] {
  const { topic, kind, hint, expectedMs, stretches, count, line, noun } = several;
  const { book } = context;
  const longest = [...stretches].sort((a, b) => b.end - b.start - (a.end - a.start)).slice(0, FINDINGS_PER_TOPIC);
  longest.sort((a, b) => a.start - b.start);
  const name = nameText(topic === '*' ? 'everything' : topic);
  const told = longest.map(
    (stretch): FindingFacts => ({
      topic,
      kind,
      severity: severityOf(stretch.end - stretch.start, context),
      startTime: String(book.timeNs(stretch.start)),
      endTime: String(book.timeNs(stretch.end)),
      expected: expectedMs,
      seen: Math.round((stretch.end - stretch.start) / 1e6),
      unit: 'ms',
      count: 1,
      text: hinted(`${name} ${line(stretch)}`, hint),
    }),
  );
  const more = count - told.length;
  if (more <= 0 || told.length === 0) return told;
  const shortest = Math.min(...longest.map((stretch) => stretch.end - stretch.start));
  const text = `${name} and ${several.isAbout ? 'about ' : ''}${more} more ${noun}${more === 1 ? '' : 's'}, none longer than ${lengthText(shortest)}`;
  const times = { startTime: null, endTime: null, expected: expectedMs, seen: null };
  return [...told, { topic, kind, severity: 'warning', ...times, unit: 'ms', count: more, text }];
}
