/** Cameras that are frozen, black or blank, and GNSS without a fix. */
import type { ContentKind, FindingFacts } from '@pitlane/contracts/verdict';
import { CONTENT_KINDS } from '@pitlane/contracts/verdict';
import { type Context, findingsOf, type Stretch } from './finding.ts';
import type { JudgedTopic } from './judged-topic.ts';
import { clockText, lengthText } from './words.ts';

const WORDS: Readonly<Record<ContentKind, { readonly state: string; readonly noun: string }>> = {
  frozen: { state: 'frozen', noun: 'time' },
  black: { state: 'black', noun: 'time' },
  blank: { state: 'blank, one flat colour,', noun: 'time' },
  'no-fix': { state: 'without fix', noun: 'loss of fix' },
};

export function findContent({ seen, expected }: JudgedTopic, context: Context): FindingFacts[] {
  return CONTENT_KINDS.flatMap((kind) => {
    const stretches = seen.content.get(kind);
    // A black picture is the same again and again: one thing, told once.
    const own = stretches?.longest().filter((one) => kind !== 'frozen' || !isDarkToo(one, seen)) ?? [];
    if (!stretches || own.length === 0) return [];
    const { state, noun } = WORDS[kind];
    const line = ({ start, end }: Stretch): string =>
      `${state} from ${clockText(context.book.timeNs(start))} for ${lengthText(end - start)}`;
    const about = { topic: seen.topic, kind, hint: expected?.hint, expectedMs: null, noun };
    const count = own.length + stretches.count - stretches.longest().length;
    return findingsOf({ ...about, stretches: own, count, line }, context);
  });
}

function isDarkToo({ start, end }: Stretch, { content }: JudgedTopic['seen']): boolean {
  return (['black', 'blank'] as const).some((kind) =>
    content
      .get(kind)
      ?.longest()
      .some((dark) => dark.start <= end && dark.end >= start && overlap(dark, { start, end })),
  );
}

const overlap = (a: Stretch, b: Stretch): boolean =>
  Math.min(a.end, b.end) - Math.max(a.start, b.start) >= (b.end - b.start) / 2;
